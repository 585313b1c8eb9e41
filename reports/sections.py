"""The sections about what people did: clocks, phases, decisions, cabinet, scenarios, deadlines, timeline."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Protocol

from incidents.narrative import in_language, sentence
from incidents.rows import TimelineEntry
from incidents.timeline import Kind
from playbooks.format import Texts
from protocol.words import Level
from reports import spans
from reports.clocks import Verdict
from reports.findings import WRONG
from reports.measures import DeadlineResult
from reports.pages import (
    AlarmRow,
    Cell,
    ClockRow,
    DeadlineRow,
    DecisionRow,
    PhaseRow,
    ScenarioCard,
    SeatRow,
    TimelineRow,
)
from reports.telling import Telling

TONES = {Verdict.MET: "good", Verdict.MISSED: "bad"}
VERDICT_TONES = {"real": "good", "false_alarm": "bad", "unanswered": "warn"}
TURNS = (Kind.OPENED, Kind.PHASE_ENTERED, Kind.LEVEL_CHANGED, Kind.DECIDED, Kind.PUBLISHED, Kind.CLOSED)
SCENARIO_ORDER = ("best", "likely", "worst")
FOLDED_FROM = 4
MANY_SENT = Texts(
    en="{count} messages were taken by their providers (listed under “Every message”).",
    es="Los proveedores aceptaron {count} mensajes (listados en «Todos los mensajes»).",
)


def clock_rows(telling: Telling) -> list[ClockRow]:
    """The golden-hour clocks in words."""
    rows = []
    for reading in telling.measures.clocks:
        missing = "never" if reading.verdict is Verdict.MISSED else reading.verdict
        actual = telling.labels[missing] if reading.actual is None else spans.span(reading.actual)
        verdict = Cell(telling.labels[reading.verdict], TONES.get(reading.verdict, "quiet"))
        rows.append(ClockRow(telling.labels[reading.clock], f"≤ {spans.span(reading.target)}", actual, verdict))
    return rows


def phase_rows(telling: Telling) -> list[PhaseRow]:
    """Each stay in a phase."""
    return [
        PhaseRow(
            phase=telling.names.word(stay.phase),
            key=stay.phase,
            starts=telling.when(stay.starts),
            ends=telling.labels["still"] if stay.lasts else telling.when(stay.ends),
            duration=spans.span(stay.duration),
        )
        for stay in telling.measures.stays
    ]


def decision_rows(telling: Telling) -> list[DecisionRow]:
    """Each decision, with the note of the person who took it."""
    return [
        DecisionRow(
            since=telling.since(row.decided_at),
            when=telling.when(row.decided_at),
            who=telling.who(row.member_id),
            choice=telling.names.choice(row.choice),
            level=Cell(telling.names.word(row.level), row.level),
            door=telling.names.word(row.door),
            note=row.note,
        )
        for row in telling.dossier.decisions
    ]


def seat_rows(telling: Telling) -> list[SeatRow]:
    """Each seat of the cabinet."""
    return [
        SeatRow(
            role=telling.names.role(row.role),
            who=telling.who(row.member_id),
            answer=Cell(telling.names.word(row.answer), _answer_tone(row.answer)),
            since=telling.since(row.answered_at) if row.answered_at else "",
        )
        for row in telling.dossier.seats
    ]


def scenario_cards(telling: Telling) -> list[ScenarioCard]:
    """Best, likely and worst, in that order."""
    order = {kind: place for place, kind in enumerate(SCENARIO_ORDER)}
    ordered = sorted(telling.dossier.scenarios, key=lambda row: order.get(row.kind, len(order)))
    return [
        ScenarioCard(
            kind=telling.names.word(row.kind),
            key=row.kind,
            text=row.text,
            by=f"{telling.who(row.member_id)}, {telling.since(row.recorded_at)}",
        )
        for row in ordered
    ]


def deadline_rows(telling: Telling) -> list[DeadlineRow]:
    """Each promise and its result."""
    return [_deadline_row(telling, result) for result in telling.measures.deadlines]


def timeline_rows(telling: Telling) -> list[TimelineRow]:
    """Every line as a sentence; a run of many messages sent is one row."""
    beside = {row.entry_id: row.text for row in telling.dossier.beside}
    rows: list[TimelineRow] = []
    for sent, group in groupby(telling.dossier.lines, key=lambda line: line.kind == Kind.MESSAGE_SENT):
        entries = list(group)
        if sent and len(entries) >= FOLDED_FROM:
            rows.append(_folded(telling, entries))
            continue
        rows += _told(telling, entries, beside)
    return rows


def _deadline_row(telling: Telling, result: DeadlineResult) -> DeadlineRow:
    row, late = result.deadline, ""
    if result.late_by is not None:
        late = telling.labels["late"].format(spans.span(result.late_by))
    role = telling.names.role(row.role) if row.role else ""
    return DeadlineRow(
        step=telling.step(row.step),
        kind=telling.names.word(row.kind),
        who=telling.who(row.member_id, row.role) if row.member_id else role,
        due=telling.since(row.due_at),
        result=Cell(telling.labels[result.verdict], TONES.get(result.verdict, "quiet")),
        late=late,
    )


class Alarm(Protocol):
    """What a row about an alarm needs to know of it."""

    @property
    def at(self) -> datetime: ...
    @property
    def why(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def level(self) -> Level: ...
    @property
    def verdict(self) -> str: ...
    @property
    def ended_at(self) -> datetime | None: ...


def alarm_rows(telling: Telling, alarms: Sequence[Alarm]) -> list[AlarmRow]:
    """Every alarm of the incident, with a person's word about it."""
    return [
        AlarmRow(
            when=telling.when(alarm.at),
            rule=alarm.rule,
            level=Cell(telling.names.word(alarm.level), alarm.level),
            why=alarm.why,
            verdict=Cell(
                telling.labels[f"verdict_{alarm.verdict or 'not_asked'}"], VERDICT_TONES.get(alarm.verdict, "quiet")
            ),
            ended=telling.when(alarm.ended_at) if alarm.ended_at else telling.labels["alarm_burning"],
        )
        for alarm in alarms
    ]


