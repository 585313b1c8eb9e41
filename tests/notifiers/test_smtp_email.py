"""What is particular to a company's own mail relay."""

import asyncio
import datetime as dt
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from notifiers.providers.base import Answer, Outgoing
from notifiers.providers.smtp_email import SmtpEmail
from notifiers.providers.smtp_relay import Relay, read_relay
from notifiers.states import Concern, Outcome
from tests.fakes.certificate import self_signed
from tests.fakes.relay_server import FakeRelay
from tests.fakes.rigs import EMAIL, FROM, IMPATIENT, people, smtp

NOW = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
ACCEPTED, NOT_SENT, REFUSED, UNKNOWN = Outcome.ACCEPTED, Outcome.NOT_SENT, Outcome.REFUSED, Outcome.UNKNOWN


def test_a_mail_is_plain_text_with_a_name_of_its_own(tmp_path: Path) -> None:
    message = replace(EMAIL, subject="Ven\nahora: sala 4 ¡ya!", body="¡Ven a la sala 4!\n.\n" + "y ñ " * 500)
    with FakeRelay() as relay:
        provider = SmtpEmail(Relay("127.0.0.1", relay.port, tls=False), FROM, clock=lambda: NOW)
        (answer,) = asyncio.run(provider.send([message]))
        (posted,) = relay.messages
    assert (posted.sender, posted.to, answer.provider_id) == ("cell@example.org", EMAIL.to, "<tok-1@example.org>")
    assert {name: str(posted.mail[name]) for name in ("From", "To", "Subject", "Date", "Message-ID")} == {
        "From": FROM,
        "To": EMAIL.to,
        "Subject": "Ven ahora: sala 4 ¡ya!",
        "Date": "Sun, 01 Mar 2026 09:30:00 +0000",
        "Message-ID": "<tok-1@example.org>",
    }
    assert posted.mail["Auto-Submitted"] == "auto-generated"
    assert posted.mail.get_content_type() == "text/plain"
    assert posted.mail.get_content().replace("\r\n", "\n").rstrip("\n") == message.body


def test_a_batch_is_one_connection(tmp_path: Path) -> None:
    with smtp(tmp_path) as rig:
        answers = rig.send(*people(20))
        assert [answer.outcome for answer in answers] == [ACCEPTED] * 20
        assert [posted.to for posted in rig.fake.messages] == [message.to for message in people(20)]
        assert rig.fake.connections == 1


@pytest.mark.parametrize(
    ("fault", "outcomes"),
    [
        ("550", [ACCEPTED, REFUSED, ACCEPTED]),
        ("451", [ACCEPTED, NOT_SENT, ACCEPTED]),
        ("554-data", [ACCEPTED, REFUSED, ACCEPTED]),
        ("reset-before", [ACCEPTED, NOT_SENT, NOT_SENT]),
        ("reset-after", [ACCEPTED, UNKNOWN, NOT_SENT]),
        ("hang-after", [ACCEPTED, UNKNOWN, NOT_SENT]),
        ("421", [ACCEPTED, NOT_SENT, NOT_SENT]),
    ],
)
def test_what_happens_to_one_of_a_batch_is_said_of_that_one(
    fault: str, outcomes: list[Outcome], tmp_path: Path
) -> None:
    with smtp(tmp_path, IMPATIENT) as rig:
        rig.break_by("")
        rig.break_by(fault)
        assert [answer.outcome for answer in rig.send(*people(3))] == outcomes
        taken = [posted.to for posted in rig.fake.messages]
        sure = [m.to for m, outcome in zip(people(3), outcomes, strict=True) if outcome is ACCEPTED]
        assert set(sure) <= set(taken) and len(taken) == len(set(taken))


