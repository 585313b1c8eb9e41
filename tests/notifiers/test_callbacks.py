"""Receipts and replies: only what a provider signed is read, and it is read in our words."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import HMAC_SHA256, RequestValidator

from notifiers.providers import sendgrid_callbacks, twilio_callbacks
from notifiers.providers.base import Answer, Outgoing, Provider
from notifiers.providers.sendgrid_email import SendGridEmail
from notifiers.providers.twilio_codes import CODES
from notifiers.providers.twilio_sms import TwilioSms
from notifiers.providers.words import SENDGRID, TWILIO, BadSignature, InboundText
from notifiers.states import Concern, State
from tests.fakes.contracts import load
from tests.fakes.faulty_server import FaultyServer, Reply, Request
from tests.fakes.sendgrid_server import KEY, FakeSendGrid
from tests.fakes.twilio_server import ACCOUNT, TOKEN, FakeTwilio

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
URL = "https://crisis.example.org/receipts/twilio?token=tok-1"
FORM = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30005", "To": "+14155550100"}


class Doorstep(FaultyServer):
    """Where providers post to; keeps what came."""

    def take(self, request: Request) -> Reply:
        return Reply(204)


def sent_by(provider: Provider, message: Outgoing) -> Answer:
    """What a provider answers to one message."""

    async def send() -> Answer:
        (answer,) = await provider.send([message])
        await provider.close()
        return answer

    return asyncio.run(send())


@pytest.fixture
def signer() -> Iterator[FakeSendGrid]:
    with FakeSendGrid(clock=lambda: NOW) as fake:
        yield fake


@pytest.fixture
def doorstep() -> Iterator[Doorstep]:
    with Doorstep() as server:
        yield server


def test_twilio_reports_on_the_message_that_it_took(doorstep: Doorstep) -> None:
    address = f"{doorstep.url}/receipts?token=tok-1"
    with FakeTwilio() as fake:
        provider = TwilioSms(ACCOUNT, TOKEN, from_number="+15005550006", base_url=fake.url)
        sms = Outgoing("sms", "+14155550100", "", "Hello K7Q2", "tok-1", "K7Q2", 1, address)
        sid = sent_by(provider, sms).provider_id
        assert sid and fake.deliver(sid, "delivered") == 204
    posted = doorstep.requests[0]
    form = dict(parse_qsl(posted.body.decode()))
    word = twilio_callbacks.read_receipt(address, form, posted.headers["x-twilio-signature"], TOKEN)
    assert (word.token, word.provider_id, word.state) == ("tok-1", sid, State.DELIVERED)
    assert (word.status, word.detail, word.key) == ("delivered", "", f"{sid}:delivered")


def test_a_person_answers_by_sms(doorstep: Doorstep) -> None:
    address = f"{doorstep.url}/inbound"
    with FakeTwilio() as fake:
        assert fake.reply(address, "+14155550100", "1 K7Q2 ¡voy!") == 204
    posted = doorstep.requests[0]
    form = dict(parse_qsl(posted.body.decode()))
    text = twilio_callbacks.read_text(address, form, posted.headers["x-twilio-signature"], TOKEN)
    assert text == InboundText("+14155550100", "1 K7Q2 ¡voy!", form["MessageSid"])


def test_a_failure_is_told_in_a_sentence() -> None:
    word = twilio_callbacks.read_receipt(URL, FORM, RequestValidator(TOKEN).compute_signature(URL, FORM), TOKEN)
    assert (word.state, word.detail) == (State.FAILED, "the number is unknown to its carrier (Twilio 30005)")


def test_a_token_in_the_path_is_given_by_the_receiver() -> None:
    url = "https://crisis.example.org/receipts/tok-9"
    signature = RequestValidator(TOKEN).compute_signature(url, FORM)
    assert twilio_callbacks.read_receipt(url, FORM, signature, TOKEN, token="tok-9").token == "tok-9"
    assert twilio_callbacks.read_receipt(url, FORM, signature, TOKEN).token is None


def test_twilios_newer_signature_is_accepted() -> None:
    signature = RequestValidator("a shared key").compute_signature(URL, FORM, HMAC_SHA256)
    settings = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    assert twilio_callbacks.read_receipt(URL, FORM, signature, "a shared key", settings=settings).token == "tok-1"


@pytest.mark.parametrize(
    ("url", "form", "secret"),
    [
        (URL.replace("tok-1", "tok-2"), FORM, TOKEN),  # somebody else's token
        ("http://10.0.0.7:8000/receipts/twilio?token=tok-1", FORM, TOKEN),  # the address behind the proxy
        (URL, FORM | {"MessageStatus": "delivered"}, TOKEN),
        (URL, FORM, "another secret"),
        (URL, FORM, ""),
    ],
)
def test_what_twilio_did_not_sign_is_not_read(url: str, form: dict[str, str], secret: str) -> None:
    signature = RequestValidator(TOKEN).compute_signature(URL, FORM)
    with pytest.raises(BadSignature):
        twilio_callbacks.read_receipt(url, form, signature, secret)
    with pytest.raises(BadSignature):
        twilio_callbacks.read_text(url, form, "", secret)


def test_sendgrid_reports_on_the_mail_that_it_took(doorstep: Doorstep) -> None:
    with FakeSendGrid(events_url=f"{doorstep.url}/events", clock=lambda: NOW) as fake:
        provider = SendGridEmail(KEY, "cell@example.org", base_url=fake.url)
        mail = Outgoing("email", "ana@example.org", "Now", "Come", "tok-1", "K7Q2", 1, request="r1")
        mail_id = sent_by(provider, mail).provider_id
        assert mail_id
        reason = "550 5.1.1 <ana@example.org>: user unknown"
        assert fake.deliver(mail_id, "bounce", type="bounce", status="5.1.1", reason=reason) == 204
    posted = doorstep.requests[0]
    signature, timestamp = (posted.headers[name.lower()] for name in _HEADERS)
    [word] = sendgrid_callbacks.read_receipts(posted.body, signature, timestamp, fake.public_key, NOW)
    assert (word.token, word.provider_id, word.status, word.state) == ("tok-1", mail_id, "bounce", State.FAILED)
    assert word.detail == "refused by the recipient's server (5.1.1)"


_HEADERS = (sendgrid_callbacks.SIGNATURE, sendgrid_callbacks.TIMESTAMP)


def test_a_batch_is_read_in_order_and_each_event_has_its_key(signer: FakeSendGrid) -> None:
    events = [{"sg_event_id": f"e{n}", "event": event, "token": "t"} for n, event in enumerate(SENDGRID)]
    body = json.dumps(events).encode()
    signature, timestamp = (signer.sign(body)[name] for name in _HEADERS)
    words = sendgrid_callbacks.read_receipts(body, signature, timestamp, signer.public_key, NOW)
    assert [(word.key, word.state) for word in words] == [(f"e{n}", state) for n, state in enumerate(SENDGRID.values())]


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ({"event": "dropped", "reason": "Bounced Address"}, "dropped: the address bounced before"),
        ({"event": "dropped", "reason": "ana@example.org is odd"}, "dropped by SendGrid"),
        ({"event": "bounce", "type": "blocked", "status": "ana"}, "blocked by the recipient's server"),
        ({"event": "deferred", "status": "4.2.1", "response": "ana"}, "put off by the recipient's server (4.2.1)"),
        ({"event": "delivered", "response": "250 OK ana@example.org"}, ""),
    ],
)
def test_a_detail_never_repeats_the_servers_text(event: dict[str, str], sentence: str, signer: FakeSendGrid) -> None:
    body = json.dumps([{"sg_event_id": "e", **event}]).encode()
    signature, timestamp = (signer.sign(body)[name] for name in _HEADERS)
    [word] = sendgrid_callbacks.read_receipts(body, signature, timestamp, signer.public_key, NOW)
    assert word.detail == sentence


@pytest.mark.parametrize(
    ("event", "concern", "opted_in"),
    [
        ({"event": "bounce", "type": "bounce"}, Concern.RECIPIENT, False),
        ({"event": "bounce"}, Concern.RECIPIENT, False),
        ({"event": "bounce", "type": "blocked"}, Concern.TRANSIENT, False),
        ({"event": "dropped", "reason": "Bounced Address"}, Concern.RECIPIENT, False),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, Concern.OPTED_OUT, False),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, Concern.OPTED_OUT, False),
        ({"event": "dropped", "reason": "of tomorrow"}, None, False),
        ({"event": "spamreport"}, Concern.OPTED_OUT, False),
        ({"event": "unsubscribe"}, Concern.OPTED_OUT, False),
        ({"event": "group_unsubscribe"}, Concern.OPTED_OUT, False),
        ({"event": "group_resubscribe"}, None, True),
        ({"event": "deferred"}, None, False),
        ({"event": "delivered"}, None, False),
    ],
)
def test_an_event_says_whom_it_concerns(
    event: dict[str, str], concern: Concern | None, opted_in: bool, signer: FakeSendGrid
) -> None:
    body = json.dumps([{"sg_event_id": "e", **event}]).encode()
    signature, timestamp = (signer.sign(body)[name] for name in _HEADERS)
    [word] = sendgrid_callbacks.read_receipts(body, signature, timestamp, signer.public_key, NOW)
    assert (word.concern, word.opted_in) == (concern, opted_in)


@pytest.mark.parametrize(
    ("code", "concern"),
    [
        ("30005", Concern.RECIPIENT),
        ("21610", Concern.OPTED_OUT),
        ("30007", Concern.CONTENT),
        ("30003", Concern.TRANSIENT),
    ]
    + [(unknown, None) for unknown in ("", "0", "99999", "x", "9" * 5000, "\u0663")],
)
def test_a_code_says_whom_it_concerns(code: str, concern: Concern | None) -> None:
    form = FORM | {"ErrorCode": code}
    word = twilio_callbacks.read_receipt(URL, form, RequestValidator(TOKEN).compute_signature(URL, form), TOKEN)
    assert (word.concern, word.state) == (concern, State.FAILED)


def test_a_call_is_reported_on_in_words_of_its_own() -> None:
    form = {"CallSid": "CA1", "CallStatus": "no-answer", "To": "+14155550100"}
    word = twilio_callbacks.read_call(URL, form, RequestValidator(TOKEN).compute_signature(URL, form), TOKEN)
    assert (word.provider_id, word.status, word.state, word.key) == ("CA1", "no-answer", State.FAILED, "CA1:no-answer")


def test_a_signature_over_the_address_with_its_port_counts() -> None:
    with_port = URL.replace("example.org", "example.org:443")
    signature = RequestValidator(TOKEN).compute_signature(with_port, FORM)
    assert twilio_callbacks.read_receipt(URL, FORM, signature, TOKEN).token == "tok-1"


def test_what_is_said_on_the_telephone_is_written_as_it_must_be() -> None:
    assert '<Say language="en-GB">Tom &amp; Ana</Say><Hangup/>' in twilio_callbacks.spoken("Tom & Ana", "en")
    assert twilio_callbacks.asked("¿Sí?", "es").count("¿Sí?") == 1


@pytest.mark.parametrize("timestamp", ["9" * 400, "9" * 5000, "-1", "1e3", " 1", ""])
def test_a_timestamp_that_is_none_is_not_signed(timestamp: str, signer: FakeSendGrid) -> None:
    with pytest.raises(BadSignature, match="not signed"):
        sendgrid_callbacks.read_receipts(b"[]", "AA==", timestamp, signer.public_key, NOW)


@pytest.mark.parametrize("age", [timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)])
def test_a_batch_signed_too_long_ago_is_not_read(age: timedelta, signer: FakeSendGrid) -> None:
    signature, timestamp = (signer.sign(b"[]")[name] for name in _HEADERS)
    assert sendgrid_callbacks.read_receipts(b"[]", signature, timestamp, signer.public_key, NOW) == []
    with pytest.raises(BadSignature, match="300 seconds"):
        sendgrid_callbacks.read_receipts(b"[]", signature, timestamp, signer.public_key, NOW + age)


@pytest.mark.parametrize("broken", ["body", "utf-8", "signature", "not base64", "timestamp", "no number", "key"])
def test_what_sendgrid_did_not_sign_is_not_read(broken: str, signer: FakeSendGrid) -> None:
    signature, timestamp = (signer.sign(b"[]")[name] for name in _HEADERS)
    body = {"body": b"[{}]", "utf-8": b"\xff"}.get(broken, b"[]")
    signature = {"signature": signer.sign(b"no")[_HEADERS[0]], "not base64": "é"}.get(broken, signature)
    timestamp = {"timestamp": str(int(timestamp) + 1), "no number": "now"}.get(broken, timestamp)
    with FakeSendGrid() as stranger:
        key = stranger.public_key if broken == "key" else signer.public_key
    with pytest.raises(BadSignature):
        sendgrid_callbacks.read_receipts(body, signature, timestamp, key, NOW)
    with pytest.raises(BadSignature, match="verification key"):
        sendgrid_callbacks.read_receipts(body, signature, timestamp, "", NOW)


def test_every_word_of_the_contracts_has_its_place() -> None:
    schemas = load("twilio_api_v2010.messages-calls.json")["components"]["schemas"]
    assert set(TWILIO) == set(schemas["message_enum_status"]["enum"])
    logs = load("sendgrid_logs_v3.json")["components"]["schemas"]
    events = {word for name, schema in logs.items() if name.rstrip("0123456789") == "Event" for word in schema["enum"]}
    assert set(SENDGRID) == events


def test_the_codes_are_those_of_the_design() -> None:
    assert len(CODES) == 29
    assert not [code for code, (_, sentence) in CODES.items() if not sentence or sentence.endswith(".")]
