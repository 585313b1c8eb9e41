"""From an alarm to an incident: opened once, joined by whatever crosses afterwards, told when it is green again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from incidents.opening import Signal, note_calm, open_incident_about, open_or_join
from monitoring.alarms import Alarm
from monitoring.rows import MonitoringRule


@dataclass(frozen=True)
class Opener:
    """The doors into incidents at one moment. `now` is real time.

    `speed` is the clock of an incident that it opens; one that is joined keeps its own.
    """

    now: datetime
    speed: float = 1.0

    def open_or_join(self, session: Session, rule: MonitoringRule, alarm: Alarm) -> tuple[int, bool]:
        """The incident of the rule's playbook about its subject, and whether this alarm opened it."""
        incident, opened = open_or_join(session, self._signal(rule, alarm), self.now)
        return incident.id, opened

    def join(self, session: Session, rule: MonitoringRule, alarm: Alarm) -> int | None:
        """The open incident, joined; None when there is none."""
        if open_incident_about(session, rule.playbook_key, rule.subject, drill=False) is None:
            return None
        return self.open_or_join(session, rule, alarm)[0]

    def calm(self, session: Session, rule: MonitoringRule, alarm: Alarm, incident_id: int) -> None:
        """A line in the incident, while it is open."""
        note_calm(session, incident_id, f"rule:{rule.key}", alarm.reasons, self.now)

    def _signal(self, rule: MonitoringRule, alarm: Alarm) -> Signal:
        return Signal(
            playbook=rule.playbook_key,
            subject=rule.subject,
            level=alarm.level,
            why=alarm.reasons,
            opened_by=f"rule:{rule.key}",
            series=rule.series,
            speed=self.speed,
        )


def opener(now: datetime, speed: float = 1.0) -> Opener:
    """What `take_in` hands its alarms to."""
    return Opener(now, speed)
