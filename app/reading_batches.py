"""Lines of a file of readings, taken in batch by batch."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

from sqlalchemy.orm import Session

from monitoring.intake import future_fault, take_in
from monitoring.opening import opener
from monitoring.reading_files import FileLine
from monitoring.readings import ReadingValue
from wiring.works import Works

AT_ONCE = 5000
SHOWN_FAULTS = 100
Also = Callable[[Session, list[FileLine]], None]


@dataclass
class Taken:
    """What came of a file so far; of its faults the first hundred are told."""

    accepted: int = 0
    repeated: int = 0
    broken: int = 0
    breaches: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    @property
    def kept(self) -> int:
        """How many of its readings stand in the store."""
        return self.accepted + self.repeated

    def note(self, line: int, fault: str) -> None:
        """One line could not be taken."""
        self.broken += 1
        if len(self.faults) < SHOWN_FAULTS:
            self.faults.append((line, fault))


def take_lines(
    works: Works, lines: Iterable[FileLine], ahead: timedelta, taken: Taken, also: Also | None = None
) -> Iterator[FileLine]:
    """Takes in lines, batch by batch, each in one write together with what `also` writes; the last line of each."""
    left = iter(lines)
    while batch := list(islice(left, AT_ONCE)):
        now = works.clock.now()
        readings: list[ReadingValue] = []
        for line in batch:
            fault = line.fault
            if line.reading and not (fault := future_fault(line.reading, now, ahead) or ""):
                readings.append(line.reading)
            if fault:
                taken.note(line.number, fault.rstrip("."))
        with works.store.write() as session:
            result = take_in(session, readings, now, opener(now), ahead)
            if also:
                also(session, batch)
        taken.accepted += result.accepted
        taken.repeated += result.repeated
        taken.breaches += len(result.breaches)
        yield batch[-1]
