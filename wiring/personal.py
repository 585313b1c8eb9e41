"""Everything that the store holds about one member, as one document."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.orm import Session

from incidents.rows import TimelineEntry
from incidents.timeline import text_of
from protocol.history_rows import EntryVersion
from protocol.people import Contact, Member, Role, Team
from protocol.vault import Vault
from wiring.tables import METADATA

SECRET = frozenset({"token", "nonce", "hashed", "sealed", "fingerprint", "lease_owner"})
"""Columns that open or find something; they say nothing about the person."""

PEOPLE_IN_LINES = ("member", "from_member", "to_member", "delegate")

Document = dict[str, Any]


def everything_about(session: Session, vault: Vault, member: Member) -> Document:
    """The member's own row, their contacts in clear, and every other row about them, by table. Reads only."""
    found: Document = {"member": _plain(Member.__table__, member)}
    found["contacts"] = [
        {**_plain(Contact.__table__, contact), "value": vault.open(contact.sealed)} for contact in member.contacts
    ]
    for table in METADATA.sorted_tables:
        if table is not Contact.__table__ and (owned := owned_by(table, member.id)) is not None:
            rows = session.execute(select(table).where(owned).order_by(*table.primary_key)).mappings()
            found[table.name] = [_named(session, table, dict(row)) for row in rows]
    found["timeline"] = list(_lines(session, member.id))
    return found


def owned_by(table: Table, member_id: int) -> ColumnElement[bool] | None:
    """Which rows of a table are about a member; None for a table that is about nobody."""
    columns = [
        column
        for column in table.columns
        if column.name == "member_id" or any(key.column.table.name == "member" for key in column.foreign_keys)
    ]
    return or_(*(column == member_id for column in columns)) if columns else None


def _named(session: Session, table: Table, row: dict[str, Any]) -> Document:
    told = {name: _written(value) for name, value in row.items() if name not in SECRET}
    if table.name == EntryVersion.__tablename__ and row["document"]:  # of contacts it holds prints, which find them
        told["document"] = row["document"] | {"contacts": [one[0] for one in row["document"].get("contacts", ())]}
    if row.get("team_id") is not None:
        told["team"] = session.get_one(Team, row["team_id"]).key
    if row.get("role_id") is not None:
        told["role"] = session.get_one(Role, row["role_id"]).key
    return told


def _plain(table: Any, row: object) -> Document:
    columns = (column.name for column in table.columns)
    return {name: _written(getattr(row, name)) for name in columns if name not in SECRET}


def _lines(session: Session, member_id: int) -> Iterator[Document]:
    """The lines of any timeline that name the member, with the text beside those that are the member's own."""
    for line in session.scalars(select(TimelineEntry).order_by(TimelineEntry.id).execution_options(yield_per=1000)):
        if member_id not in (line.facts.get(name) for name in PEOPLE_IN_LINES):
            continue
        own = line.facts.get("member") == member_id
        said = {"incident": line.incident_id, "number": line.number, "at": _written(line.at), "kind": line.kind}
        yield {**said, "facts": line.facts, "text": text_of(session, line) if own else None}


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else value
