"""The supervisor's action for the rules that speak without a reading, like the one that misses a feed."""

from datetime import datetime, timedelta

from monitoring.intake import look_at_the_clock
from monitoring.opening import opener
from wiring.works import Works

LOOK_EVERY = timedelta(seconds=30)


class ClockRules:
    """Looks at the clock twice a minute. Several may run: the rules' memory is in the store, and locked."""

    def __init__(self) -> None:
        self._looked: datetime | None = None

    def __call__(self, works: Works) -> int:
        """Lets the rules speak; answers how many breaches there were."""
        now = works.clock.now()
        if self._looked is not None and self._looked <= now < self._looked + LOOK_EVERY:
            return 0
        with works.store.write() as session:
            breaches = look_at_the_clock(session, now, opener(now))
        self._looked = now
        return len(breaches)
