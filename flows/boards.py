"""The board as a Markdown artifact in Prefect, one per incident, kept current while the incident is open."""

import hashlib

from sqlalchemy import select

from flows.apart import each
from flows.artifacts import Artifacts, without_time
from flows.board import board
from incidents.opening import current_entry
from incidents.rows import Incident
from wiring.works import Works


class Boards:
    """Writes a board when what it says has changed since this process wrote it."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._written: dict[int, str] = {}
        self._artifacts = Artifacts()

    def write(self) -> int:
        """Brings the artifacts of open incidents up to date; answers how many changed. Raises Unreachable."""
        with self._works.store.read() as session:
            numbers = list(session.scalars(select(Incident.id).where(Incident.closed_at.is_(None))))
        return each("board of incident", numbers, self._refresh)

    def _refresh(self, number: int) -> bool:
        with self._works.store.read() as session:
            incident = session.get_one(Incident, number)
            run_id = current_entry(session, incident).run_id if incident.closed_at is None else None
            text = board(session, incident, self._works.clock.now())
        return run_id is not None and self._write(number, run_id, text)

    def _write(self, incident_id: int, run_id: str, text: str) -> bool:
        said = hashlib.sha256(f"{run_id}{without_time(text)}".encode()).hexdigest()
        if self._written.get(incident_id) == said:
            return False
        self._artifacts.put(f"inc-{incident_id}", text, "The board", run_id)
        self._written[incident_id] = said
        return True
