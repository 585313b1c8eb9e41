"""A workbook understood: the company and the texts that it says, and everything that is wrong with it at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from protocol.company_checks import company_faults
from protocol.company_format import CompanyFile
from protocol.words import Language
from protocol.workbook.calendar import Calendar, by_what
from protocol.workbook.faults import Fault, sentences
from protocol.workbook.lines import Line
from protocol.workbook.people import People
from protocol.workbook.people_sheets import TEAMS
from protocol.workbook.practice import Practice
from protocol.workbook.practice_sheets import PROTOCOL
from protocol.workbook.reading import Book
from protocol.workbook.texts import Check, MessageText, texts_of

Told = Callable[[int], None]
Rows = frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Understood:
    """What a workbook says. `company` is None when something is wrong; `left_out` are rows that were not read."""

    company: CompanyFile | None
    texts: Sequence[MessageText]
    faults: Sequence[Fault]
    language: Language
    left_out: Rows = frozenset()


def understand(
    book: Book, country: str, check: Check, left_out: Rows = frozenset(), told: Told = lambda _: None
) -> Understood:
    """The protocol in the book. A phone number without prefix is of the country. `told` is given the rows read."""
    faults = list(book.faults)
    lines = _lines(book, faults, left_out)
    calendar_lines = by_what(lines["calendar"])
    people = People(lines["teams"], calendar_lines["absence"], country)
    told(len(lines["teams"]) + len(lines["calendar"]))
    practice = Practice(lines["protocol"], lines["support"], people)
    calendar = Calendar(calendar_lines, people, practice)
    texts = texts_of(lines["messages"], check, practice.variables)
    told(sum(len(some) for some in lines.values()))
    whole = {fault.sheet for fault in faults if not fault.row}
    faults += [fault for fault in _missing(people, practice, book) if fault.sheet not in whole]
    if faults:
        return Understood(None, texts, _in_order(faults), book.language, left_out)
    company = calendar.completed(_company(people, practice))
    # What stands above knows the places; this only makes sure that no fault of the company file is missed.
    late = company_faults(company, "")
    faults = [Fault("", 0, "", "", "", *sentences("protocol", book.language, item=one)) for one in late]
    return Understood(None if faults else company, texts, faults, book.language, left_out)


def understand_the_rest(book: Book, country: str, check: Check, told: Told = lambda _: None) -> Understood:
    """The same without the rows that have faults; its faults are those of the rows that were left out.

    `company` is None when a fault is not one of a row.
    """
    left_out: Rows = frozenset()
    found: list[Fault] = []
    while True:
        result = understand(book, country, check, left_out, told)
        found += [fault for fault in result.faults if fault not in found]
        rows = {(fault.sheet, fault.row) for fault in result.faults}
        known = {(row.title, row.number) for some in book.rows.values() for row in some}
        if not rows or not rows <= known:
            return Understood(result.company, result.texts, _in_order(found), book.language, left_out)
        left_out |= rows


def _lines(book: Book, faults: list[Fault], left_out: Rows) -> dict[str, list[Line]]:
    names = ("teams", "calendar", "protocol", "support", "messages")
    found: dict[str, list[Line]] = {}
    for name in names:
        lines = [
            Line(row, book.language, faults, (row.title, row.number) in left_out) for row in book.rows.get(name, ())
        ]
        found[name] = [line for line in lines if not line.left_out or name == TEAMS.name]
    return found


def _missing(people: People, practice: Practice, book: Book) -> list[Fault]:
    found = []
    if not people.any_team or not people.any_member:
        title = TEAMS.title.told(book.language)
        found.append(Fault(title, 0, "", "", "", *sentences("people_missing", book.language)))
    if not practice.has_company:
        title = PROTOCOL.title.told(book.language)
        found.append(Fault(title, 0, "", "", "", *sentences("company_missing", book.language)))
    return found


def _company(people: People, practice: Practice) -> CompanyFile:
    entries = practice.entries
    return CompanyFile(
        company=practice.company,
        members=people.members,
        teams=people.teams,
        roles=entries["role"],
        tools=entries["tool"],
        resources=entries["resource"],
        communication_flows=entries["flow"],
        measurements=entries["measurement"],
        listening_channels=entries["listening"],
        subjects=entries["subject"],
        support=entries["support"],
    )


def _in_order(faults: Sequence[Fault]) -> list[Fault]:
    sheets = list(dict.fromkeys(fault.sheet for fault in faults))
    return sorted(faults, key=lambda fault: (sheets.index(fault.sheet), fault.row, len(fault.column), fault.column))
