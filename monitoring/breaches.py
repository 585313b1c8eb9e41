"""What an alarm comes to: a line in the list, a question to the duty officer, or an incident."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitoring.alarms import Alarm
from monitoring.questions import settle_joined
from monitoring.readings import COUNTED
from monitoring.rows import Action, Breach, MonitoringRule, Reading, RuleSeries
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
    """Writes each alarm as a breach and hands it on by its action, in order of time; the breaches that are new."""
    breaches = []
    for alarm, rule_id in sorted(found, key=lambda pair: (pair[0].at, pair[0].level.rank)):
        rule = session.get_one(MonitoringRule, rule_id)
        if alarm.calmed:
            _end(session, rule, alarm, doors)
        elif alarm.resumed:
            _burn_again(session, rule)
        elif (breach := _recorded(session, rule, alarm, now, doors)) is not None:
            breaches.append(breach)
    return tuple(breaches)


def burning_counts(session: Session) -> list[str]:
    """The counted series of the rules with a breach that has not ended, in order."""
    counted = select(Reading.at).where(Reading.series == RuleSeries.series, Reading.source == COUNTED).exists()
    burning = select(RuleSeries.series).join(Breach, Breach.rule_id == RuleSeries.rule_id)
    return list(
        session.scalars(burning.where(Breach.ended_at.is_(None), counted).distinct().order_by(RuleSeries.series))
    )


def _recorded(session: Session, rule: MonitoringRule, alarm: Alarm, now: datetime, doors: Doors) -> Breach | None:
    # What rests on a reading that came too late is written down and calls nobody.
    live = alarm.live and now - alarm.at <= STALE
    action = rule.action_at(alarm.level) if live else Action.SIGNAL
    known = _said_already(session, rule, alarm)
    if known is not None and (known.action is not Action.SIGNAL or action is Action.SIGNAL):
        known.ended_at = None
        return None
    breach = known or Breach(rule_id=rule.id, at=alarm.at, level=alarm.level)
    incident_id, opened = _handed_on(session, rule, alarm, action, doors)
    if incident_id is not None:
        settle_joined(session, rule.id, incident_id)
    breach.action, breach.incident_id, breach.joined, breach.ended_at = action, incident_id, not opened, None
    breach.why, breach.reasons, breach.numbers = alarm.why, alarm.reasons, alarm.numbers
    breach.observed, breach.threshold = alarm.observed, alarm.threshold
    session.add(breach)
    session.flush()
    return breach


def _said_already(session: Session, rule: MonitoringRule, alarm: Alarm) -> Breach | None:
    """What this rule said of this moment already: before its words changed, or of a reading that came too late."""
    said = select(Breach).where(Breach.rule_id == rule.id, Breach.at == alarm.at, Breach.level == alarm.level)
    return session.scalar(said)


def _burn_again(session: Session, rule: MonitoringRule) -> None:
    """The newest breach has not ended after all."""
    newest = select(Breach).where(Breach.rule_id == rule.id).order_by(Breach.id.desc()).limit(1)
    breach = session.scalar(newest)
    if breach is not None:
        breach.ended_at = None


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
