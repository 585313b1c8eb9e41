"""The rows of a workbook under the headings that they stand under, whatever their order, case and language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter

from protocol.words import Language
from protocol.workbook.cells import plain
from protocol.workbook.columns import Sheet, folded
from protocol.workbook.faults import Fault, sentences
from protocol.workbook.folder import read_folder
from protocol.workbook.pages import Page, Told, read_pages
from protocol.workbook.sheets import NEEDED, SHEETS

HEADINGS_WITHIN = 20
"""The headings stand in one of the first rows; titles may stand above them."""

LEFT_OUT = "#"
"""A sheet, a column or a row whose name begins with it is not read."""


@dataclass(frozen=True)
class Head:
    """Where a column stands in a file: its letter and its heading as written."""

    letter: str
    heading: str


@dataclass(frozen=True)
class Cell:
    """One cell with something in it."""

    head: Head
    value: object


@dataclass(frozen=True)
class Layout:
    """Where the columns of one sheet stand in a file: the places of each by its name, and its first heading."""

    sheet: Sheet
    title: str
    places: Mapping[str, Sequence[tuple[int, Head]]]
    heads: Mapping[str, Head]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values as they stand. Cells are made when somebody asks, for there may be a million of them."""

    layout: Layout
    number: int
    values: Sequence[object]

    @property
    def sheet(self) -> Sheet:
        """What the sheet is made of."""
        return self.layout.sheet

    @property
    def title(self) -> str:
        """What the sheet is called in the file."""
        return self.layout.title

    def cells(self, name: str) -> list[Cell]:
        """The cells of a column that have something in them."""
        places = [there for there in self.layout.places.get(name, ()) if there[0] < len(self.values)]
        return [Cell(head, self.values[place]) for place, head in places if plain(self.values[place])]

    def texts(self, name: str) -> list[str]:
        """The same as text."""
        values = self.values
        return [
            text
            for place, _ in self.layout.places.get(name, ())
            if place < len(values) and values[place] is not None and (text := plain(values[place]))
        ]

    def says(self, name: str) -> bool:
        """Whether the column has something in it."""
        return bool(self.texts(name))


@dataclass(frozen=True)
class Book:
    """A workbook as read: its rows by sheet, its language, and what is wrong before any row is understood."""

    rows: Mapping[str, Sequence[Row]]
    language: Language
    faults: Sequence[Fault]


def read_book(
    path: Path, told: Told = lambda _: None, sheets: Sequence[Sheet] = SHEETS, needed: Sequence[Sheet] = NEEDED
) -> Book:
    """The workbook, or the folder of CSV files; `told` is given the rows read. Raises Remedy when there is none."""
    return book_of(read_folder(path) if path.is_dir() else read_pages(path, told), sheets, needed)


def book_of(pages: Sequence[Page], sheets: Sequence[Sheet] = SHEETS, needed: Sequence[Sheet] = NEEDED) -> Book:
    """The workbook that these pages make: of the protocol, unless it is made of other sheets."""
    language = _language(pages, sheets)
    faults: list[Fault] = []
    rows: dict[str, list[Row]] = {}
    for page in pages:
        sheet = _sheet(page.title, sheets)
        if sheet is None:
            faults += _unknown_sheet(page, language, sheets)
        elif sheet.name in rows:
            faults.append(_fault(page.title, "sheet_twice", language))
        else:
            rows[sheet.name] = _Reading(page, sheet, language, faults).rows()
    for sheet in needed:
        if sheet.name not in rows:
            faults.append(_fault(sheet.title.told(language), "sheet_missing", language))
    return Book(rows, language, faults)