def _told(telling: Telling, entries: Sequence[TimelineEntry], beside: dict[int, str]) -> Iterator[TimelineRow]:
    for line in entries:
        text = ""
        if line.kind == Kind.OPENED:
            text = telling.dossier.incident.why.get(telling.language, "")
        elif line.kind == Kind.DECIDED and line.text_hash:
            text = beside.get(line.id) or telling.labels["erased"]
        said = sentence(line, telling.names, telling.language)
        yield _timeline_row(telling, line, str(line.number), said, text, _tone(line))


def _folded(telling: Telling, entries: Sequence[TimelineEntry]) -> TimelineRow:
    said = in_language(MANY_SENT, telling.language).format(count=len(entries))
    numbers = f"{entries[0].number}–{entries[-1].number}"
    return _timeline_row(telling, entries[0], numbers, said, "", "quiet")


def _timeline_row(telling: Telling, line: TimelineEntry, number: str, said: str, text: str, tone: str) -> TimelineRow:
    return TimelineRow(
        number=number,
        since=telling.since(line.at),
        day=spans.day(line.at, telling.zone, telling.language),
        hour=f"{line.at.astimezone(telling.zone):%H:%M}",
        sentence=said,
        text=text,
        tone=tone,
    )


def _tone(line: TimelineEntry) -> str:
    if line.kind in WRONG:
        return "bad"
    return "turn" if line.kind in TURNS else "quiet"


def _answer_tone(answer: str) -> str:
    if answer in ("waiting", "declined"):
        return "bad"
    return "warn" if answer in ("late", "delegated", "delegate") else "good"
