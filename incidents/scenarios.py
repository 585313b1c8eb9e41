"""Best, likely and worst: how an incident may go on, as its people see it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.deadlines import Due, meet, open_deadlines
from incidents.rows import Incident, Scenario
from incidents.timeline import Kind, append
from protocol.words import Remedy


class Case(StrEnum):
    """The three scenarios."""

    BEST = "best"
    LIKELY = "likely"
    WORST = "worst"


def record(session: Session, incident: Incident, case: Case, text: str, member_id: int, at: datetime) -> Scenario:
    """Keeps a scenario; a later one of the same case stands beside the former. All three meet the deadline."""
    if not text.strip():
        raise Remedy(f"The {case} scenario has no text; say in a sentence what may happen and what you would do.")
    row = Scenario(incident_id=incident.id, kind=case, text=text.strip(), member_id=member_id, recorded_at=at)
    session.add(row)
    append(session, incident.id, at, Kind.SCENARIO_RECORDED, text=row.text, scenario=case, member=member_id)
    if set(latest(session, incident.id)) == set(Case):
        for due in open_deadlines(session, incident.id):
            if due.kind == Due.RECORD:
                meet(session, incident.id, due.step, [Due.RECORD], at)
    return row


def latest(session: Session, incident_id: int) -> dict[Case, Scenario]:
    """The newest scenario of each case."""
    rows = session.scalars(select(Scenario).where(Scenario.incident_id == incident_id).order_by(Scenario.id))
    return {Case(row.kind): row for row in rows}
