"""What is particular to SMS by Twilio."""

import asyncio
import base64
import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.twilio_sms import TwilioSms
from notifiers.providers.words import ReceiptWord
from notifiers.states import Concern, Outcome, State
from tests.fakes.certificate import self_signed
from tests.fakes.faulty_server import FaultyServer, Reply, Request
from tests.fakes.rigs import HOLDS_IT, IMPATIENT, SMS, told, twilio
from tests.fakes.twilio_records import Sms
from tests.fakes.twilio_server import ACCOUNT, NUMBER, SERVICE, TOKEN, FakeTwilio


class Elsewhere(FaultyServer):
    """Answers everything with one reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply

    def take(self, request: Request) -> Reply:
        return self.reply


def test_a_message_still_queued_at_twilio_is_found(tmp_path: Path) -> None:
    with twilio(tmp_path) as rig:
        rig.send()
        assert rig.fake.messages[0].sent is None
        assert told(rig.find(rig.message, datetime.now(UTC))) == HOLDS_IT


def test_twilio_is_asked_by_address_reference_and_time(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with twilio(tmp_path) as rig:
        rig.fake.messages = [
            Sms("SM" + "1" * 32, {"To": "+12025550199", "Body": "Ref K7Q2"}, now),  # somebody else
            Sms("SM" + "2" * 32, {"To": SMS.to, "Body": "Ref XK7Q2"}, now),  # another reference
            Sms("SM" + "3" * 32, {"To": SMS.to, "Body": "K7Q2 and so on"}, now),  # a quotation
            Sms("SM" + "4" * 32, {"To": SMS.to, "Body": "Ref K7Q2"}, now - timedelta(days=2)),  # long ago
        ]
        assert rig.find(SMS, now) == Found()
        rig.fake.messages.insert(0, Sms("SM" + "5" * 32, {"To": SMS.to, "Body": "Ref K7Q2"}, now))
        assert rig.find(SMS, now) == Found(("SM" + "5" * 32,))
        assert rig.find(replace(SMS, reference=""), now) is None


def test_every_page_of_twilios_list_is_read(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with twilio(tmp_path) as rig:
        bodies = ["Ref K7Q2", *["Another one"] * 1000]
        rig.fake.messages = [Sms(f"SM{n:032x}", {"To": SMS.to, "Body": body}, now) for n, body in enumerate(bodies)]
        assert rig.find(SMS, now) == Found((f"SM{0:032x}",))
        assert len(rig.fake.requests) == 2


@pytest.mark.parametrize("next_page", ["https://example.org/more", "@example.org/more"])
def test_a_next_page_elsewhere_is_not_followed_and_is_not_a_no(next_page: str) -> None:
    reply = Reply(200, {"messages": [], "next_page_uri": next_page})
    with Elsewhere(reply) as server:
        provider = TwilioSms(ACCOUNT, TOKEN, from_number=NUMBER, base_url=server.url)
        assert asyncio.run(_found(provider)) is None
        assert len(server.requests) == 1


def test_a_list_without_an_end_is_given_up_and_is_not_a_no() -> None:
    reply = Reply(200, {"messages": [], "next_page_uri": "/again"})
    with Elsewhere(reply) as server:
        provider = TwilioSms(ACCOUNT, TOKEN, from_number=NUMBER, base_url=server.url)
        assert asyncio.run(_found(provider)) is None
        assert len(server.requests) == 50


def test_twilio_is_given_address_text_sender_and_callback(tmp_path: Path) -> None:
    with twilio(tmp_path) as rig:
        rig.send()
        assert rig.fake.messages[0].form == {
            "To": SMS.to,
            "Body": SMS.body,
            "MessagingServiceSid": SERVICE,
            "StatusCallback": SMS.callback,
        }
        single = TwilioSms(ACCOUNT, TOKEN, from_number=NUMBER, base_url=rig.fake.url)
        asyncio.run(_sent(single, replace(SMS, callback=None)))
        assert rig.fake.messages[1].form == {"To": SMS.to, "Body": SMS.body, "From": NUMBER}
        assert (rig.provider.sender, single.sender) == (SERVICE, NUMBER)


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
        assert str(code) in rig.send(message)[0].detail
        assert not rig.fake.messages


def test_half_a_letter_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with twilio(tmp_path) as rig:
        answer = rig.send(replace(SMS, body="\ud83d"))[0]
        assert (answer.outcome, answer.concern) == (Outcome.REFUSED, Concern.CONTENT)
        assert rig.requests() == 0


@pytest.mark.parametrize("fault", ["reset-before", "reset-after", "hang"])
def test_a_kept_connection_that_breaks_under_a_message_is_not_tried_again(fault: str, tmp_path: Path) -> None:
    with twilio(tmp_path, IMPATIENT) as rig:
        assert rig.send()[0].outcome is Outcome.ACCEPTED  # opens the connection
        rig.break_by(fault)
        assert rig.send()[0].outcome is Outcome.UNKNOWN
        assert (rig.requests(), rig.fake.connections) == (2, 1)


def test_a_connection_that_does_not_come_about_in_time_carried_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, socket.socket() as first, socket.socket() as second:
        for waiting in (first, second):  # the queue is full; whoever comes now is not answered
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        provider = TwilioSms(ACCOUNT, TOKEN, from_number=NUMBER, base_url=url, timeout=IMPATIENT)
        answer = asyncio.run(_sent(provider, SMS))
    assert (answer.outcome, answer.detail) == (Outcome.NOT_SENT, "Twilio could not be reached (ConnectionTimeoutError)")


def test_a_name_that_nobody_knows_carried_nothing() -> None:
    provider = TwilioSms(ACCOUNT, TOKEN, from_number=NUMBER, base_url="http://twilio.invalid")
    assert asyncio.run(_sent(provider, SMS)).outcome is Outcome.NOT_SENT


def test_a_server_that_does_not_speak_tls_carried_nothing() -> None:
    with FakeTwilio() as fake:
        url = fake.url.replace("http:", "https:")
        provider = TwilioSms(ACCOUNT, TOKEN, from_number=NUMBER, base_url=url)
        assert asyncio.run(_sent(provider, SMS)).outcome is Outcome.NOT_SENT
        fake.mistakes.clear()


def test_a_server_that_nobody_vouches_for_is_given_nothing(tmp_path: Path) -> None:
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(self_signed(tmp_path))

    async def sent() -> Answer:
        async with await asyncio.start_server(lambda *_: None, "127.0.0.1", ssl=served) as server:
            url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
            return await _sent(TwilioSms(ACCOUNT, TOKEN, from_number=NUMBER, base_url=url), SMS)

    answer = asyncio.run(sent())
    kind = "ClientConnectorCertificateError"
    assert (answer.outcome, answer.detail) == (Outcome.NOT_SENT, f"Twilio could not be reached ({kind})")


def test_credentials_go_nowhere_that_a_redirect_points_to() -> None:
    with FakeTwilio() as other, Elsewhere(Reply(307, headers={"Location": f"{other.url}/"})) as server:
        provider = TwilioSms(ACCOUNT, TOKEN, from_number=NUMBER, base_url=server.url)
        assert asyncio.run(_sent(provider, SMS)).outcome is Outcome.UNKNOWN
        assert not other.requests
        basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        assert server.requests[0].headers["authorization"] == f"Basic {basic}"


def test_cookies_are_not_kept() -> None:
    with Elsewhere(Reply(201, {"sid": "SM1"}, {"Set-Cookie": "who=we; Path=/"})) as server:
        provider = TwilioSms(ACCOUNT, TOKEN, from_number=NUMBER, base_url=server.url)
        asyncio.run(_sent(provider, SMS, SMS))
        assert not any("cookie" in request.headers for request in server.requests)


def test_a_status_that_is_asked_for_is_the_one_that_a_callback_would_tell(tmp_path: Path) -> None:
    with twilio(tmp_path) as rig:
        sid = rig.send()[0].provider_id or ""
        assert rig.ask(SMS, sid) == ReceiptWord("tok-1", sid, "queued", State.ACCEPTED, "", f"{sid}:queued")
        rig.fake.messages[0].status, rig.fake.messages[0].error_code = "undelivered", 30005
        detail = "the number is unknown to its carrier (Twilio 30005)"
        key, concern = f"{sid}:undelivered", Concern.RECIPIENT
        assert rig.ask(SMS, sid) == ReceiptWord("tok-1", sid, "undelivered", State.FAILED, detail, key, concern)


async def _sent(provider: TwilioSms, *messages: Outgoing) -> Answer:
    try:
        for message in messages:
            answers = await provider.send([message])
        return answers[0]
    finally:
        await provider.close()


async def _found(provider: TwilioSms) -> Found | None:
    try:
        return await provider.find(SMS, datetime.now(UTC))
    finally:
        await provider.close()
