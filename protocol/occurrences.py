"""When a protocol task comes, by the clocks of its own time zone: its hour stays the same when the clocks change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from protocol.calendar import ProtocolTask
from protocol.shifts import DAY, moment_of

CYCLE = 400
"""Years after which the calendar repeats, weekdays included."""

MARGIN = 100
STEPS = {"DAILY": DAY, "WEEKLY": 7 * DAY}


@dataclass(frozen=True)
class Recurrence:
    """The first time, as clocks of a zone show it, and a rule that `read_rule` gave; without one it comes once."""

    starts: datetime
    time_zone: str
    rule: str

    def since(self, moment: datetime) -> Iterator[datetime]:
        """The occurrences from a moment on, in UTC, in order and each once.

        An hour that the clocks jump over comes at the jump, one that they show twice comes the first time. Lazy: take
        no more than is needed. A rule that never comes ends in less than a second.
        """
        last = self._until
        former: datetime | None = None
        for shown in self._shown(moment.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None) - DAY):
            at = moment_of(shown, self.time_zone)
            if last is not None and at > last:
                return
            if at >= moment and at != former:
                former = at
                yield at

    def _shown(self, first: datetime) -> Iterator[datetime]:
        """What the clocks show, from somewhere before `first` on."""
        if not self.rule:
            yield self.starts
            return
        starts = _nearer(self.starts, first, self._parts)
        # dateutil looks for a rule's next day until the last of all years. Near it, that is soon over.
        years = max(0, (MAXYEAR - MARGIN - max(starts, first).year) // CYCLE * CYCLE)
        without_end = ";".join(f"{name}={said}" for name, said in self._parts.items() if name != "UNTIL")
        for shown in rrulestr(without_end, dtstart=starts.replace(year=starts.year + years)):
            yield shown.replace(year=shown.year - years)

    @property
    def _parts(self) -> Mapping[str, str]:
        return dict(part.split("=") for part in self.rule.split(";")) if self.rule else {}

    @property
    def _until(self) -> datetime | None:
        said = self._parts.get("UNTIL")
        return datetime.strptime(said, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if said else None


def recurrence_of(task: ProtocolTask) -> Recurrence:
    """When a task of the store comes."""
    return Recurrence(task.starts, task.time_zone, task.recurrence)


def _nearer(starts: datetime, first: datetime, parts: Mapping[str, str]) -> datetime:
    """A start of the same rule close before `first`, so that years of days need not be counted."""
    step: timedelta | None = STEPS.get(parts["FREQ"])
    if step is None or "COUNT" in parts or "BYSETPOS" in parts:  # a set begins with its week, not with a start
        return starts
    step *= int(parts.get("INTERVAL", 1))
    return starts + max(0, (first - starts) // step) * step
