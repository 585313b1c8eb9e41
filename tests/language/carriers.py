"""The carriers of a story: fakes that behave as Twilio and SendGrid do, and the receiver that they post to."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from fastapi.testclient import TestClient

from app.receiver import create_receiver
from notifiers.links import Links
from notifiers.providers.base import Provider
from notifiers.providers.sendgrid_email import SendGridEmail
from notifiers.providers.twilio_sms import TwilioSms
from notifiers.providers.twilio_voice import TwilioVoice
from notifiers.sender import Sender
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Channel
from tests.fakes.sendgrid_server import KEY, FakeSendGrid
from tests.fakes.set_clock import SetClock
from tests.fakes.twilio_server import ACCOUNT, NUMBER, TOKEN, FakeTwilio
from wiring.settings import read_settings
from wiring.works import Works

PUBLIC = "https://crisis.example.org"
FROM = "Crisis cell <cell@example.org>"
FAILED = ("undelivered", "failed", "bounce", "dropped", "busy", "no-answer")


@dataclass
class Carriers:
    """Everything between the outbox and people's telephones and mailboxes."""

    works: Works
    clock: SetClock
    twilio: FakeTwilio
    sendgrid: FakeSendGrid
    receiver: TestClient
    sender: Sender
    heard: str = ""  # what the receiver answered last

    def carry(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """Takes what a fake posts to the receiver."""
        parts = urlsplit(url)
        answer = self.receiver.post(
            parts.path + (f"?{parts.query}" if parts.query else ""), content=body, headers=headers
        )
        self.heard = answer.text
        return answer.status_code, answer.text


@contextmanager
def carriers(store: Store, vault: Vault, home: Path, clock: SetClock) -> Iterator[Carriers]:
    """The real clients at the fakes, one sender, and the real receiver, all by the clock that is set by hand."""
    with ExitStack() as stack:
        twilio = stack.enter_context(FakeTwilio(clock=clock.now))
        sendgrid = stack.enter_context(FakeSendGrid(events_url=f"{PUBLIC}/providers/email", clock=clock.now))
        settings = read_settings(
            {
                "CRISIS_HOME": str(home),
                "CRISIS_PUBLIC_URL": PUBLIC,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "SENDGRID_WEBHOOK_KEY": sendgrid.public_key,
            }
        )
        works = Works(settings, store, vault, Links(PUBLIC, settings.prefect_ui_url, vault), clock)
        sender = Sender(store, works.scribe, _providers(twilio, sendgrid), clock, "sender-1")
        stack.callback(sender.close)
        receiver = TestClient(create_receiver(works), PUBLIC, follow_redirects=False)
        made = Carriers(works, clock, twilio, sendgrid, receiver, sender)
        twilio.carry = sendgrid.carry = made.carry
        yield made


def _providers(twilio: FakeTwilio, sendgrid: FakeSendGrid) -> dict[Channel, Provider]:
    return {
        Channel.SMS: TwilioSms(ACCOUNT, TOKEN, from_number=NUMBER, base_url=twilio.url),
        Channel.VOICE: TwilioVoice(ACCOUNT, TOKEN, from_number=NUMBER, base_url=twilio.url),
        Channel.EMAIL: SendGridEmail(KEY, FROM, base_url=sendgrid.url),
    }
