"""One row being understood: every cell that cannot be is a fault with its place."""

from collections.abc import Callable, Collection, Sequence
from heapq import nsmallest
from typing import TypeVar

from protocol.words import Language
from protocol.workbook.cells import choice, key, plain
from protocol.workbook.choices import YES_NO
from protocol.workbook.columns import slug
from protocol.workbook.faults import Fault, Unreadable, sentences
from protocol.workbook.reading import Head, Row

Value = TypeVar("Value")
NOWHERE = Head("", "")
ERRORS = ("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!")
"""What a spreadsheet shows for a formula that fails; no text of ours is exactly that."""

_YES_NO = {language: choice(YES_NO, language) for language in Language}


class Line:
    """A row and the list that its faults go to. `broken` are the columns that could not be understood.

    A row that is `left_out` has had its faults told; only what it says about its team still counts.
    """

    __slots__ = ("_faults", "broken", "language", "left_out", "row")

    def __init__(self, row: Row, language: Language, faults: list[Fault], left_out: bool = False) -> None:
        self.row, self.language, self.left_out = row, language, left_out
        self._faults = [] if left_out else faults
        self.broken: frozenset[str] = frozenset()

    @property
    def number(self) -> int:
        """The number of the row, as the spreadsheet shows it."""
        return self.row.number

    def said(self, *names: str) -> list[str]:
        """Which of these columns have something in them; all columns when none are named."""
        return [name for name in self.row.layout.places if (not names or name in names) and self.row.says(name)]

    def has(self, *names: str) -> bool:
        """Whether the sheet has one of these columns."""
        return any(name in self.row.layout.heads for name in names)

    def text(self, name: str) -> str:
        """The text of a cell; empty when there is none, or when it is an error."""
        texts = self._texts(name)
        return texts[0] if len(texts) == 1 else "\n".join(texts)

    def read(self, name: str, understand: Callable[[str], Value]) -> Value | None:
        """What the cell means; None when it is empty or cannot be understood."""
        text = self.text(name)
        return self._understood(name, understand, text) if text else None

    def moment(self, name: str, understand: Callable[[object], Value]) -> Value | None:
        """The same from the value itself: spreadsheets keep dates as dates."""
        if not self.text(name):
            return self.needed(name, None)
        return self.value(name, understand)

    def value(self, name: str, understand: Callable[[object], Value]) -> Value | None:
        """What the value of the cell means: spreadsheets keep numbers as numbers. None as for `read`."""
        cells = self.row.cells(name)
        return self._understood(name, understand, cells[0].value) if cells and self.text(name) else None

    def needed(self, name: str, value: Value | None) -> Value | None:
        """The value; one that is missing is a fault, unless the cell was broken anyway."""
        if not value and name not in self.broken:
            self.fault(name, "missing")
        return value

    def needed_text(self, name: str) -> str:
        """The text of a cell that must not be empty."""
        return self.needed(name, self.text(name)) or ""

    def yes(self, name: str) -> bool | None:
        """Yes or no; None when it is not said."""
        value = self.read(name, _YES_NO[self.language])
        return None if value is None else value == "yes"

    def key(self, *names_from: str, column: str = "key", joint: str = "-") -> str:
        """The key in its column, or one made from the first of these names that is given; empty when neither is."""
        if self.said(column):
            return self.read(column, key) or ""
        return next((made for name in names_from if (made := slug(self.text(name), joint))), "")

    def fault(self, name: str, code: str, **words: str | int) -> None:
        """Something is wrong with a cell; with the whole row when the column is empty."""
        cells = self.row.cells(name)
        head = cells[0].head if cells else self.row.layout.heads.get(name, NOWHERE)
        heading = head.heading or (self.row.sheet.column(name).heading.told(self.language) if name else "")
        value = "; ".join(plain(cell.value) for cell in cells)
        told = sentences(code, self.language, self.row.sheet, **words)
        self._faults.append(Fault(self.row.title, self.number, head.letter, heading, value, *told))
        self.broken |= {name}

    def _texts(self, name: str) -> Sequence[str]:
        if name in self.broken:
            return []
        texts = self.row.texts(name)
        for text in texts:
            if text in ERRORS:
                self.fault(name, "formula")
                return []
            if not text.isprintable() and not text.replace("\n", "").replace("\t", "").isprintable():
                self.fault(name, "control")
                return []
        return texts

    def _understood(self, name: str, understand: Callable[..., Value], value: object) -> Value | None:
        try:
            return understand(value)
        except Unreadable as error:
            self.fault(name, error.code, **error.words)
            return None


def known(things: Collection[str], most: int = 12) -> str:
    """The first of these, as a remedy names them."""
    return ", ".join(nsmallest(most, things)) + (", …" if len(things) > most else "")
