"""What the teams work with, out of the store as entries of a company file."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.base import Base
from protocol.company_format import (
    FlowEntry,
    ListeningEntry,
    MeasurementEntry,
    ResourceEntry,
    SubjectEntry,
    SupportItem,
    ToolEntry,
)
from protocol.company_parts import BothLanguages
from protocol.practice import (
    CommunicationFlow,
    ListeningChannel,
    Measurement,
    Resource,
    Subject,
    SupportEntry,
    Tool,
)

Row = TypeVar("Row", bound=Base)
Keys = Mapping[int, str]


def practice_of(session: Session, teams: Keys) -> dict[str, Any]:
    """Tools, resources, flows, measurements, channels, subjects and support, by the names that a company file has."""
    return {
        "tools": [
            ToolEntry(key=row.key, name=row.name, purpose=row.purpose, team=_key(teams, row.team_id))
            for row in _all(session, Tool)
        ],
        "resources": [
            ResourceEntry.model_validate(
                {"key": row.key, "kind": row.kind, "titles": row.titles, "address": row.address}
            )
            for row in _all(session, Resource)
        ],
        "communication_flows": flow_entries(session, teams),
        "measurements": [_measurement(row, teams) for row in _all(session, Measurement)],
        "listening_channels": [_listening(row) for row in _all(session, ListeningChannel)],
        "subjects": [
            SubjectEntry.model_validate({"key": row.key, "kind": row.kind, "name": row.name})
            for row in _all(session, Subject)
        ],
        "support": [_support(row, teams) for row in _all(session, SupportEntry)],
    }


def flow_entries(session: Session, teams: Keys) -> list[FlowEntry]:
    """The communication flows, in their order."""
    rows = session.scalars(select(CommunicationFlow).order_by(CommunicationFlow.position, CommunicationFlow.id))
    said = ("key", "when", "phases", "message", "channels", "level")
    return [
        FlowEntry(
            from_team=teams[row.from_team_id],
            to_team=teams[row.to_team_id],
            **{name: getattr(row, name) for name in said},
        )
        for row in rows
    ]


def _measurement(row: Measurement, teams: Keys) -> MeasurementEntry:
    team = _key(teams, row.team_id)
    values = {"key": row.key, "kind": row.kind, "name": row.name, "frequency": row.frequency, "team": team}
    return MeasurementEntry.model_validate(values)


def _listening(row: ListeningChannel) -> ListeningEntry:
    lists = {name: getattr(row, name) for name in ("keywords", "competitors", "personalities", "trends", "feeds")}
    return ListeningEntry.model_validate({"key": row.key, "kind": row.kind, "name": row.name, **lists})


def _support(row: SupportEntry, teams: Keys) -> SupportItem:
    said = {name: getattr(row, name) for name in ("key", "kind", "channel", "urgency", "customer", "question")}
    team = _key(teams, row.team_id)
    return SupportItem.model_validate({**said, "answers": BothLanguages(**row.answers), "team": team})


def _all(session: Session, row_type: type[Row]) -> list[Row]:
    return list(session.scalars(select(row_type).order_by(getattr(row_type, "id"))))  # noqa: B009 - Base has no id


def _key(teams: Keys, team_id: int | None) -> str | None:
    return None if team_id is None else teams[team_id]