def test_a_relay_that_crawls_does_not_outlast_the_batchs_lease(tmp_path: Path) -> None:
    with smtp(tmp_path, 3.0) as rig:
        rig.fake.latency = 0.2  # a batch may begin messages for a second and a half
        outcomes = [(answer.outcome, answer.retry_after) for answer in rig.send(*people(20))]
        begun = rig.requests()
        assert 0 < begun < 20
        assert outcomes == [(ACCEPTED, None)] * begun + [(NOT_SENT, 0)] * (20 - begun)


@pytest.mark.parametrize(
    ("to", "body", "concern"),
    [
        ("ana.ruiz@example.org>\r\nRCPT TO:<eve@example.org", "x", Concern.RECIPIENT),
        ("añá@example.org", "x", Concern.RECIPIENT),
        ("nobody", "x", Concern.RECIPIENT),
        (EMAIL.to, "\ud83d", Concern.CONTENT),
    ],
)
def test_what_cannot_be_written_is_refused_by_ourselves(to: str, body: str, concern: Concern, tmp_path: Path) -> None:
    with smtp(tmp_path) as rig:
        first, second = rig.send(replace(EMAIL, to=to, body=body), EMAIL)
        assert (first.outcome, first.concern, second.outcome) == (REFUSED, concern, ACCEPTED)
        assert rig.requests() == 1


def test_who_has_a_login_is_let_in(tmp_path: Path) -> None:
    with FakeRelay(login=("cell", "a password")) as relay:
        assert _sent(Relay("127.0.0.1", relay.port, False, "cell", "a password")).outcome is ACCEPTED
        wrong = _sent(Relay("127.0.0.1", relay.port, False, "cell", "another"))
        assert (wrong.outcome, wrong.concern) == (REFUSED, Concern.CAMPAIGN)
        none = _sent(Relay("127.0.0.1", relay.port, False))
        assert (none.outcome, none.concern) == (REFUSED, Concern.CAMPAIGN)
        assert len(relay.messages) == 1


def test_an_offer_to_encrypt_is_taken(tmp_path: Path) -> None:
    theirs, ours = _contexts(self_signed(tmp_path))
    with FakeRelay(tls=theirs) as relay:
        assert _sent(Relay("localhost", relay.port, False), ours).outcome is ACCEPTED
        assert relay.messages[0].encrypted
        stranger = _sent(Relay("localhost", relay.port, False))  # a certificate that nobody vouches for
        assert (stranger.outcome, len(relay.messages)) == (NOT_SENT, 1)


def test_no_password_leaves_this_machine_in_clear() -> None:
    assert Relay("relay.example.org", 587, False, "cell", "a password").must_encrypt
    assert not Relay("relay.example.org", 465, True, "cell", "a password").must_encrypt
    assert not Relay("127.0.0.1", 25, False, "cell", "a password").must_encrypt
    assert not Relay("relay.example.org", 25, False).must_encrypt
    assert "a password" not in repr(Relay("relay.example.org", 587, False, "cell", "a password"))


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://relay.example.org", Relay("relay.example.org", 25, False)),
        ("smtps://relay.example.org", Relay("relay.example.org", 465, True)),
        ("smtp://cell:p%40ss@relay.example.org:587", Relay("relay.example.org", 587, False, "cell", "p@ss")),
    ],
)
def test_the_address_of_a_relay_is_read(url: str, relay: Relay) -> None:
    assert read_relay(url) == relay


@pytest.mark.parametrize(
    "url",
    ["relay.example.org", "http://relay.example.org", "smtp://", "smtp://cell@host", "smtp://host:x", "smtp://h/x"],
)
def test_what_is_no_address_of_a_relay_is_not_taken_for_one(url: str) -> None:
    with pytest.raises(ValueError):
        read_relay(url)


def _sent(relay: Relay, trusted: ssl.SSLContext | None = None, message: Outgoing = EMAIL) -> Answer:
    provider = SmtpEmail(relay, FROM, tls_context=trusted)
    return next(iter(asyncio.run(provider.send([message]))))


def _contexts(certificate: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(certificate)
    return theirs, ssl.create_default_context(cafile=str(certificate))
