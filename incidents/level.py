"""The level of an incident, and the one writer of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from incidents.rows import Incident
from incidents.timeline import Kind, append
from protocol.words import Level


def change_level(session: Session, incident: Incident, level: Level, by: str, at: datetime) -> bool:
    """Sets the level, with a line on the timeline; the same level is no change. `at` is the incident's time."""
    if level == incident.level:
        return False
    was = incident.level
    incident.level = level
    incident.version += 1
    append(session, incident.id, at, Kind.LEVEL_CHANGED, **{"from": was, "to": level, "by": by})
    return True
