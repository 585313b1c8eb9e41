"""From an alarm to an incident: opened once, joined by whatever crosses afterwards, told when it is green again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.opening import Signal, note_calm, open_incident_about, open_or_join
from incidents.rows import Incident
from monitoring.alarms import Alarm
from monitoring.lights import is_burning
from monitoring.rows import Breach, MonitoringRule
from protocol.words import Level


@dataclass(frozen=True)
class Opener:
    """The doors into incidents at one moment. `now` is real time.

    `speed` is the clock of an incident that it opens; one that is joined keeps its own.
    """

    now: datetime
    speed: float = 1.0

    def open_or_join(self, session: Session, rule: MonitoringRule, alarm: Alarm) -> tuple[int, bool]:
        """The incident of the rule's playbook about its subject, and whether this alarm opened it."""
        signal = _signal(rule, alarm.level, alarm.reasons, f"rule:{rule.key}", self.speed)
        incident, opened = open_or_join(session, signal, self.now)
        return incident.id, opened

    def join(self, session: Session, rule: MonitoringRule, alarm: Alarm) -> int | None:
        """The open incident, joined; None when there is none."""
        if standing_incident(session, rule) is None:
            return None
        return self.open_or_join(session, rule, alarm)[0]

    def calm(self, session: Session, rule: MonitoringRule, alarm: Alarm, incident_id: int) -> None:
        """A line in the incident, while it is open; when nothing else of it burns, its lead hears of it."""
        # Two rules that calm at the same time must not each see the other burning.
        session.execute(select(Incident.id).where(Incident.id == incident_id).with_for_update())
        over = not is_burning(session, incident_id)
        note_calm(session, incident_id, f"rule:{rule.key}", alarm.reasons, self.now, over=over)


def opener(now: datetime, speed: float = 1.0) -> Opener:
    """What `take_in` hands its alarms to."""
    return Opener(now, speed)


def standing_incident(session: Session, rule: MonitoringRule) -> Incident | None:
    """The open incident about what a rule watches."""
    return open_incident_about(session, rule.playbook_key, rule.subject, drill=False)


def open_about(
    session: Session,
    rule: MonitoringRule,
    breaches: Sequence[Breach],
    now: datetime,
    *,
    by: str | None = None,
    why: Mapping[str, str] | None = None,
) -> tuple[Incident, bool]:
    """Opens or joins for alarms that were written down before, the gravest last; they get the incident's number.

    `by` is the member who said that they are real; else it is the rule's own doing. `why` replaces their reason.
    """
    gravest = breaches[-1]
    signal = _signal(rule, Level(gravest.level), why or gravest.reasons, by or f"rule:{rule.key}")
    incident, opened = open_or_join(session, signal, now)
    for breach in breaches:
        breach.incident_id, breach.joined = incident.id, not (opened and breach is gravest)
    return incident, opened


def _signal(rule: MonitoringRule, level: Level, why: Mapping[str, str], by: str, speed: float = 1.0) -> Signal:
    return Signal(
        playbook=rule.playbook_key,
        subject=rule.subject,
        level=level,
        why=why,
        opened_by=by,
        series=rule.series,
        speed=speed,
        rule=rule.key,
        raises=rule.raises,
    )
