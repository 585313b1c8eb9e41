"""The supervisor's action that reminds of protocol tasks, within a second of each moment and nearly for nothing."""

from datetime import datetime, timedelta

from flows.apart import each
from notifiers.task_reminders import GRACE, Due, agenda, remind
from protocol.installation import Environment
from wiring.works import Works

LOOK_EVERY = timedelta(minutes=1)  # a task that was planned meanwhile is seen by then


class Reminding:
    """Rests until the next reminder, a minute at the most. Several may run: each reminder is a dispatch, once.

    It does not rest while an error keeps back what can still be told in time.
    """

    def __init__(self) -> None:
        self._rests: tuple[datetime, datetime] | None = None

    def __call__(self, works: Works) -> int:
        """Reminds of what is due; answers of how many occurrences somebody is told."""
        now = works.clock.now()
        if self._rests and self._rests[0] <= now < self._rests[1]:
            return 0
        with works.store.read() as session:
            found = agenda(session, now)
        settled: list[Due] = []

        def settle(due: Due) -> bool:
            told = _remind(works, due, now)
            settled.append(due)
            return told

        told = each("remind of protocol task", found.due, settle)
        if all(due in settled or now >= due.occurrence + GRACE for due in found.due):
            self._rests = now, min(now + LOOK_EVERY, found.next_at or now + LOOK_EVERY)
        return told


def _remind(works: Works, due: Due, now: datetime) -> bool:
    rehearsal = works.settings.environment is Environment.STAGING
    with works.store.write() as session:
        return remind(session, due, now, drill=rehearsal)