class _Reading:
    """One pass over a sheet."""

    def __init__(self, page: Page, sheet: Sheet, language: Language, faults: list[Fault]) -> None:
        self._page, self._sheet, self._language, self._faults = page, sheet, language, faults

    def rows(self) -> list[Row]:
        top = _heading_row(self._page, self._sheet)
        if top is None:
            self._faults.append(_fault(self._page.title, "no_headings", self._language))
            return []
        layout = self._layout(top)
        rows = (self._row(number, layout) for number in range(top + 1, len(self._page.rows)))
        return [row for row in rows if row is not None]

    def _layout(self, top: int) -> Layout:
        places: dict[str, list[tuple[int, Head]]] = {}
        known = {name: column for column in self._sheet.columns for name in column.names()}
        for place, value in enumerate(self._headings(top)):
            heading = plain(value)
            head = Head(get_column_letter(place + 1), heading)
            column = known.get(folded(heading))
            copied = (top, place) in self._page.copied
            if heading.startswith(LEFT_OUT) or (copied and not (column and column.many)):
                continue
            if column is None:
                self._unknown_column(top, place, head)
            elif column.name in places and not column.many:
                self._faults.append(self._at(top, head, "heading_twice"))
            else:
                places.setdefault(column.name, []).append((place, head))
        heads = {name: some[0][1] for name, some in places.items()}
        return Layout(self._sheet, self._page.title, places, heads)

    def _headings(self, top: int) -> Sequence[object]:
        """As many as the widest row has cells: what stands beside all headings has none."""
        written = self._page.rows[top]
        return [*written, *[None] * (max(map(len, self._page.rows)) - len(written))]

    def _unknown_column(self, top: int, place: int, head: Head) -> None:
        below = self._page.rows[top + 1 :]
        if not head.heading and not any(plain(row[place]) for row in below if place < len(row)):
            return
        choices = ", ".join(column.heading.told(self._language) for column in self._sheet.columns)
        self._faults.append(self._at(top, head, "heading_unknown", choices=choices))

    def _row(self, number: int, layout: Layout) -> Row | None:
        values = self._page.rows[number]
        if self._page.copied:
            values = [None if self._is_copied_sideways(number, place) else one for place, one in enumerate(values)]
        row = Row(layout, number + 1, values)
        first = row.texts(self._sheet.columns[0].name)
        if first and first[0].startswith(LEFT_OUT):
            return None
        return row if self._has_own(number, row) else None

    def _has_own(self, number: int, row: Row) -> bool:
        """Whether anything stands in the row that is not merged into it from another."""
        return any(
            place < len(row.values) and plain(row.values[place]) and (number, place) not in self._page.copied
            for places in row.layout.places.values()
            for place, _ in places
        )

    def _is_copied_sideways(self, row: int, place: int) -> bool:
        """A cell merged over columns means the first of them; one merged over rows means them all."""
        return self._page.copied.get((row, place), (row, place))[1] != place

    def _at(self, top: int, head: Head, code: str, **words: str) -> Fault:
        reason, remedy = sentences(code, self._language, **words)
        return Fault(self._page.title, top + 1, head.letter, head.heading, head.heading, reason, remedy)


def _heading_row(page: Page, sheet: Sheet) -> int | None:
    known = {name for column in sheet.columns for name in column.names()}
    scores = [
        len({folded(plain(value)) for place, value in enumerate(row) if (number, place) not in page.copied} & known)
        for number, row in enumerate(page.rows[:HEADINGS_WITHIN])
    ]
    best = max(scores, default=0)
    return scores.index(best) if best >= min(2, len(sheet.columns)) else None


def _sheet(title: str, sheets: Sequence[Sheet]) -> Sheet | None:
    return next((sheet for sheet in sheets if folded(title) in sheet.names()), None)


def _language(pages: Sequence[Page], sheets: Sequence[Sheet]) -> Language:
    """The language of most headings; Spanish when they are as many."""
    counts = dict.fromkeys(Language, 0)
    for page in pages:
        sheet = _sheet(page.title, sheets)
        top = _heading_row(page, sheet) if sheet else None
        if sheet is None or top is None:
            continue
        written = {folded(plain(value)) for value in page.rows[top]} | {folded(page.title)}
        for language in Language:
            words = {folded(column.heading.told(language)) for column in sheet.columns}
            counts[language] += len(written & (words | {folded(sheet.title.told(language))}))
    return max(Language, key=lambda language: counts[language])


def _unknown_sheet(page: Page, language: Language, sheets: Sequence[Sheet]) -> list[Fault]:
    if page.title.startswith(LEFT_OUT) or not any(plain(value) for row in page.rows for value in row):
        return []
    choices = ", ".join(sheet.title.told(language) for sheet in sheets)
    return [_fault(page.title, "sheet_unknown", language, choices=choices)]


def _fault(title: str, code: str, language: Language, **words: str) -> Fault:
    return Fault(title, 0, "", "", "", *sentences(code, language, **words))
