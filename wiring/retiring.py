"""Retention: what incidents closed long ago no longer need is deleted; their timelines stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Delete, and_, delete, func, select
from sqlalchemy.orm import Session

from desk.rows import Inquiry
from incidents.rows import Incident
from monitoring import seen
from monitoring.building import series_of
from monitoring.rows import Breach, MonitoringRule, Reading, RuleSeries
from notifiers.rows import Inbound, Message, Receipt
from protocol.words import Remedy


@dataclass(frozen=True)
class Retired:
    """How many rows of one kind go; `incident` is empty for what belongs to none."""

    incident: str
    what: str
    rows: int


def to_retire(session: Session, keep: timedelta, now: datetime) -> list[Retired]:
    """What would be deleted, by incident. Reads only."""
    return [
        Retired(name, what, rows)
        for name, what, statement in _statements(session, keep, now)
        if (rows := _count(session, statement)) > 0
    ]


def retire(session: Session, keep: timedelta, now: datetime) -> list[Retired]:
    """Deletes it in the caller's transaction; answers what was deleted."""
    done = []
    for name, what, statement in _statements(session, keep, now):
        rows = cast("CursorResult[Any]", session.execute(statement)).rowcount
        if rows > 0:
            done.append(Retired(name, what, rows))
    return done


def _statements(session: Session, keep: timedelta, now: datetime) -> Sequence[tuple[str, str, Delete]]:
    before = now - keep
    over = select(Incident).where(Incident.closed_at < before).order_by(Incident.id)
    found: list[tuple[str, str, Delete]] = []
    for incident in session.scalars(over).all():
        theirs = select(Message.id).where(Message.incident_id == incident.id)
        found.append((incident.name, "receipts", delete(Receipt).where(Receipt.message_id.in_(theirs))))
        found.append((incident.name, "readings", delete(Reading).where(_readings_of(session, incident, before))))
    found.append(("", "mentions seen", seen.to_forget(now)))
    found.append(("", "inbound texts", delete(Inbound).where(Inbound.taken_at < before)))
    found.append(("", "inquiries", delete(Inquiry).where(Inquiry.taken_at < before)))
    return found


def _readings_of(session: Session, incident: Incident, before: datetime) -> ColumnElement[bool]:
    """Of every series of the rules that opened or joined it, from its opening to its closing."""
    theirs = select(Breach.rule_id).where(Breach.incident_id == incident.id)
    rules = session.scalars(select(MonitoringRule).where(MonitoringRule.id.in_(theirs))).all()
    series = {name for rule in rules for name in _series_of(rule)}
    series |= set(session.scalars(select(RuleSeries.series).where(RuleSeries.rule_id.in_(theirs))))
    within = Reading.at.between(incident.opened_at, incident.closed_at)
    return and_(Reading.series.in_(sorted(series)), within, Reading.at < before)


def _series_of(rule: MonitoringRule) -> tuple[str, ...]:
    # A rule that was removed has no rows of its series any more, so they are read from its words.
    try:
        return series_of(rule.kind, rule.parameters, rule.series)
    except Remedy:  # words of former days that no rule may have now
        return (rule.series,)


def _count(session: Session, statement: Delete) -> int:
    query = select(func.count()).select_from(statement.table)
    condition = statement.whereclause
    return session.scalar(query.where(condition) if condition is not None else query) or 0
