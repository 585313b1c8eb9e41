"""Sending by ourselves, when no sender process is at work, until what can leave now has ended."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import FrameType

from sqlalchemy import and_, case, func, or_, select

from notifiers.rows import Message, SenderLease
from notifiers.sender import Sender
from notifiers.states import State
from protocol.words import Channel
from wiring.works import Works

LOOK_EVERY = 0.25  # seconds between two looks at how far it is, at the least
SHARE = 10  # a look may take a tenth of the time: a hundred thousand rows are not counted in no time
ON_THEIR_WAY = (State.PENDING, State.SENDING, State.IN_DOUBT)
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Progress:
    """How far some dispatches are. `held` wait for later, until `until` at the latest; nothing is done about them."""

    states: Counter[str]
    on_their_way: int
    held: int
    until: datetime | None

    @property
    def ended(self) -> int:
        """How many are neither on their way nor held."""
        return self.states.total() - self.on_their_way - self.held


@dataclass
class Watch:
    """Looks at how far it is, and heeds Ctrl-C: the sender then waits for what is in flight, and stops."""

    works: Works
    dispatches: Sequence[str]
    channels: Collection[Channel]
    tell: Tell
    interrupted: bool = False
    _look_at: float = 0.0

    def is_over(self) -> bool:
        """Whether nothing is left to do, or the person has had enough."""
        if self.interrupted or time.monotonic() < self._look_at:
            return self.interrupted
        begun = time.monotonic()
        found = progress(self.works, self.dispatches, self.channels)
        self.tell(found.ended, found.ended + found.on_their_way)
        ended = time.monotonic()
        self._look_at = ended + max(LOOK_EVERY, SHARE * (ended - begun))
        return self.interrupted or not found.on_their_way

    def interrupt(self, number: int, _frame: FrameType | None) -> None:
        """A second Ctrl-C ends the process as usual."""
        self.interrupted = True
        signal.signal(number, signal.default_int_handler)


def sender_is_alive(works: Works) -> bool:
    """Whether a sender process holds the lease. On PostgreSQL none does: any number may send at once."""
    with works.store.read() as session:
        lease = session.get(SenderLease, 1)
        return lease is not None and lease.until > works.clock.now()


def finish(works: Works, sender: Sender, dispatches: Sequence[str], tell: Tell) -> tuple[Progress, bool]:
    """Works as a sender until no message of the dispatches is on its way; whether a person interrupted it.

    `tell` is given how many of how many ended. Ctrl-C leaves the rest in the outbox for the next sender.
    """
    watch = Watch(works, dispatches, list(sender.lanes), tell)
    try:
        with _heeding(watch):
            sender.run(watch.is_over)
    finally:
        sender.close()
    return progress(works, dispatches, watch.channels), watch.interrupted


def progress(works: Works, dispatches: Sequence[str], channels: Collection[Channel]) -> Progress:
    """Counts in the store. What waits for a later hour, or for a channel that nothing carries, is held."""
    later = or_(
        and_(Message.held.is_not(None), Message.next_at > works.clock.now()), Message.channel.not_in(list(channels))
    )
    waits = case((and_(Message.state == State.PENDING, later), 1), else_=0)
    query = (
        select(Message.state, waits, func.count(), func.max(Message.next_at))
        .where(Message.dispatch_key.in_(dispatches))
        .group_by(Message.state, waits)
    )
    states: Counter[str] = Counter()
    on_their_way = held = 0
    until = None
    with works.store.read() as session:
        for state, waiting, number, latest in session.execute(query).all():
            states[str(state)] += number
            held += number if waiting else 0
            on_their_way += number if state in ON_THEIR_WAY and not waiting else 0
            until = latest if waiting else until
    return Progress(states, on_their_way, held, until)


@contextmanager
def _heeding(watch: Watch) -> Iterator[None]:
    former = signal.signal(signal.SIGINT, watch.interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
