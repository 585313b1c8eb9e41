"""What an alarm comes to: a line in the list, a question to the duty officer, or an incident."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitoring.alarms import Alarm
from monitoring.questions import settle_joined
from monitoring.rows import Action, Breach, MonitoringRule
from monitoring.watching import STALE


class Doors(Protocol):
    """Where alarms are handed on; see monitoring/opening.py."""

    def open_or_join(self, session: Session, rule: MonitoringRule, alarm: Alarm) -> tuple[int, bool]:
        """The incident that this alarm opened (True) or joined (False)."""

    def join(self, session: Session, rule: MonitoringRule, alarm: Alarm) -> int | None:
        """The open incident about the same thing, joined by this alarm; None when there is none."""

    def calm(self, session: Session, rule: MonitoringRule, alarm: Alarm, incident_id: int) -> None:
        """Notes in an incident that this rule is back to green."""


def recorded(session: Session, found: Iterable[tuple[Alarm, int]], now: datetime, doors: Doors) -> tuple[Breach, ...]:
    """Writes each alarm as a breach and hands it on by its action, in order of time; the breaches."""
    breaches = []
    for alarm, rule_id in sorted(found, key=lambda pair: (pair[0].at, pair[0].level.rank)):
        rule = session.get_one(MonitoringRule, rule_id)
        if alarm.calmed:
            _end(session, rule, alarm, doors)
            continue
        if not _stands(session, rule, alarm):
            breaches.append(_record(session, rule, alarm, now, doors))
    return tuple(breaches)


def _stands(session: Session, rule: MonitoringRule, alarm: Alarm) -> bool:
    """Whether this rule said so of this moment already, before its words changed; then that stands again."""
    said = select(Breach).where(Breach.rule_id == rule.id, Breach.at == alarm.at, Breach.level == alarm.level)
    known = session.scalar(said)
    if known is not None:
        known.ended_at = None
    return known is not None


def _record(session: Session, rule: MonitoringRule, alarm: Alarm, now: datetime, doors: Doors) -> Breach:
    # What happened too long ago is written down and calls nobody.
    action = rule.action_at(alarm.level) if now - alarm.at <= STALE else Action.SIGNAL
    incident_id, opened = _handed_on(session, rule, alarm, action, doors)
    breach = Breach(
        rule_id=rule.id,
        at=alarm.at,
        level=alarm.level,
        why=alarm.why,
        reasons=alarm.reasons,
        numbers=alarm.numbers,
        observed=alarm.observed,
        threshold=alarm.threshold,
        action=action,
        incident_id=incident_id,
        joined=not opened,
    )
    if incident_id is not None:
        settle_joined(session, rule.id, incident_id)
    session.add(breach)
    session.flush()
    return breach


def _handed_on(
    session: Session, rule: MonitoringRule, alarm: Alarm, action: Action, doors: Doors
) -> tuple[int | None, bool]:
    if action is Action.OPEN:
        return doors.open_or_join(session, rule, alarm)
    if action is Action.ASK:
        standing = doors.join(session, rule, alarm)
        return standing, standing is None
    return None, True


def _end(session: Session, rule: MonitoringRule, alarm: Alarm, doors: Doors) -> None:
    standing = select(Breach).where(Breach.rule_id == rule.id, Breach.ended_at.is_(None)).order_by(Breach.id)
    incidents = set()
    for breach in session.scalars(standing).all():
        breach.ended_at = alarm.at
        incidents.add(breach.incident_id)
    for incident_id in sorted(one for one in incidents if one is not None):
        doors.calm(session, rule, alarm, incident_id)
