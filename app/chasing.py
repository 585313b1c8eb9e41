"""The supervisor's action that tells of inquiries which wait too long, in bundles and nearly for nothing."""

from datetime import datetime, timedelta

from desk.overdue import Rung, escalate, waiting
from flows.apart import each
from wiring.works import Works

LOOK_EVERY = timedelta(seconds=10)  # an urgent inquiry that came meanwhile is seen by then


class Chasing:
    """Rests a few seconds between looks. Several may run: each inquiry climbs each rung once."""

    def __init__(self) -> None:
        self._rests: tuple[datetime, datetime] | None = None

    def __call__(self, works: Works) -> int:
        """Tells of what is overdue; answers of how many rungs somebody is told."""
        now = works.clock.now()
        if self._rests and self._rests[0] <= now < self._rests[1]:
            return 0
        with works.store.read() as session:
            found = waiting(session, now)
        told = each("tell of overdue inquiries of", found.rungs, lambda rung: _escalate(works, rung, now))
        if not found.rungs:
            self._rests = now, min(now + LOOK_EVERY, found.next_at or now + LOOK_EVERY)
        return told


def _escalate(works: Works, rung: Rung, now: datetime) -> int:
    with works.store.write() as session:
        return escalate(session, rung, now)
