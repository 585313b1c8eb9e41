"""Files of readings, line by line: however long a file is, a few lines of it are in memory."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from monitoring.reading_cells import BadCell, read_count, read_moment
from monitoring.readings import COLUMNS, ReadingValue
from protocol.words import Remedy

LONGEST_LINE = 64 * 1024
LONGEST_NAME = 200
OPTIONAL = ("series", "source")


@dataclass(frozen=True)
class Table:
    """Which column stands where, by the first line of a file."""

    places: dict[str, int]
    delimiter: str

    def cell(self, cells: list[str], column: str) -> str:
        """What stands in a column; nothing where the file has none, or the line is too short."""
        place = self.places.get(column)
        return cells[place].strip() if place is not None and place < len(cells) else ""


@dataclass(frozen=True, slots=True)
class FileLine:
    """One line of a file, the first is 1, with its reading or what is wrong with it; `end` is where the next begins."""

    number: int
    end: int
    reading: ReadingValue | None
    fault: str = ""


def table_of(first: bytes, name: str) -> Table:
    """The columns that the first line of a file names, by comma or semicolon. Raises Remedy when one is missing."""
    try:
        text = first.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Remedy(f"{name} is not CSV text in UTF-8; save it as CSV UTF-8.") from None
    if not text:
        raise Remedy(f"{name} is empty; the first line must name timestamp,value.")
    delimiter = ";" if ";" in text and "," not in text else ","
    places = {cell.strip().lower(): place for place, cell in enumerate(_cells(text, delimiter))}
    missing = [column for column in COLUMNS if column not in places]
    if missing:
        raise Remedy(f'{name}: no column "{missing[0]}"; the first line must name timestamp,value.')
    return Table({column: places[column] for column in (*COLUMNS, *OPTIONAL) if column in places}, delimiter)


def lines_of(
    file: BinaryIO, table: Table, series: str, source: str, number: int = 1, whole: bool = True
) -> Iterator[FileLine]:
    """The lines from where a file stands, after line `number`; `series` and `source` are of lines that say none.

    Blank lines are passed over. Without `whole` a last line without its end is left for later: it may still grow.
    """
    for raw, end in _raw_lines(file):
        number += 1
        if not (whole or raw.endswith(b"\n")):
            return
        if raw.strip():
            yield _line(raw, table, series, source, number, end)


def _line(raw: bytes, table: Table, series: str, source: str, number: int, end: int) -> FileLine:
    if len(raw) > LONGEST_LINE:
        return FileLine(number, end, None, "the line is too long")
    try:
        return FileLine(number, end, _reading(raw.decode("utf-8"), table, series, source))
    except UnicodeDecodeError:
        return FileLine(number, end, None, "it is not text in UTF-8")
    except BadCell as bad:
        return FileLine(number, end, None, str(bad))


def _reading(text: str, table: Table, series: str, source: str) -> ReadingValue:
    try:
        cells = _cells(text, table.delimiter)
    except csv.Error:
        raise BadCell("it is not CSV") from None
    at, value = read_moment(table.cell(cells, "timestamp")), read_count(table.cell(cells, "value"))
    named = [table.cell(cells, "series") or series, table.cell(cells, "source") or source]
    for what, name in zip(OPTIONAL, named, strict=True):
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise BadCell(f"{what} is not a name of up to {LONGEST_NAME} printable characters")
    return ReadingValue(named[0], at, value, named[1])


def _cells(text: str, delimiter: str) -> list[str]:
    # A line is a row: a quotation mark that nobody closes must not swallow the lines after it.
    return next(csv.reader([text], delimiter=delimiter), []) if '"' in text else text.split(delimiter)


def _raw_lines(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Each line with where it ends; of one that is too long, its beginning."""
    while raw := file.readline(LONGEST_LINE + 1):
        end = file.tell()
        if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
            while (more := file.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
                pass
            end = file.tell()
            raw = raw if not more else raw + b"\n"
        yield raw, end
