"""Every provider with what stands behind it, and ways to break that."""

import asyncio
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from notifiers.providers.apprise_chat import AppriseChat
from notifiers.providers.base import Answer, Found, Outgoing, Provider
from notifiers.providers.console import Console
from notifiers.providers.recorder import Recorder
from notifiers.providers.sendgrid_email import SendGridEmail
from notifiers.providers.smtp_email import SmtpEmail
from notifiers.providers.smtp_relay import Relay
from notifiers.providers.twilio_sms import TwilioSms
from notifiers.providers.twilio_voice import TwilioVoice
from notifiers.providers.words import ReceiptWord
from tests.fakes.chat_server import FakeChat
from tests.fakes.faulty_server import FaultyServer
from tests.fakes.relay_server import FakeRelay
from tests.fakes.sendgrid_server import KEY, FakeSendGrid
from tests.fakes.twilio_server import ACCOUNT, NUMBER, SERVICE, TOKEN, FakeTwilio

SMS = Outgoing(
    channel="sms",
    to="+12025550100",
    subject="",
    body="Come to room 4. Ref K7Q2",
    token="tok-1",
    reference="K7Q2",
    attempt=1,
    callback="https://crisis.example.org/receipts?token=tok-1",
)
EMAIL = replace(SMS, channel="email", to="ana.ruiz@example.org", subject="Come now")
CALL = replace(SMS, channel="voice", digit_callback="https://crisis.example.org/digits/tok-1")
CHAT = replace(SMS, channel="chat", subject="Come now")
PERSONAL = ("2025550100", "ana.ruiz", "room 4", "K7Q2", "Come now")
FROM = "Crisis cell <cell@example.org>"
PATIENT, IMPATIENT = 60.0, 0.8  # the provider's own setting; impatient where the other side hangs


@dataclass(frozen=True)
class Rig:
    """A provider in a loop of its own, the messages it fits, and how to break what is behind it."""

    provider: Provider
    asked: Provider  # the same carrier with a patient time-out, for `find`
    messages: tuple[Outgoing, ...]  # one `send` takes them
    break_by: Callable[[str], None]
    requests: Callable[[], int]
    fake: Any = None
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    @property
    def message(self) -> Outgoing:
        """The first of the messages."""
        return self.messages[0]

    def send(self, *messages: Outgoing) -> list[Answer]:
        """One `send` of these messages, or of the rig's own."""
        return list(self.runner.run(self.provider.send(messages or self.messages)))

    def send_each(self, messages: list[Outgoing]) -> list[Answer]:
        """One `send` for each, all at once."""

        async def gathered() -> list[Answer]:
            sent = await asyncio.gather(*(self.provider.send([message]) for message in messages))
            return [answer for answers in sent for answer in answers]

        return self.runner.run(gathered())

    def find(self, message: Outgoing, since: datetime, *, patiently: bool = False) -> Found | None:
        """What the provider says about a message in doubt."""
        return self.runner.run((self.asked if patiently else self.provider).find(message, since))

    def ask(self, message: Outgoing, provider_id: str) -> ReceiptWord | None:
        """What the provider says about a message that it took."""
        return self.runner.run(self.provider.ask(message, provider_id))

    def notice(self) -> None:
        """The loop gets round to what happened on its connections meanwhile, as one that always runs has."""
        for _ in range(5):
            self.runner.run(asyncio.sleep(0))


@contextmanager
def _running(rig: Rig) -> Iterator[Rig]:
    with rig.runner:
        yield rig
        rig.runner.run(rig.provider.close())
        rig.runner.run(rig.asked.close())


@contextmanager
def recorder(tmp_path: Path, timeout: float = PATIENT) -> Iterator[Rig]:
    file = tmp_path / "shelf" / "sent.jsonl"

    def unwritable(_: str) -> None:
        file.parent.write_text("a file where a folder should be")

    provider = Recorder(file, "sms")
    with _running(Rig(provider, provider, (SMS,), unwritable, lambda: 1)) as rig:
        yield rig


