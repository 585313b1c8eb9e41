"""A workbook understood: the company and the texts that it says, and everything that is wrong with it at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from protocol.company_checks import company_faults
from protocol.company_format import CompanyFile
from protocol.kinds import EntryKind
from protocol.stewardship import EntryKey, Kept, all_with_kept
from protocol.words import Language
from protocol.workbook.calendar import Calendar, by_what
from protocol.workbook.faults import Fault, sentences
from protocol.workbook.lines import Line
from protocol.workbook.people import People
from protocol.workbook.people_sheets import TEAMS
from protocol.workbook.practice import Practice
from protocol.workbook.practice_sheets import PROTOCOL
from protocol.workbook.reading import Book
from protocol.workbook.stewards import Stewards
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
    kept: Mapping[EntryKey, Kept] = field(default_factory=dict)  # of messages; the company holds the others


def understand(
    book: Book, country: str, check: Check, left_out: Rows = frozenset(), told: Told = lambda _: None
) -> Understood:
    """The protocol in the book. A phone number without prefix is of the country. `told` is given the rows read."""
    faults = list(book.faults)
    lines = _lines(book, faults, left_out)
    calendar_lines = by_what(lines["calendar"])
    people = People(lines["teams"], calendar_lines["absence"], country, told)
    told(len(lines["teams"]) + len(lines["calendar"]))
    stewards = Stewards()
    people.take_kept(stewards)
    practice = Practice(lines["protocol"], lines["support"], people, stewards)
    calendar = Calendar(calendar_lines, people, practice, stewards)
    texts = texts_of(lines["messages"], check, stewards, practice.variables)
    told(sum(len(some) for some in lines.values()))
    kept = stewards.resolve(practice.keeper, practice.keepers)
    whole = {fault.sheet for fault in faults if not fault.row}
    faults += [fault for fault in _missing(people, practice, book) if fault.sheet not in whole]
    if faults:
        return Understood(None, texts, _in_order(faults), book.language, left_out)
    company = all_with_kept(calendar.completed(_company(people, practice)), kept)
    # What stands above knows the places; this only makes sure that no fault of the company file is missed.
    late = company_faults(company, "")
    faults = [Fault("", 0, "", "", "", *sentences("protocol", book.language, item=one)) for one in late]
    of_messages = {place: said for place, said in kept.items() if place[0] is EntryKind.MESSAGE}
    return Understood(None if faults else company, texts, faults, book.language, left_out, of_messages)


def understand_the_rest(book: Book, country: str, check: Check, told: Told = lambda _: None) -> Understood:
    """The same without the rows that have faults; its faults are those of the rows that were left out.

    `company` is None when a fault is not one of a row.
    """
    known = {(row.title, row.number) for some in book.rows.values() for row in some}
    left_out: Rows = frozenset()
    found: dict[Fault, None] = {}
    while True:
        result = understand(book, country, check, left_out, told)
        found |= dict.fromkeys(result.faults)
        rows = {(fault.sheet, fault.row) for fault in result.faults}
        if not rows or not rows <= known:
            return replace(result, faults=_in_order([*found]), left_out=left_out)
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
