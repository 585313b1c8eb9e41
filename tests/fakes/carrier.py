"""A carrier whose answers a test chooses; what it carries stands in the recorder's file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.recorder import Recorder
from notifiers.states import Outcome


@dataclass
class Carrier:
    """Takes the next of `answers` for each message and carries the ones it accepts; then accepts everything.

    `loses` is how many answers get lost after the message was carried; `mute` is a carrier that cannot be asked.
    """

    recorder: Recorder
    answers: list[Answer] = field(default_factory=list)
    loses: int = 0
    mute: bool = False
    before: Callable[[Outgoing], object] = lambda _: None
    name: str = "carrier"
    grace: float = 60.0

    def send(self, message: Outgoing) -> Answer:
        """Answers as it was told to."""
        self.before(message)
        if self.answers:
            return self.answers.pop(0)
        answer = self.recorder.send(message)
        if self.loses:
            self.loses -= 1
            return Answer(Outcome.UNKNOWN, detail="the line broke off")
        return answer

    def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Looks into the recorder's file."""
        return None if self.mute else self.recorder.find(message, since)

    def close(self) -> None:
        """Does nothing."""
