"""The sheets as an Excel file that is pleasant to fill: frozen headings, notes, drop-downs, sensible widths."""

from collections.abc import Sequence
from datetime import date, datetime
from math import ceil
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from protocol.words import Language, Remedy
from protocol.workbook.columns import Column, Sheet
from protocol.workbook.pages import Page
from protocol.workbook.sheets import SHEETS

LONGEST = 32_767  # characters that a cell of Excel holds
LINE, MOST_LINES = 15, 12  # points of a line, and lines of the highest row
_BOLD = Font(bold=True)
_SHADE = PatternFill("solid", fgColor="DDE6F0")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def write_pages(path: Path, pages: Sequence[Page], language: Language, sheets: Sequence[Sheet] = SHEETS) -> None:
    """Writes the sheets, those of the protocol unless others are given, readable by you only.

    Raises Remedy for a text that Excel cannot hold.
    """
    book = Workbook()
    book.remove(book.active)
    for page, sheet in zip(pages, sheets, strict=True):
        made = book.create_sheet(page.title)
        _fill(made, page, [column.width for column in sheet.columns])
        _dress(made, sheet.columns, len(page.rows), language)
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.touch(mode=0o600)  # contacts stand in it
        book.save(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _fill(made: Any, page: Page, widths: Sequence[int]) -> None:
    for number, row in enumerate(page.rows, start=1):
        lines = max((_lines(value, width) for value, width in zip(row, widths, strict=True)), default=1)
        if lines > 1:  # not every program makes a row as high as its longest cell
            made.row_dimensions[number].height = LINE * min(lines, MOST_LINES)
        for place, value in enumerate(row, start=1):
            if value in ("", None):
                continue
            cell = made.cell(number, place)
            _write(cell, value, f"{page.title}, {cell.coordinate}")


def _lines(value: object, width: int) -> int:
    """In how many lines a cell of that width shows its value."""
    return sum(max(1, ceil(len(line) / width)) for line in value.split("\n")) if isinstance(value, str) else 1


def _write(cell: Any, value: object, where: str) -> None:
    cell.alignment = _WRAPPED
    if not isinstance(value, str):
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
        return
    if len(value) > LONGEST or ILLEGAL_CHARACTERS_RE.search(value):
        raise Remedy(f"{where}: Excel cannot hold this text; export to a folder of CSV files instead.")
    cell.value = value
    cell.data_type = "s"  # a text that begins with = is no formula


def _dress(made: Any, columns: Sequence[Column], rows: int, language: Language) -> None:
    made.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        heading, letter = made.cell(1, place), get_column_letter(place)
        heading.font, heading.fill = _BOLD, _SHADE
        heading.comment = Comment(column.note.told(language), "Crisis Playbook", height=90, width=260)
        made.column_dimensions[letter].width = column.width
        if column.many:
            made.column_dimensions[letter].number_format = "@"  # or Excel makes a sum of a phone number
        if column.choices:
            _offer(made, column, f"{letter}2:{letter}{max(rows, 2) + 1000}", language)


def _offer(made: Any, column: Column, cells: str, language: Language) -> None:
    words = list(dict.fromkeys(choice.words.told(language) for choice in column.choices))
    # A warning, because other spellings are understood too.
    offered = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True, errorStyle="warning")
    offered.error = column.note.told(language)
    made.add_data_validation(offered)
    offered.add(cells)
