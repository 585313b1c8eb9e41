"""Deadlines: set, met, missed or cancelled once. What is done about a missed one stands in flows/follow_up.py."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from incidents.chains import needless
from incidents.rows import Deadline, Incident
from incidents.timeline import Kind, append


class Due(StrEnum):
    """What is due."""

    ACKNOWLEDGE = "acknowledge"  # a person told must acknowledge
    QUORUM = "quorum"  # enough of the cabinet must have accepted, or enough of those told have acknowledged
    RECORD = "record"  # scenarios must be recorded
    PUBLISH = "publish"  # a public text must be signed off
    CLOCK = "clock"  # set by a law or a promise
    STEP = "step"  # a step that fires later, or again
    ESCALATE = "escalate"  # a rung of an escalation chain fires
    WAVE = "wave"  # the next group is told
    REMIND = "remind"  # the gate is still open
    JOINED = "joined"  # at once: tell the deciders of a graver breach
    CALM = "calm"  # at once: tell the lead that everything is back to green
    LOCKED = "locked"  # at once: tell the lead of a locked code


# These are visible promises; the others are the machinery's own reminders and make no line when they are set.
PROMISES = (Due.ACKNOWLEDGE, Due.QUORUM, Due.RECORD, Due.PUBLISH, Due.CLOCK)
# What is to happen while answers are wanting; enough of them end it.
FIRINGS = (Due.ESCALATE, Due.WAVE)


def set_deadline(
    session: Session,
    incident: Incident,
    step: str,
    kind: Due,
    now: datetime,
    due_at: datetime,
    *,
    member_id: int = 0,
    role: str | None = None,
    occurrence: int = 0,
) -> Deadline:
    """Sets a deadline in the current phase; the same one again is the same row. Times are the incident's."""
    found = session.scalar(
        select(Deadline).where(
            Deadline.incident_id == incident.id,
            Deadline.entry == incident.entry,
            Deadline.step == step,
            Deadline.kind == kind,
            Deadline.member_id == member_id,
            Deadline.occurrence == occurrence,
        )
    )
    if found is not None:
        return found
    row = Deadline(
        incident_id=incident.id,
        entry=incident.entry,
        step=step,
        kind=kind,
        member_id=member_id,
        role=role,
        occurrence=occurrence,
        set_at=now,
        due_at=due_at,
    )
    session.add(row)
    session.flush()
    if kind in PROMISES and kind is not Due.ACKNOWLEDGE:
        _line(session, row, Kind.DEADLINE_SET, now, due=due_at.isoformat())
    return row


def open_deadlines(session: Session, incident_id: int, entry: int | None = None) -> list[Deadline]:
    """Deadlines that nothing has ended yet, soonest first."""
    query = select(Deadline).where(Deadline.incident_id == incident_id, *still_open())
    if entry is not None:
        query = query.where(Deadline.entry == entry)
    return list(session.scalars(query.order_by(Deadline.due_at, Deadline.id)))


def deadlines_of(session: Session, incident: Incident) -> list[Deadline]:
    """Every deadline of the incident's current phase entry, ended or not."""
    query = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.entry == incident.entry)
    return list(session.scalars(query.order_by(Deadline.due_at, Deadline.id)))


def group_of(row: Deadline) -> tuple[int, int, str, str, str]:
    """What deadlines that fall due together have in common: incident, phase entry, step, kind and moment (ISO)."""
    return row.incident_id, row.entry, row.step, row.kind, row.due_at.isoformat()


def due_together(session: Session, deadline_id: int) -> list[int]:
    """The open deadlines of the same step and kind that are due at the same moment as this one, itself included."""
    row = session.get(Deadline, deadline_id)
    if row is None:
        return []
    same = (Deadline.incident_id, Deadline.entry, Deadline.step, Deadline.kind, Deadline.due_at)
    values = (row.incident_id, row.entry, row.step, row.kind, row.due_at)
    alike = (column == value for column, value in zip(same, values, strict=True))
    return list(session.scalars(select(Deadline.id).where(*alike, *still_open()).order_by(Deadline.id)))


def meet(
    session: Session, incident_id: int, step: str, kinds: Sequence[Due], now: datetime, member_id: int | None = None
) -> int:
    """Meets the open deadlines of a step; answers how many. Those already ended stay as they are.

    A met acknowledgement also ends the rungs and waves that waited for it, and the quorum that it completes.
    """
    query = select(Deadline).where(
        Deadline.incident_id == incident_id, Deadline.step == step, Deadline.kind.in_(kinds), *still_open()
    )
    if member_id is not None:
        query = query.where(Deadline.member_id == member_id)
    rows = list(session.scalars(query))
    met = sum(_end(session, row, "met_at", Kind.DEADLINE_MET, now) for row in rows)
    if Due.ACKNOWLEDGE in kinds:
        _spare(session, incident_id, step, now)
    return met


def _spare(session: Session, incident_id: int, step: str, now: datetime) -> None:
    waiting = select(Deadline).where(
        Deadline.incident_id == incident_id,
        Deadline.step == step,
        Deadline.kind.in_([*FIRINGS, Due.QUORUM]),
        *still_open(),
    )
    for row in needless(session, list(session.scalars(waiting))):
        _end(session, row, "met_at", Kind.DEADLINE_MET, now)


def miss(session: Session, row: Deadline, now: datetime) -> bool:
    """Marks a deadline missed; False when something ended it first, so that only one follow-up acts."""
    return _end(session, row, "missed_at", Kind.DEADLINE_MISSED, now)


def cancel(session: Session, row: Deadline, now: datetime) -> bool:
    """Cancels a deadline; False when something ended it first."""
    return _end(session, row, "cancelled_at", Kind.DEADLINE_CANCELLED, now)


def _end(session: Session, row: Deadline, column: str, line: Kind, now: datetime) -> bool:
    changed = session.execute(
        update(Deadline)
        .where(Deadline.id == row.id, *still_open())
        .values({column: now})
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        return False
    session.refresh(row)
    if row.kind in PROMISES or (row.kind in FIRINGS and line is Kind.DEADLINE_CANCELLED):
        _line(session, row, line, now)
    return True


def _line(session: Session, row: Deadline, kind: Kind, now: datetime, **facts: str) -> None:
    append(
        session,
        row.incident_id,
        now,
        kind,
        deadline=row.id,
        deadline_kind=row.kind,
        step=row.step,
        member=row.member_id or None,
        role=row.role,
        **facts,
    )


def still_open() -> tuple[ColumnElement[bool], ...]:
    """The condition that nothing has ended a deadline yet."""
    return (Deadline.met_at.is_(None), Deadline.missed_at.is_(None), Deadline.cancelled_at.is_(None))
