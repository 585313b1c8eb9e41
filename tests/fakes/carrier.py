"""A carrier whose answers a test chooses; what it carries stands in the recorder's file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.recorder import Recorder
from notifiers.providers.words import ReceiptWord
from notifiers.states import Outcome


@dataclass
class Carrier:
    """Takes the next of `answers` for each message and carries the ones it accepts; then accepts everything.

    `loses` is how many answers get lost after the message was carried; `mute` is a carrier that cannot be asked.
    `words` is what it says about a token when it is asked; `before` is called with each message, and what it raises is
    raised.
    """

    recorder: Recorder
    answers: list[Answer] = field(default_factory=list)
    loses: int = 0
    mute: bool = False
    words: dict[str, ReceiptWord] = field(default_factory=dict)
    before: Callable[[Outgoing], object] = lambda _: None
    name: str = "carrier"
    sender: str = "carrier"
    grace: float = 60.0
    batch: int = 1
    knows: bool = True
    shared: bool = False
    connections: int = 1
    rate: float | None = None

    async def send(self, messages: Sequence[Outgoing]) -> Sequence[Answer]:
        """Answers as it was told to."""
        return [await self._carry(message) for message in messages]

    async def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Looks into the recorder's file."""
        return None if self.mute else await self.recorder.find(message, since)

    async def ask(self, message: Outgoing, provider_id: str) -> ReceiptWord | None:
        """Answers what it was told to about a token, once."""
        return None if self.mute else self.words.pop(message.token, None)

    async def close(self) -> None:
        """Does nothing."""

    async def _carry(self, message: Outgoing) -> Answer:
        self.before(message)
        if self.answers:
            return self.answers.pop(0)
        (answer,) = await self.recorder.send([message])
        if self.loses:
            self.loses -= 1
            return Answer(Outcome.UNKNOWN, detail="the line broke off")
        return answer
