"""What an order is likely to cost, and how long it takes at the senders' rates."""

from collections import Counter

import pytest

from app.estimate import cost, longest, rate, seconds, span, total_cost
from app.extent import Extent, OfChannel
from protocol.words import Channel, Language
from wiring.settings import Settings, read_settings

TWILIO = {"CRISIS_SMS_PROVIDER": "twilio", "CRISIS_EMAIL_PROVIDER": "sendgrid", "CRISIS_VOICE_PROVIDER": "twilio"}
TEXTS = OfChannel(Channel.SMS, 1200, {Language.ES: 1200}, 2400, waiting=200)
MAILS = OfChannel(Channel.EMAIL, 5000, {Language.ES: 5000}, None)
CALLS = OfChannel(Channel.VOICE, 10, {Language.ES: 10}, None)


def settings(**more: str) -> Settings:
    return read_settings({"CRISIS_ENVIRONMENT": "production", **TWILIO, **more})


def extent(*channels: OfChannel) -> Extent:
    return Extent(1, channels, (), Counter(), False)


def test_a_text_is_paid_for_by_the_segment_and_a_mail_by_the_piece() -> None:
    prices = settings(CRISIS_SMS_PRICE="0.075 EUR", CRISIS_EMAIL_PRICE="0.001 USD", CRISIS_VOICE_PRICE="0.05 EUR")
    assert [cost(prices, one) for one in (TEXTS, MAILS, CALLS)] == ["180.00 EUR", "5.00 USD", "0.5 EUR"]
    assert total_cost(prices, extent(TEXTS, MAILS, CALLS)) == "180.50 EUR + 5.00 USD"


def test_an_unknown_price_says_what_is_to_be_set() -> None:
    some = settings(CRISIS_SMS_PRICE="0.075 EUR")
    assert cost(some, MAILS) == "unknown: set CRISIS_EMAIL_PRICE"
    assert total_cost(some, extent(TEXTS, MAILS, CALLS)) == (
        "180.00 EUR + unknown: set CRISIS_EMAIL_PRICE, CRISIS_VOICE_PRICE"
    )


def test_channels_leave_beside_each_other_so_the_slowest_counts() -> None:
    ten = settings(CRISIS_SMS_RATE="10", CRISIS_EMAIL_RATE="500")
    assert (seconds(ten, TEXTS), seconds(ten, MAILS)) == (100, 10)
    assert longest(ten, extent(TEXTS, MAILS)) == 100


def test_what_keeps_to_no_rate_is_said_to() -> None:
    demo = read_settings({"CRISIS_SMS_RATE": "10"})
    assert rate(demo, Channel.SMS) is None and longest(demo, extent(TEXTS)) is None
    assert rate(settings(CRISIS_SMS_RATE="0"), Channel.SMS) is None
    assert span(None) == "no limit set"


@pytest.mark.parametrize(
    ("found", "said"), [(0.1, "1 s"), (89, "89 s"), (95, "2 min"), (5100, "85 min"), (7500, "2 h 5 min")]
)
def test_a_span_is_said_in_words(found: float, said: str) -> None:
    assert span(found) == said
