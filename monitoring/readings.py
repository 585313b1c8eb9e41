"""Readings as values, and the way in from a CSV file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitoring.reading_cells import EARLIEST, HIGHEST, BadCell, problem_of, read_count, read_moment
from protocol.words import Remedy

__all__ = ["EARLIEST", "HIGHEST", "CountValue", "ReadingValue", "read_csv"]

COUNTED = "counted"
"""The source of what single mentions, inquiries, e-mails and alerts add up to: where there is none, there was none."""

COLUMNS = ("timestamp", "value")
_HEADER = "the first line must name timestamp,value"


@dataclass(frozen=True, slots=True)
class ReadingValue:
    """One count of one series at one aware moment; raises Remedy for a naive moment or a value that is no count.

    A count may be a fraction; it lies between 0 and `HIGHEST`, so that sums stay finite. Several sources may count one
    series: their counts add up.
    """

    series: str
    at: datetime
    value: float
    source: str = ""

    def __post_init__(self) -> None:
        if not self.series:
            raise Remedy(f"the reading at {self.at} names no series; give one.")
        if self.at.tzinfo is None:
            raise Remedy(f"{self.series} at {self.at}: the moment has no time zone; add one, like +00:00.")
        if self.at < EARLIEST:
            raise Remedy(f"{self.series} at {self.at.isoformat()} lies before 1970; set the clock of its source.")
        problem = problem_of(self.value)
        if problem:
            raise Remedy(f"{self.series} at {self.at.isoformat()}: {self.value} {problem}; correct the reading.")


@dataclass(frozen=True, slots=True)
class CountValue:
    """So many more of one series in the minute that holds an aware moment: what single mentions add up to."""

    series: str
    at: datetime
    value: float

    @property
    def minute(self) -> datetime:
        """The beginning of its minute."""
        return self.at.replace(second=0, microsecond=0)


def read_csv(path: Path, series: str | None = None) -> list[ReadingValue]:
    """The readings of a `timestamp,value` file, in its order; the series is the file's name unless given.

    Naive timestamps are UTC. Raises Remedy, naming the line, at the first one that cannot be read.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            readings = list(_readings(path.name, csv.DictReader(file), series or path.stem))
    except FileNotFoundError:
        raise Remedy(f"No file {path}; check the path.") from None
    except OSError as error:
        raise Remedy(f"{path} cannot be read ({error.strerror}); give a readable CSV file.") from None
    except (UnicodeDecodeError, csv.Error):
        raise Remedy(f"{path.name} is not CSV text in UTF-8; save it as CSV UTF-8.") from None
    if not readings:
        raise Remedy(f"{path.name} holds no readings; add lines under timestamp,value.")
    return readings


def _readings(name: str, table: "csv.DictReader[str]", series: str) -> Iterator[ReadingValue]:
    if not table.fieldnames:
        raise Remedy(f"{name} is empty; {_HEADER}.")
    missing = [column for column in COLUMNS if column not in table.fieldnames]
    if missing:
        raise Remedy(f'{name}: no column "{missing[0]}"; {_HEADER}.')
    for line in table:
        try:
            yield ReadingValue(series, read_moment(line["timestamp"]), read_count(line["value"]))
        except BadCell as bad:
            raise Remedy(f"{name}, line {table.line_num}: {bad}; correct the line or remove it.") from None
