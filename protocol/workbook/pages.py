"""The sheets of an Excel file as plain rows of values; merged cells are spread."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from protocol.words import Remedy

Place = tuple[int, int]


@dataclass(frozen=True)
class Page:
    """One sheet as it stands in a file; the first of `rows` is row 1.

    `copied` are places (row and column from 0) that only repeat the cell that they are merged with, and its place.
    """

    title: str
    rows: Sequence[Sequence[object]]
    copied: Mapping[Place, Place] = field(default_factory=dict)


def read_pages(path: Path) -> list[Page]:
    """Every sheet of the workbook. Raises Remedy for a file that is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about decoration that this library does not know
            book = openpyxl.load_workbook(path, data_only=True)
    except FileNotFoundError:
        raise Remedy(f"{path}: there is no such file; check its name.") from None
    except (InvalidFileException, BadZipFile, KeyError, ValueError, TypeError, OSError):
        raise Remedy(f"{path}: this is not an Excel workbook; save it as .xlsx.") from None
    return [_page(sheet) for sheet in book.worksheets]


def _page(sheet: Any) -> Page:
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    copied: dict[Place, Place] = {}
    for merged in sheet.merged_cells.ranges:
        copied |= _spread(rows, merged)
    return Page(sheet.title, rows, copied)


def _spread(rows: list[list[object]], merged: Any) -> dict[Place, Place]:
    """Repeats the value of a merged range in each of its cells; answers which."""
    first = (merged.min_row - 1, merged.min_col - 1)
    copied = {
        (row, column): first
        for row in range(first[0], min(merged.max_row, len(rows)))
        for column in range(first[1], min(merged.max_col, len(rows[row])))
        if (row, column) != first
    }
    for row, column in copied:
        rows[row][column] = rows[first[0]][first[1]]
    return copied
