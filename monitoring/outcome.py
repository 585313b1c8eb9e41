"""How well alarms met what happened: hits, misses, false alarms a week, and how early."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from monitoring.known import Event

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Outcome:
    """What a rule's openings came to on one series, or on several together.

    `leads` has for each event that was found how long before its moment the first alarm of it came; after it is
    negative. An alarm outside of every event is false.
    """

    alarms: int
    events: int
    leads: tuple[timedelta, ...]
    false_alarms: int
    span: timedelta

    @property
    def alarms_per_week(self) -> float:
        """Openings a week and series."""
        return self.alarms / (self.span / WEEK)

    @property
    def false_per_week(self) -> float:
        """False alarms a week and series."""
        return self.false_alarms / (self.span / WEEK)

    @property
    def lead(self) -> timedelta | None:
        """The median of the leads; None where nothing was found."""
        return timedelta(seconds=median(one.total_seconds() for one in self.leads)) if self.leads else None

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.alarms + other.alarms,
            self.events + other.events,
            self.leads + other.leads,
            self.false_alarms + other.false_alarms,
            self.span + other.span,
        )


NOTHING = Outcome(0, 0, (), 0, timedelta(0))


def outcome(openings: Sequence[datetime], events: Sequence[Event], span: timedelta) -> Outcome:
    """Holds the moments at which alarms opened, in order, against the events of a series of that length."""
    leads, false_alarms = [], 0
    found: set[Event] = set()
    for at in openings:
        event = next((one for one in events if one.starts <= at <= one.ends), None)
        if event is None:
            false_alarms += 1
        elif event not in found:
            found.add(event)
            leads.append(event.at - at)
    return Outcome(len(openings), len(events), tuple(leads), false_alarms, max(span, timedelta(minutes=1)))