@contextmanager
def console(tmp_path: Path, timeout: float = PATIENT) -> Iterator[Rig]:
    stream = io.StringIO()
    provider = Console("sms", stream)
    with _running(Rig(provider, provider, (SMS,), lambda _: stream.close(), lambda: 1)) as rig:
        yield rig


@contextmanager
def twilio(tmp_path: Path, timeout: float = PATIENT) -> Iterator[Rig]:
    def provider(fake: FaultyServer, seconds: float) -> Provider:
        return TwilioSms(ACCOUNT, TOKEN, messaging_service_sid=SERVICE, base_url=fake.url, timeout=seconds)

    with _web(FakeTwilio(), provider, (SMS,), timeout) as rig:
        yield rig


@contextmanager
def voice(tmp_path: Path, timeout: float = PATIENT) -> Iterator[Rig]:
    def provider(fake: FaultyServer, seconds: float) -> Provider:
        return TwilioVoice(ACCOUNT, TOKEN, from_number=NUMBER, base_url=fake.url, timeout=seconds)

    with _web(FakeTwilio(), provider, (CALL,), timeout) as rig:
        yield rig


@contextmanager
def sendgrid(tmp_path: Path, timeout: float = PATIENT) -> Iterator[Rig]:
    with _web(FakeSendGrid(), _sendgrid, (EMAIL,), timeout) as rig:
        yield rig


@contextmanager
def sendgrid_batch(tmp_path: Path, timeout: float = PATIENT) -> Iterator[Rig]:
    with _web(FakeSendGrid(), _sendgrid, people(3), timeout) as rig:
        yield rig


@contextmanager
def smtp(tmp_path: Path, timeout: float = PATIENT) -> Iterator[Rig]:
    with FakeRelay() as fake:
        provider = SmtpEmail(Relay("127.0.0.1", fake.port, tls=False), FROM, timeout=timeout)
        with _running(Rig(provider, provider, (EMAIL,), fake.fail_next, lambda: fake.recipients, fake)) as rig:
            yield rig


@contextmanager
def apprise(tmp_path: Path, timeout: float = PATIENT) -> Iterator[Rig]:
    def provider(fake: FaultyServer, seconds: float) -> Provider:
        return AppriseChat()

    fake = FakeChat()
    with _web(fake, provider, (replace(CHAT, to=fake.address("ana.ruiz", timeout)),), timeout) as rig:
        yield rig


def people(count: int, request: str = "req-1") -> tuple[Outgoing, ...]:
    """E-mails to as many people, in one request."""
    return tuple(
        replace(EMAIL, to=f"ana.ruiz+{n}@example.org", body=f"Come to room 4, {n}.", token=f"tok-{n}", request=request)
        for n in range(1, count + 1)
    )


@contextmanager
def _web(
    fake: FaultyServer,
    provider: Callable[[FaultyServer, float], Provider],
    messages: tuple[Outgoing, ...],
    timeout: float,
) -> Iterator[Rig]:
    with fake:
        made, asked = provider(fake, timeout), provider(fake, PATIENT)
        with _running(Rig(made, asked, messages, fake.fail_next, lambda: len(fake.requests), fake)) as rig:
            yield rig


def _sendgrid(fake: FaultyServer, seconds: float) -> Provider:
    return SendGridEmail(KEY, FROM, base_url=fake.url, timeout=seconds)


RIGS = {
    "recorder": recorder,
    "console": console,
    "twilio": twilio,
    "voice": voice,
    "sendgrid": sendgrid,
    "sendgrid batch": sendgrid_batch,
    "smtp": smtp,
    "apprise": apprise,
}
HOLDS_IT, HOLDS_NONE, CANNOT_SAY = "holds it", "holds none", "cannot say"


def patience(fault: str) -> float:
    """The time-out for a row: short only where nothing will ever come."""
    return IMPATIENT if fault.startswith("hang") else PATIENT


def told(found: Found | None) -> str:
    """What a provider's `find` came to, in a word."""
    if found is None:
        return CANNOT_SAY
    return HOLDS_IT if found.provider_ids else HOLDS_NONE
