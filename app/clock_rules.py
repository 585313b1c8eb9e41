"""The supervisor's action for the rules that speak without a reading, like the one that misses a feed."""

from datetime import datetime, timedelta

from flows.apart import each
from monitoring.intake import count_none, look_at_the_clock
from monitoring.opening import opener
from monitoring.watching import clock_rules
from wiring.works import Works

LOOK_EVERY = timedelta(seconds=30)
SETTLING = timedelta(minutes=5)
"""So long after we were away ourselves nobody is missed: the sources could not post either."""


class ClockRules:
    """Looks at the clock twice a minute. Several may run: the rules' memory is in the store, and locked.

    Each rule is looked at by itself: one that points at nothing must not keep the others silent.
    """

    def __init__(self, settling: timedelta = SETTLING) -> None:
        self._settling = settling
        self._looked: datetime | None = None
        self._since: datetime | None = None

    def __call__(self, works: Works) -> int:
        """Lets the rules speak; answers how many of them had something to say."""
        now = works.clock.now()
        if self._looked is not None and self._looked <= now < self._looked + LOOK_EVERY:
            return 0
        away = self._looked is None or now - self._looked > self._settling
        self._since = now if away or self._since is None else self._since
        self._looked = now
        with works.store.write() as session:
            count_none(session, now, opener(now))
        if now - self._since < self._settling:
            return 0
        with works.store.read() as session:
            rules = clock_rules(session)
        return each("look at the clock for rule", rules, lambda rule_id: _look(works, rule_id, now))


def _look(works: Works, rule_id: int, now: datetime) -> bool:
    with works.store.write() as session:
        return len(look_at_the_clock(session, rule_id, now, opener(now))) > 0
