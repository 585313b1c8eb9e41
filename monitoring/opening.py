"""From an alarm to an incident: opened once, joined by whatever crosses afterwards."""

from datetime import datetime

from sqlalchemy.orm import Session

from incidents.opening import Signal, open_or_join
from monitoring.alarms import Alarm
from monitoring.intake import OpenOrJoin
from monitoring.rows import MonitoringRule
from protocol.words import Language


def opener(now: datetime, speed: float = 1.0) -> OpenOrJoin:
    """What `take_in` calls for each alarm; answers (incident id, opened). `now` is real time.

    `speed` is the clock of an incident that it opens; one that is joined keeps its own.
    """

    def open_for(session: Session, rule: MonitoringRule, alarm: Alarm) -> tuple[int, bool]:
        signal = Signal(
            playbook=rule.playbook_key,
            subject=rule.subject,
            level=alarm.level,
            why={Language.EN: alarm.why, Language.ES: alarm.why_es},
            opened_by=f"rule:{rule.key}",
            series=rule.series,
            speed=speed,
        )
        incident, opened = open_or_join(session, signal, now)
        return incident.id, opened

    return open_for
