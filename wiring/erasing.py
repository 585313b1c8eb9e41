"""Erases a member: a pseudonym stays where the record needs somebody, and nothing that leads to the person."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Table, delete, select, update
from sqlalchemy.orm import Session

from incidents.rows import CabinetSeat, Incident
from notifiers.rows import Message
from notifiers.states import State
from protocol.calendar import ProtocolTask, Rotation, Seat, ShiftOverride
from protocol.company import WITHDRAWN
from protocol.forgetting import forget
from protocol.history_rows import Packed
from protocol.people import Absence, Contact, Member, Membership, Responsibility, Role, RoleHolder, WorkingHours
from protocol.stewardship import EntryKey
from protocol.vault import Vault
from protocol.words import Remedy
from wiring.tables import METADATA

NO_FREE_TEXT = frozenset(
    {
        *("member", "contact", "message", "attempt", "receipt", "inbound", "reading", "one_time_code"),
        *("indexed_answer", "index_stamp", "seen_mention"),
    }
)
"""Tables that hold words of our own only, or that erasing empties; some have very many rows."""

OWNED = (Absence, WorkingHours, Responsibility, Membership, RoleHolder, ShiftOverride)
WHY = "the person was erased from the protocol"


@dataclass(frozen=True)
class Mention:
    """A free text that still names the person: whoever keeps it decides about it."""

    table: str
    row: str
    column: str
    incident: int | None


@dataclass(frozen=True)
class Erased:
    """Free texts that name the person and were not altered, and entries that nobody keeps up to date now."""

    mentions: Sequence[Mention]
    unkept: Sequence[EntryKey]


def erase(session: Session, vault: Vault, member: Member, now: datetime) -> Erased:
    """Erases in the caller's transaction; answers what is left to do.

    Raises Remedy while the person has a part in an open incident or in the calendar, or is the only holder of a role.
    """
    _refuse(session, member, now)
    names, former_key = _names(vault, member), member.key
    for table in OWNED:
        session.execute(delete(table).where(table.member_id == member.id))
    _forget_contacts(session, member.id)
    _stop_messages(session, member.id)
    member.key, member.name = f"erased-{member.id}", f"Erased {member.id}"
    member.title = member.responsibilities = ""
    member.time_zone, member.drill_roster = "UTC", False
    member.quiet_starts = member.quiet_ends = member.holidays = None
    member.erased_at = now
    session.flush()
    unkept = forget(session, member, former_key)
    session.expire(member)
    return Erased(list(mentions(session, names)), unkept)


def mentions(session: Session, names: Sequence[str]) -> Iterator[Mention]:
    """Every text in the store that holds one of these names, whatever the case of its letters."""
    wanted = [name.casefold() for name in names if name]
    for table in METADATA.sorted_tables:
        if table.name in NO_FREE_TEXT:
            continue
        columns = [column.name for column in table.columns if isinstance(column.type, String | JSON | Packed)]
        for row in session.execute(select(table).execution_options(yield_per=1000)).mappings():
            for column in columns:
                said = _text(row[column]).casefold()
                if any(name in said for name in wanted):
                    yield Mention(table.name, _place(table, row), column, row.get("incident_id"))


def _refuse(session: Session, member: Member, now: datetime) -> None:
    open_ones = select(Incident).where(Incident.closed_at.is_(None)).order_by(Incident.id)
    roles = _roles(session, member.id)
    for incident in session.scalars(open_ones):
        if roles or _takes_part(session, incident.id, member.id):
            what = f"holds {', '.join(role.key for role in roles)}" if roles else "takes part"
            raise Remedy(f"{member.key} {what} while {incident.name} is open; close it first, or hand their part over.")
    for role in roles:
        if [holder.id for holder in role.holders] == [member.id]:
            raise Remedy(f"{member.key} is the only holder of {role.key}; give it another holder first.")
    if part := _in_the_calendar(session, member.id, now):
        raise Remedy(f"{member.key} {part}; hand that over in the company file first.")


def _in_the_calendar(session: Session, member_id: int, now: datetime) -> str:
    """What of the calendar would be left without its person: turns, which would shift for all others, or tasks."""
    seat = select(Rotation.key).join(Seat).where(Seat.member_id == member_id)
    cover = select(Rotation.key).join(ShiftOverride)
    cover = cover.where(ShiftOverride.member_id == member_id, ShiftOverride.ends > now)
    task = select(ProtocolTask.key).where(ProtocolTask.member_id == member_id)
    for query, part in ((seat, "takes turns in"), (cover, "covers a shift of"), (task, "owns the task")):
        if (key := session.scalar(query.limit(1))) is not None:
            return f"{part} {key}"
    return ""


def _takes_part(session: Session, incident_id: int, member_id: int) -> bool:
    told = select(Message.id).where(Message.incident_id == incident_id, Message.member_id == member_id)
    seat = select(CabinetSeat.id).where(CabinetSeat.incident_id == incident_id, CabinetSeat.member_id == member_id)
    return session.scalar(told.limit(1)) is not None or session.scalar(seat.limit(1)) is not None


def _roles(session: Session, member_id: int) -> Sequence[Role]:
    held = select(RoleHolder.role_id).where(RoleHolder.member_id == member_id)
    return session.scalars(select(Role).where(Role.id.in_(held)).order_by(Role.key)).all()


def _names(vault: Vault, member: Member) -> list[str]:
    contacts = [vault.open(contact.sealed) for contact in member.contacts]
    return [member.name, member.key, *(contact for contact in contacts if contact)]


def _forget_contacts(session: Session, member_id: int) -> None:
    """A contact that a message points at stays as an empty row."""
    used = select(Message.contact_id).where(Message.member_id == member_id)
    session.execute(delete(Contact).where(Contact.member_id == member_id, Contact.id.not_in(used)))
    for contact in session.scalars(select(Contact).where(Contact.member_id == member_id)):
        contact.sealed, contact.fingerprint = "", f"erased-{contact.id}"
        contact.opted_out_at, contact.shared = WITHDRAWN, False
        contact.verified_at = contact.bounced_at = contact.bounce = None


def _stop_messages(session: Session, member_id: int) -> None:
    waiting = (Message.member_id == member_id, Message.state == State.PENDING)
    session.execute(update(Message).where(*waiting).values(state=State.FAILED, reason=WHY))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _place(table: Table, row: Any) -> str:
    return "/".join(str(row[column.name]) for column in table.primary_key)
