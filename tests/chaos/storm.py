"""A storm over senders at work: kills and a freeze at moments that only its dice know."""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from incidents.rows import TimelineEntry
from incidents.timeline import Kind
from notifiers.rows import Message, SenderLease
from notifiers.states import State
from tests.chaos.processes import Fakes, Sending, tail
from tests.chaos.sender_process import CARRIED, GRACE, LEASE
from wiring.works import Works

# Not a limit on speed: what takes this long will never come.
STUCK_SECONDS = float(os.environ.get("STORIES_PATIENCE", "240"))
LOOK = 0.02  # seconds between two looks
ON_THEIR_WAY = (State.PENDING, State.SENDING, State.IN_DOUBT)
DESKS = 0.5  # of the kills of a sender, those that find its desk killed a moment before
FROZEN_FOR = LEASE.total_seconds() + GRACE + 4  # until others have asked about what it held, and sent it


@dataclass(frozen=True)
class Weather:
    """How the storm is to be: over so many messages, so many kills, and perhaps a freeze."""

    messages: int
    kills: int
    freeze: bool


@dataclass
class Storm:
    """One run at work. `supervised` says whether the supervisor has done what it was left to do."""

    weather: Weather
    works: Works
    fakes: Fakes
    places: dict[str, Sending]
    dice: random.Random
    log: Path
    supervised: Callable[[], bool]
    kills: int = 0
    desk_kills: int = 0
    _frozen: str | None = None
    _thaw_at: float = 0.0

    def rage(self) -> None:
        """Kills senders while messages remain, freezes one beyond its lease, and waits until everything is done."""
        freeze_after = self.dice.randrange(1, self.weather.kills) if self.weather.freeze else -1
        while self.kills < self.weather.kills:
            if self.kills == freeze_after:
                self._freeze()
                freeze_after = -1
            self._kill_one()
        self.fakes.calm()  # a question that gets no answer is put again only half a minute later
        self._until(lambda: not self._frozen and self._left() == 0 and self.supervised(), "every message is done")

    def _kill_one(self) -> None:
        name = self.dice.choice([name for name in self.places if name != self._frozen])
        enough = self.fakes.taken() + self.dice.randint(1, max(2, self.weather.messages // (self.weather.kills + 4)))
        self._until(lambda: self._claimant() is not None, "a sender sends")
        if self.dice.random() < DESKS:
            time.sleep(self.dice.uniform(0, 0.3))
            self.desk_kills += self.places[name].kill_desk()
        late = time.monotonic() + self.dice.uniform(0.1, 3)
        self._until(lambda: self.fakes.taken() >= enough or time.monotonic() > late, "the next kill")
        time.sleep(self.dice.uniform(0, 0.05))
        if self._left() == 0:
            raise RuntimeError(f"nothing was left after {self.kills} kills; more messages are needed")
        self.places[name].kill()
        self.kills += 1
        self.places[name].start()

    def _freeze(self) -> None:
        self._until(lambda: self._claimant() is not None, "a sender sends")
        time.sleep(self.dice.uniform(0, 0.3))
        self._frozen = self._claimant() or self.dice.choice(list(self.places))
        self.places[self._frozen].freeze()
        self._thaw_at = time.monotonic() + FROZEN_FOR

    def _claimant(self) -> str | None:
        """The place that holds fresh claims; on SQLite only the one that holds the lease has any."""
        with self.works.store.read() as session:
            now = self.works.clock.now()
            claimed = (Message.state == State.SENDING, Message.lease_until > now)
            owners = set(session.scalars(select(Message.lease_owner).where(*claimed).distinct()))
            lease = session.get(SenderLease, 1)
        alive = {str(owner).partition("-")[0] for owner in owners if lease is None or lease.owner == owner}
        return min(alive, default=None)

    def _until(self, look: Callable[[], object], what: str) -> None:
        """Polls until something is so; a frozen sender whose time has come is thawed meanwhile."""
        stuck_at = time.monotonic() + STUCK_SECONDS
        while not look():
            if self._frozen and time.monotonic() > self._thaw_at:
                self.places[self._frozen].thaw()
                self._frozen = None
            if time.monotonic() > stuck_at:
                raise TimeoutError(f"it never came to this: {what}\n{self._states()}\n{tail(self.log)}")
            dead = {name: place.ended for name, place in self.places.items() if place.ended is not None}
            if dead:
                raise RuntimeError(f"ended by themselves, with {dead}\n{tail(self.log)}")
            time.sleep(LOOK)

    def _left(self) -> int:
        with self.works.store.read() as session:
            left = (Message.state.in_(ON_THEIR_WAY), Message.channel.in_(CARRIED))
            return session.scalar(select(func.count(Message.id)).where(*left)) or 0

    def _states(self) -> dict[str, int]:
        columns = (Message.channel, Message.state, Message.reason)
        with self.works.store.read() as session:
            found = session.execute(select(*columns, func.count()).group_by(*columns)).all()
        return {f"{channel} {state} {reason}".strip(): count for channel, state, reason, count in found}


def supervised(works: Works, incidents: int) -> Callable[[], bool]:
    """Whether the supervisor has acted on so many incidents."""

    def look() -> bool:
        acted = TimelineEntry.kind.in_((Kind.DEGRADED, Kind.ESCALATED))
        with works.store.read() as session:
            return session.scalar(select(func.count(TimelineEntry.incident_id.distinct())).where(acted)) == incidents

    return look
