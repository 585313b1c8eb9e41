"""Where an incident stands, in numbers, names and sentences: what `crisis status` shows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.steps import is_done, phase_plan
from incidents import cabinet
from incidents.clock import clock_for
from incidents.deadlines import PROMISES, Due, open_deadlines
from incidents.narrative import names_of, sentence
from incidents.opening import current_entry
from incidents.phases import Phase
from incidents.rows import Deadline, Incident, TimelineEntry
from monitoring.lights import light_words
from notifiers.context import playbook_of
from notifiers.links import Links
from notifiers.rows import Acknowledgement, Dispatch, Message
from playbooks.format import write_duration
from playbooks.versions import PlaybookVersion
from protocol.people import Member
from protocol.words import Language

LINES = 15


@dataclass(frozen=True)
class Overview:
    """One line of the list. Moments are the incident's; `acknowledged` of `asked` people have answered."""

    number: int
    name: str
    playbook: str
    subject: str
    phase: str
    level: str
    drill: bool
    since: datetime
    now: datetime
    next_deadline: datetime | None
    next_what: str
    acknowledged: int
    asked: int
    messages: dict[str, int]
    gate: str | None


@dataclass(frozen=True)
class StepLine:
    """A step of the current phase."""

    key: str
    title: str
    when: str
    done: bool


@dataclass(frozen=True)
class DeadlineLine:
    """An open deadline that somebody promised."""

    due: datetime
    late: bool
    what: str
    step: str
    role: str | None
    member: str | None


@dataclass(frozen=True)
class SeatLine:
    """A seat of the cabinet."""

    role: str
    member: str
    answer: str


@dataclass(frozen=True)
class ToldLine:
    """A person told of a step, and whether the person acknowledged; None where nobody asked for it."""

    step: str
    member: str
    role: str | None
    acknowledged: bool | None
    states: str


@dataclass(frozen=True)
class Situation:
    """Everything about one incident that fits on a screen."""

    overview: Overview
    why: str
    steps: Sequence[StepLine]
    deadlines: Sequence[DeadlineLine]
    seats: Sequence[SeatLine]
    told: Sequence[ToldLine]
    timeline: Sequence[tuple[datetime, str]]
    monitoring: Sequence[str]


def overview(session: Session, incident: Incident, links: Links, now: datetime) -> Overview:
    """The incident in one line. `now` is real time."""
    at = clock_for(incident).at(now)
    promised = _promised(session, incident)
    answered = [line.acknowledged for line in _told(session, incident) if line.acknowledged is not None]
    return Overview(
        number=incident.id,
        name=incident.name,
        playbook=playbook_of(session, incident).title.en,
        subject=incident.subject,
        phase=incident.phase.label,
        level=incident.level,
        drill=incident.drill,
        since=incident.opened_at,
        now=at,
        next_deadline=promised[0].due_at if promised else None,
        next_what=f"{promised[0].kind}: {promised[0].step}" if promised else "",
        acknowledged=sum(answered),
        asked=len(answered),
        messages=_messages(session, incident),
        gate=_gate(session, incident, links),
    )


def situation(session: Session, incident: Incident, links: Links, now: datetime) -> Situation:
    """Everything that fits on a screen. `now` is real time."""
    at = clock_for(incident).at(now)
    return Situation(
        overview=overview(session, incident, links, now),
        why=incident.why.get(Language.EN, ""),
        steps=_steps(session, incident),
        deadlines=[_deadline(session, row, at) for row in _promised(session, incident)],
        seats=[
            SeatLine(seat.role, _name(session, seat.member_id) or "", seat.answer)
            for seat in cabinet.seats(session, incident.id)
        ],
        told=_told(session, incident),
        timeline=_timeline(session, incident),
        monitoring=light_words(session, incident.id, Language.EN, now),
    )


def _steps(session: Session, incident: Incident) -> list[StepLine]:
    if incident.phase is Phase.CLOSED:
        return []
    return [
        StepLine(
            key=step.key,
            title=step.title.en,
            when=(f"after {write_duration(step.after)}" if step.after else "at once")
            + (f", from {step.level}" if step.level else ""),
            done=is_done(session, incident, step.key),
        )
        for step in phase_plan(session, incident).steps
    ]


def _promised(session: Session, incident: Incident) -> list[Deadline]:
    return [
        row
        for row in open_deadlines(session, incident.id)
        if row.kind in PROMISES and (row.entry == incident.entry or row.kind == Due.CLOCK)
    ]


def _deadline(session: Session, row: Deadline, at: datetime) -> DeadlineLine:
    return DeadlineLine(row.due_at, row.due_at <= at, row.kind, row.step, row.role, _name(session, row.member_id))


def _told(session: Session, incident: Incident) -> list[ToldLine]:
    done = select(Acknowledgement.dispatch_key, Acknowledgement.member_id).where(
        Acknowledgement.incident_id == incident.id
    )
    answered = {(key, member_id) for key, member_id in session.execute(done)}
    query = select(Message, Dispatch, Member.name).join(Dispatch).join(Member, Member.id == Message.member_id)
    people: dict[tuple[str, int], ToldLine] = {}
    states: dict[tuple[str, int], list[str]] = {}
    for message, dispatch, name in session.execute(
        query.where(Message.incident_id == incident.id).order_by(Message.id)
    ):
        key = (dispatch.key, message.member_id)
        states.setdefault(key, []).append(f"{message.channel} {message.state}")
        acknowledged = key in answered if dispatch.acknowledge else None
        people[key] = ToldLine(dispatch.step, name, message.role, acknowledged, ", ".join(states[key]))
    return list(people.values())


def _messages(session: Session, incident: Incident) -> dict[str, int]:
    states = session.scalars(select(Message.state).where(Message.incident_id == incident.id))
    return {str(state): count for state, count in sorted(Counter(states).items())}


def _gate(session: Session, incident: Incident, links: Links) -> str | None:
    if incident.phase is Phase.CLOSED:
        return None
    entry = current_entry(session, incident)
    return links.gate(entry.run_id) if entry.gate_opened_at and entry.run_id else None


def _timeline(session: Session, incident: Incident) -> list[tuple[datetime, str]]:
    version = session.get_one(PlaybookVersion, incident.playbook_version_id)
    names = names_of(session, Language.EN, playbook=version)
    newest = select(TimelineEntry).where(TimelineEntry.incident_id == incident.id)
    rows = session.scalars(newest.order_by(TimelineEntry.number.desc()).limit(LINES)).all()
    return [(row.at, sentence(row, names, Language.EN)) for row in reversed(rows)]


def _name(session: Session, member_id: int) -> str | None:
    member = session.get(Member, member_id) if member_id else None
    return member.name if member else None
