"""The sheets of an Excel file as plain rows of values; merged cells are spread."""

import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser

from protocol.words import Remedy

Place = tuple[int, int]
Told = Callable[[int], None]
TELL_EVERY = 500
_BROKEN = (InvalidFileException, BadZipFile, ParseError, zlib.error, KeyError, ValueError, TypeError, OSError, EOFError)


@dataclass(frozen=True)
class Page:
    """One sheet as it stands in a file; the first of `rows` is row 1, and rows end with their last value.

    `copied` are places (row and column from 0) that only repeat the cell that they are merged with, and its place.
    """

    title: str
    rows: Sequence[Sequence[object]]
    copied: Mapping[Place, Place] = field(default_factory=dict)


def read_pages(path: Path, told: Told = lambda _: None) -> list[Page]:
    """Every sheet of the workbook; `told` is given the rows read. Raises Remedy for a file that is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about decoration that this library does not know
            with closing(openpyxl.load_workbook(path, data_only=True, read_only=True)) as book:
                read = count(1)
                return [_page(book, sheet, read, told) for sheet in book.worksheets]
    except FileNotFoundError:
        raise Remedy(f"{path}: there is no such file; check its name.") from None
    except _BROKEN:
        raise Remedy(f"{path}: this is not an Excel workbook; save it as .xlsx.") from None


def _page(book: Any, sheet: Any, read: Iterator[int], told: Told) -> Page:
    rows: list[list[object]] = []
    with sheet._get_source() as source:
        # What its read-only mode does, and keeps no merged cells of; the sheet's own idea of its size may be wrong.
        parser = WorkSheetParser(
            source, sheet._shared_strings, True, book.epoch, book._date_formats, book._timedelta_formats
        )
        for number, cells in parser.parse():
            if values := _values(cells):
                rows += [[]] * (number - len(rows))  # one list for all that are empty: _spread writes into new ones
                rows[number - 1] = values
            if not (done := next(read)) % TELL_EVERY:
                told(done)
    width = max(map(len, rows), default=0)
    copied: dict[Place, Place] = {}
    for merged in parser.merged_cells.mergeCell if parser.merged_cells else ():
        copied |= _spread(rows, merged, width)
    return Page(sheet.title, rows, copied)


def _values(cells: Sequence[Mapping[str, Any]]) -> list[object]:
    values: list[object] = []
    for cell in cells:
        if cell["value"] is not None:
            values += [None] * (cell["column"] - len(values))
            values[cell["column"] - 1] = cell["value"]
    return values


def _spread(rows: list[list[object]], merged: Any, width: int) -> dict[Place, Place]:
    """Repeats the value of a merged range in each of its cells; answers which."""
    first = (merged.min_row - 1, merged.min_col - 1)
    last_row, last_column = min(merged.max_row, len(rows)), min(merged.max_col, width)
    copied = {
        (row, column): first
        for row in range(first[0], last_row)
        for column in range(first[1], last_column)
        if (row, column) != first
    }
    if not copied:
        return copied
    for number in {row for row, _ in copied} | {first[0]}:
        rows[number] = [*rows[number], *[None] * (last_column - len(rows[number]))]
    value = rows[first[0]][first[1]]
    for row, column in copied:
        rows[row][column] = value
    return copied
