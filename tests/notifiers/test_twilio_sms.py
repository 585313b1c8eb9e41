"""What is particular to Twilio."""

import logging.config
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifiers.providers.base import Found, Outgoing
from notifiers.providers.twilio_sms import TwilioSms
from tests.fakes.rigs import HOLDS_IT, SMS, told, twilio
from tests.fakes.twilio_server import ACCOUNT, SERVICE, TOKEN, FakeTwilio, Sms


def test_a_message_still_queued_at_twilio_is_found(tmp_path: Path) -> None:
    with twilio(tmp_path) as rig:
        rig.provider.send(rig.message)
        assert isinstance(rig.fake, FakeTwilio) and rig.fake.messages[0].sent is None
        assert told(rig.provider.find(rig.message, datetime.now(UTC))) == HOLDS_IT


def test_twilio_is_asked_by_address_reference_and_time(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with twilio(tmp_path) as rig:
        assert isinstance(rig.fake, FakeTwilio)
        rig.fake.messages = [
            Sms("SM" + "1" * 32, {"To": "+14155550199", "Body": "Ref K7Q2"}, now),  # somebody else
            Sms("SM" + "2" * 32, {"To": SMS.to, "Body": "Ref XK7Q2"}, now),  # another reference
            Sms("SM" + "3" * 32, {"To": SMS.to, "Body": "K7Q2 and so on"}, now),  # a quotation
            Sms("SM" + "4" * 32, {"To": SMS.to, "Body": "Ref K7Q2"}, now - timedelta(days=2)),  # long ago
        ]
        assert rig.provider.find(SMS, now) == Found(None)
        rig.fake.messages.insert(0, Sms("SM" + "5" * 32, {"To": SMS.to, "Body": "Ref K7Q2"}, now))
        assert rig.provider.find(SMS, now) == Found("SM" + "5" * 32)
        assert rig.provider.find(replace(SMS, reference=""), now) is None


def test_every_page_of_twilios_list_is_read(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with twilio(tmp_path) as rig:
        assert isinstance(rig.fake, FakeTwilio)
        bodies = ["Ref K7Q2", *["Another one"] * 1000]
        rig.fake.messages = [Sms(f"SM{n:032x}", {"To": SMS.to, "Body": body}, now) for n, body in enumerate(bodies)]
        assert rig.provider.find(SMS, now) == Found(f"SM{0:032x}")
        assert len(rig.fake.requests) == 2


def test_twilio_is_given_address_text_sender_and_callback(tmp_path: Path) -> None:
    with twilio(tmp_path) as rig:
        rig.provider.send(rig.message)
        assert isinstance(rig.fake, FakeTwilio)
        assert rig.fake.messages[0].form == {
            "To": SMS.to,
            "Body": SMS.body,
            "MessagingServiceSid": SERVICE,
            "StatusCallback": SMS.callback,
        }
        single = TwilioSms(ACCOUNT, TOKEN, from_number="+15005550006", base_url=rig.fake.url)
        single.send(replace(SMS, callback=None))
        assert rig.fake.messages[1].form == {"To": SMS.to, "Body": SMS.body, "From": "+15005550006"}


def test_twilio_needs_exactly_one_kind_of_sender() -> None:
    with pytest.raises(ValueError, match="set a messaging service or a number, not both"):
        TwilioSms(ACCOUNT, TOKEN)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (replace(SMS, to="nobody"), 21211),
        (replace(SMS, body=""), 21602),
        (replace(SMS, body="x" * 1601), 21617),
        (replace(SMS, callback="https://under_score.example.org/r"), 21609),
    ],
)
def test_twilios_own_rules_are_kept_by_the_fake(message: Outgoing, code: int, tmp_path: Path) -> None:
    with twilio(tmp_path) as rig:
        assert str(code) in rig.provider.send(message).detail
        assert isinstance(rig.fake, FakeTwilio) and not rig.fake.messages


def test_the_librarys_log_stays_silent_when_logging_is_configured_after_us(caplog: pytest.LogCaptureFixture) -> None:
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
    caplog.set_level(logging.DEBUG)
    with FakeTwilio() as fake:
        provider = TwilioSms(ACCOUNT, TOKEN, messaging_service_sid=SERVICE, base_url=fake.url)
        provider.find(SMS, datetime.now(UTC))
        provider.close()
    assert SMS.to.removeprefix("+") not in caplog.text
