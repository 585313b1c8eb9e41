"""What every provider is given and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, Protocol

from notifiers.providers.words import ReceiptWord
from notifiers.states import Concern, Outcome


@dataclass(frozen=True, slots=True)
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
    request: str = ""  # names the request that carries it (a batch shares one), committed before it is made
    digit_callback: str | None = None  # where the digit that a called person presses is to be posted

    def in_request(self, request: str) -> "Outgoing":
        """The same message in a request of another name."""
        return replace(self, request=request)

    def __reduce__(self) -> tuple[Any, ...]:
        return Outgoing, _VALUES_OF_OUTGOING(
            self
        )  # pickled by the thousand: the way of dataclasses takes ten times as long


@dataclass(frozen=True, slots=True)
class Answer:
    """What one attempt came to. `detail` is one sentence without personal data."""

    outcome: Outcome
    provider_id: str | None = None
    detail: str = ""
    retry_after: float | None = None  # seconds the whole sender must pause (429)
    concern: Concern | None = None  # whom a refusal concerns, when the provider says so
    alone: bool = False  # the request was refused as a whole: send this one by itself

    def __reduce__(self) -> tuple[Any, ...]:
        return Answer, _VALUES_OF_ANSWER(self)


_VALUES_OF_OUTGOING = attrgetter(*(field.name for field in fields(Outgoing)))
_VALUES_OF_ANSWER = attrgetter(*(field.name for field in fields(Answer)))


@dataclass(frozen=True, slots=True)
class Found:
    """The provider's word about a message in doubt: the ids under which it may hold it; none: it does not have it."""

    provider_ids: tuple[str, ...] = ()


class Provider(Protocol):
    """A carrier. `send` never retries: a retry is a state of the message. All calls run in one event loop."""

    name: str
    sender: str  # the number or address it sends from, as the rows of the pace know it
    grace: float  # seconds after which `find` tells the truth about a message in doubt
    batch: int  # how many messages one `send` takes at the most
    knows: bool  # whether `find` can ever tell; where not, policy settles a doubt after the grace
    shared: bool  # whether one `find` tells about every message of a request
    connections: int  # how many calls of `send` may be in flight
    rate: float | None  # messages a second that its sender may hand over; None: as fast as it goes

    async def send(self, messages: Sequence[Outgoing]) -> Sequence[Answer]:
        """Hands messages over in one request; one answer for each, in their order.

        Never raises for what the network or the provider does.
        """
        ...

    async def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Asks whether a message in doubt was taken since that moment; None when it cannot be asked just now."""
        ...

    async def ask(self, message: Outgoing, provider_id: str) -> ReceiptWord | None:
        """Asks where a message stands that the provider took and said no more about; None when it cannot be asked."""
        ...

    async def close(self) -> None:
        """Gives back connections."""
        ...
