"""Every provider with what stands behind it, and ways to break that."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from notifiers.providers.base import Found, Outgoing, Provider
from notifiers.providers.console import Console
from notifiers.providers.recorder import Recorder
from notifiers.providers.sendgrid_email import SendGridEmail
from notifiers.providers.twilio_sms import TwilioSms
from tests.fakes.faulty_server import FaultyServer
from tests.fakes.sendgrid_server import KEY, FakeSendGrid
from tests.fakes.twilio_server import ACCOUNT, SERVICE, TOKEN, FakeTwilio

SMS = Outgoing(
    channel="sms",
    to="+14155550100",
    subject="",
    body="Come to room 4. Ref K7Q2",
    token="tok-1",
    reference="K7Q2",
    attempt=1,
    callback="https://crisis.example.org/receipts?token=tok-1",
)
EMAIL = replace(SMS, channel="email", to="ana.ruiz@example.org", subject="Come now")
PERSONAL = ("4155550100", "ana.ruiz", "room 4", "K7Q2", "Come now")
PATIENT, IMPATIENT = 60.0, 0.3  # the provider's own setting; impatient where the other side hangs


@dataclass(frozen=True)
class Rig:
    """A provider, the message it fits, and how to break what is behind it."""

    provider: Provider
    asked: Provider  # the same carrier with a patient time-out, for `find`
    message: Outgoing
    break_by: Callable[[str], None]
    requests: Callable[[], int]
    fake: FaultyServer | None = None


@contextmanager
def recorder(tmp_path: Path, timeout: float = PATIENT) -> Iterator[Rig]:
    file = tmp_path / "shelf" / "sent.jsonl"

    def unwritable(_: str) -> None:
        file.parent.write_text("a file where a folder should be")

    provider = Recorder(file, "sms")
    yield Rig(provider, provider, SMS, unwritable, lambda: 1)


@contextmanager
def console(tmp_path: Path, timeout: float = PATIENT) -> Iterator[Rig]:
    stream = io.StringIO()
    provider = Console("sms", stream)
    yield Rig(provider, provider, SMS, lambda _: stream.close(), lambda: 1)


@contextmanager
def twilio(tmp_path: Path, timeout: float = PATIENT) -> Iterator[Rig]:
    with FakeTwilio() as fake:

        def provider(seconds: float) -> TwilioSms:
            return TwilioSms(ACCOUNT, TOKEN, messaging_service_sid=SERVICE, base_url=fake.url, timeout=seconds)

        rig = Rig(provider(timeout), provider(PATIENT), SMS, fake.fail_next, lambda: len(fake.requests), fake)
        yield rig
        rig.provider.close()
        rig.asked.close()


@contextmanager
def sendgrid(tmp_path: Path, timeout: float = PATIENT) -> Iterator[Rig]:
    with FakeSendGrid() as fake:

        def provider(seconds: float) -> SendGridEmail:
            return SendGridEmail(KEY, "Crisis cell <cell@example.org>", base_url=fake.url, timeout=seconds)

        yield Rig(provider(timeout), provider(PATIENT), EMAIL, fake.fail_next, lambda: len(fake.requests), fake)


RIGS = {"recorder": recorder, "console": console, "twilio": twilio, "sendgrid": sendgrid}
HOLDS_IT, HOLDS_NONE, CANNOT_SAY = "holds it", "holds none", "cannot say"


def patience(fault: str) -> float:
    """The time-out for a row: short only where nothing will ever come."""
    return IMPATIENT if fault.startswith("hang") else PATIENT


def told(found: Found | None) -> str:
    """What a provider's `find` came to, in a word."""
    if found is None:
        return CANNOT_SAY
    return HOLDS_IT if found.provider_id else HOLDS_NONE
