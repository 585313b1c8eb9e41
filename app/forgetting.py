"""The supervisor's action that forgets which mentions were counted, when they can no longer be taken in."""

from datetime import datetime, timedelta

from app.feeds import forget_feeds
from monitoring import seen
from wiring.works import Works

FORGET_EVERY = timedelta(hours=1)


class Forgetting:
    """Forgets once an hour. Several may run."""

    def __init__(self) -> None:
        self._next_at: datetime | None = None

    def __call__(self, works: Works) -> int:
        """How many mentions were forgotten."""
        now = works.clock.now()
        if self._next_at and self._next_at - FORGET_EVERY <= now < self._next_at:
            return 0
        self._next_at = now + FORGET_EVERY
        with works.store.write() as session:
            forget_feeds(session)
            return seen.forget(session, now)
