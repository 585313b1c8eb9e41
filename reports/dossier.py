"""Everything the store knows about one incident, read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.phases import Phase
from incidents.rows import (
    CabinetSeat,
    Deadline,
    Decision,
    Incident,
    PhaseEntry,
    PublicText,
    Scenario,
    SignOff,
    TimelineEntry,
    TimelineText,
)
from incidents.timeline import Kind, lines
from notifiers.rows import Acknowledgement, Dispatch, Message
from playbooks.versions import PlaybookVersion
from protocol.messages import MessageTemplate
from protocol.practice import Company
from protocol.words import Remedy


@dataclass(frozen=True)
class Dossier:
    """The rows of one incident, each list in the order in which it happened."""

    incident: Incident
    playbook: PlaybookVersion
    company: str
    entries: Sequence[PhaseEntry]
    deadlines: Sequence[Deadline]
    decisions: Sequence[Decision]
    seats: Sequence[CabinetSeat]
    scenarios: Sequence[Scenario]
    texts: Sequence[PublicText]
    sign_offs: Sequence[SignOff]
    dispatches: Sequence[Dispatch]
    messages: Sequence[Message]
    acknowledgements: Sequence[Acknowledgement]
    templates: Sequence[MessageTemplate]
    lines: Sequence[TimelineEntry]
    beside: Sequence[TimelineText]

    def of_kind(self, *kinds: Kind) -> list[TimelineEntry]:
        """The lines of the timeline of these kinds, in order."""
        return [line for line in self.lines if line.kind in kinds]

    @property
    def reached_crisis(self) -> bool:
        """Whether the incident was ever in the crisis phase."""
        return any(entry.phase == Phase.CRISIS for entry in self.entries)


def dossier_of(session: Session, incident_id: int) -> Dossier:
    """Reads the rows of an incident. Raises Remedy when there is none of that number."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise Remedy(f"There is no incident {incident_id}; `crisis status` lists those there are.")
    timeline = lines(session, incident_id)
    company = session.scalar(select(Company.name).order_by(Company.id))
    return Dossier(
        incident=incident,
        playbook=session.get_one(PlaybookVersion, incident.playbook_version_id),
        company=company or "",
        entries=_rows(session, PhaseEntry, incident_id, PhaseEntry.number),
        deadlines=_rows(session, Deadline, incident_id, Deadline.due_at),
        decisions=_rows(session, Decision, incident_id, Decision.decided_at),
        seats=_rows(session, CabinetSeat, incident_id, CabinetSeat.id),
        scenarios=_rows(session, Scenario, incident_id, Scenario.recorded_at),
        texts=_rows(session, PublicText, incident_id, PublicText.written_at),
        sign_offs=_rows(session, SignOff, incident_id, SignOff.signed_at),
        dispatches=_rows(session, Dispatch, incident_id, Dispatch.created_at),
        messages=_rows(session, Message, incident_id, Message.id),
        acknowledgements=_rows(session, Acknowledgement, incident_id, Acknowledgement.acknowledged_at),
        templates=_templates(session, incident_id),
        lines=timeline,
        beside=_beside(session, incident_id),
    )


def _rows(session: Session, table: Any, incident_id: int, order: Any) -> list[Any]:
    return list(session.scalars(select(table).where(table.incident_id == incident_id).order_by(order)))


def _templates(session: Session, incident_id: int) -> list[MessageTemplate]:
    used = select(Message.template_id).where(Message.incident_id == incident_id)
    return list(session.scalars(select(MessageTemplate).where(MessageTemplate.id.in_(used))))


def _beside(session: Session, incident_id: int) -> list[TimelineText]:
    of_incident = select(TimelineEntry.id).where(TimelineEntry.incident_id == incident_id)
    return list(session.scalars(select(TimelineText).where(TimelineText.entry_id.in_(of_incident))))
