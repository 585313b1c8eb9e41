"""A running incident keeps the texts and flows of the protocol that it began with, until somebody says otherwise."""

from datetime import datetime

from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.phases import Phase
from incidents.rows import Incident
from incidents.timeline import Kind, append
from protocol.history import current_version
from protocol.words import Remedy


def adopt(session: Session, incident: Incident, said: str, now: datetime) -> int:
    """Lets the incident go by the newest version from here on; answers its number. `said`: who decides it, and why.

    The playbook stays the one it started with. Raises Remedy when there is nothing newer, or the incident is closed.
    """
    session.refresh(incident, with_for_update=True)
    newest = current_version(session)
    if incident.phase is Phase.CLOSED:
        raise Remedy(f"{incident.name} is closed; there is nothing left to say in it.")
    if newest is None or newest == incident.protocol_version_id:
        raise Remedy(f"{incident.name} goes by the newest version of the protocol already.")
    incident.protocol_version_id = newest
    append(session, incident.id, clock_for(incident).at(now), Kind.PROTOCOL_ADOPTED, said, version=newest)
    return newest
