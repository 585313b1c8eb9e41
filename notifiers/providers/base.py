"""What every provider is given and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from notifiers.states import Outcome


@dataclass(frozen=True)
class Outgoing:
    """One message, rendered, for one address."""

    channel: str
    to: str
    subject: str
    body: str
    token: str  # opaque; comes back in the provider's receipts
    reference: str  # short; ends an SMS, so that the provider's list can be searched for it
    attempt: int
    callback: str | None = None  # where receipts are to be posted, when a public address is set
    language: str = "en"


@dataclass(frozen=True)
class Answer:
    """What one attempt came to. `detail` is one sentence without personal data."""

    outcome: Outcome
    provider_id: str | None = None
    detail: str = ""
    retry_after: float | None = None  # seconds the whole sender must pause (429)


@dataclass(frozen=True)
class Found:
    """The provider's word about a message in doubt: it holds it (`provider_id`), or it does not (None)."""

    provider_id: str | None


class Provider(Protocol):
    """A carrier. `send` never retries: a retry is a state of the message. Both calls may block."""

    name: str
    grace: float  # seconds after which `find` tells the truth about a message in doubt

    def send(self, message: Outgoing) -> Answer:
        """Hands one message over. Never raises for what the network or the provider does."""
        ...

    def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Asks whether a message in doubt was taken since that moment; None when it cannot be asked just now."""
        ...

    def close(self) -> None:
        """Gives back connections."""
        ...
