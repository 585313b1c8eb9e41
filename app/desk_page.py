"""What the desk's pages show: a sheet in the reader's language and clocks, and what waits for a first reply."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.corrections import Correction, corrections
from desk.languages import in_language
from desk.lines import Words
from desk.rows import Inquiry
from desk.sheets import DeskSheet, sheet_of
from desk.spans import span_words, urgency_word
from incidents.rows import Incident
from notifiers.context import company_words
from notifiers.render import level_word, phase_word
from protocol.duty_words import moment_words
from protocol.people import Member
from protocol.who import team_name
from protocol.words import Language

SHOWN = 50


@dataclass(frozen=True)
class Corrected:
    """A correction as the page shows it."""

    name: str
    reason: str
    channel: str
    at: str
    given: str
    now: str


@dataclass(frozen=True)
class SheetSeen:
    """A desk sheet as one person sees it. `lines` are reason and words; `faqs` title and address."""

    company: str
    sheet: DeskSheet
    title: str
    phase: str
    level: str
    as_of: str
    published: Sequence[tuple[str, str, str]]
    lines: Sequence[tuple[str, str]]
    do_not_say: Sequence[str]
    faqs: Sequence[tuple[str, str]]
    corrections: Sequence[Corrected]
    correction_count: int


@dataclass(frozen=True)
class WaitingRow:
    """An inquiry without a first reply."""

    name: str
    reason: str
    channel: str
    urgency: str
    waits: str
    overdue: bool


@dataclass(frozen=True)
class WaitingSeen:
    """What waits for a team, the most urgent and oldest first."""

    company: str
    team: str
    as_of: str
    count: int
    rows: Sequence[WaitingRow]


def sheet_seen(session: Session, incident: Incident, reader: Member, now: datetime) -> SheetSeen:
    """The sheet of an incident for a reader."""
    sheet, language, zone = sheet_of(session, incident), reader.language, reader.time_zone
    to_correct = corrections(session, incident)
    return SheetSeen(
        company=company_words(session, "")["company"],
        sheet=sheet,
        title=getattr(sheet.title, language),
        phase=phase_word(sheet.phase, language),
        level=level_word(sheet.level, language),
        as_of=clock_words(now, zone),
        published=[
            (_in(one.subjects, language), moment_words(one.at, zone, language), _in(one.words, language))
            for one in sheet.published
        ],
        lines=[(line.reason or "", _in(line.words, language)) for line in sheet.lines],
        do_not_say=[_in(words, language) for words in sheet.do_not_say],
        faqs=[(_in(faq.titles, language), faq.address) for faq in sheet.faqs],
        corrections=[_corrected(one, language, zone) for one in to_correct[:SHOWN]],
        correction_count=len(to_correct),
    )


def waiting_seen(session: Session, team: str, reader: Member, now: datetime) -> WaitingSeen:
    """What waits for a team."""
    open_ones = select(Inquiry).where(Inquiry.team == team, Inquiry.replied_at.is_(None), Inquiry.rung_at.is_not(None))
    told = select(Inquiry).where(Inquiry.team == team, Inquiry.replied_at.is_(None), Inquiry.rung > 0)
    rows = {row.id: row for query in (open_ones, told) for row in session.scalars(query)}.values()
    ordered = sorted(rows, key=lambda row: (row.due_at > now, -row.urgency.rank, row.at, row.id))
    return WaitingSeen(
        company=company_words(session, "")["company"],
        team=team_name(session, team, reader.language),
        as_of=clock_words(now, reader.time_zone),
        count=len(ordered),
        rows=[_waiting(row, reader.language, now) for row in ordered[:SHOWN]],
    )


def clock_words(moment: datetime, zone: str) -> str:
    """`14:05 CET`."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} {local.tzname()}"


def _in(words: Words, language: Language) -> str:
    return in_language(words, language)[1]


def _corrected(one: Correction, language: Language, zone: str) -> Corrected:
    row = one.inquiry
    at = moment_words(row.at, zone, language)
    return Corrected(row.name, row.reason, row.channel, at, _in(one.given, language), _in(one.now, language))


def _waiting(row: Inquiry, language: Language, now: datetime) -> WaitingRow:
    waits = span_words(now - row.at)
    return WaitingRow(row.name, row.reason, row.channel, urgency_word(row.urgency, language), waits, row.due_at <= now)
