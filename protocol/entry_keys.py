"""The keys of all entries that the protocol has, by kind."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from protocol.calendar import ProtocolTask, Rotation
from protocol.colleagues import colleague_ids
from protocol.kinds import EntryKind
from protocol.messages import MessageTemplate
from protocol.people import Member, Role, Team
from protocol.practice import (
    CommunicationFlow,
    Company,
    ListeningChannel,
    Measurement,
    Resource,
    Subject,
    SupportEntry,
    Tool,
)

KEYS: dict[EntryKind, InstrumentedAttribute[str]] = {
    EntryKind.TEAM: Team.key,
    EntryKind.ROLE: Role.key,
    EntryKind.TOOL: Tool.key,
    EntryKind.RESOURCE: Resource.key,
    EntryKind.FLOW: CommunicationFlow.key,
    EntryKind.MEASUREMENT: Measurement.key,
    EntryKind.LISTENING: ListeningChannel.key,
    EntryKind.SUBJECT: Subject.key,
    EntryKind.SUPPORT: SupportEntry.key,
    EntryKind.ROTATION: Rotation.key,
    EntryKind.TASK: ProtocolTask.key,
    EntryKind.MESSAGE: MessageTemplate.key,
}


def entry_keys(session: Session) -> dict[EntryKind, Sequence[str]]:
    """Every entry, in order; of members those of the company. The company itself has an empty key."""
    found: dict[EntryKind, Sequence[str]] = {
        EntryKind.COMPANY: [""] if session.scalar(select(Company.id).limit(1)) is not None else []
    }
    colleagues = set(colleague_ids(session))
    members = session.execute(select(Member.id, Member.key).order_by(Member.key)).all()
    found[EntryKind.MEMBER] = [key for number, key in members if number in colleagues]
    return found | {kind: session.scalars(select(key).distinct().order_by(key)).all() for kind, key in KEYS.items()}
