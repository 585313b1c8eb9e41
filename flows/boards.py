"""The board as a Markdown artifact in Prefect, one per incident, kept current while the incident is open."""

import hashlib
from contextlib import suppress
from uuid import UUID

from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.exceptions import ObjectNotFound
from sqlalchemy import select

from flows.apart import each
from flows.board import board
from flows.runs import prefect
from incidents.opening import current_entry
from incidents.rows import Incident
from wiring.works import Works


class Boards:
    """Writes a board when what it says has changed since this process wrote it."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._written: dict[int, str] = {}
        self._artifacts: dict[str, UUID] = {}  # another process writes a newer version under the same key

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
        said = hashlib.sha256(f"{run_id}{_without_time(text)}".encode()).hexdigest()
        if self._written.get(incident_id) == said:
            return False
        self._put(incident_id, run_id, text)
        self._written[incident_id] = said
        return True

    def _put(self, incident_id: int, run_id: str, text: str) -> None:
        with prefect() as client:
            standing = self._artifacts.get(run_id)
            with suppress(ObjectNotFound):  # somebody deleted it in the UI
                if standing is not None:
                    client.update_artifact(standing, ArtifactUpdate(data=text))
                    return
            board = ArtifactCreate(
                key=f"inc-{incident_id}", type="markdown", data=text, flow_run_id=UUID(run_id), description="The board"
            )
            self._artifacts[run_id] = client.create_artifact(board).id


def _without_time(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("As of"))
