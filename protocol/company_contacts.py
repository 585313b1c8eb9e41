"""The contacts of people in a company file: added, moved, withdrawn and taken back, never deleted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from protocol.company_format import MemberEntry
from protocol.people import Contact
from protocol.row_sets import insert_rows, row_set
from protocol.vault import Vault
from protocol.verified import later_confirmed
from protocol.words import Channel

WITHDRAWN = datetime(1970, 1, 1, tzinfo=UTC)
"""`opted_out_at` of a contact that left the file. Messages point at contacts, so none is ever deleted."""

NEW: Mapping[str, type] = {
    "member_id": int,
    "channel": str,
    "fingerprint": str,
    "sealed": str,
    "position": int,
    "shared": bool,
    "verified_at": datetime,
}
SAID = ("position", "shared", "verified_at", "opted_out_at")
"""What may change about a contact that is there."""

Place = tuple[int, Channel, str]
"""The number of a member, a channel and the fingerprint of a contact."""


def load_contacts(session: Session, vault: Vault, people: Sequence[tuple[int, MemberEntry]]) -> None:
    """Stores what the entries say about the contacts of these members, each given with their number.

    Opt-outs and confirmations are the person's own and are kept.
    """
    stored = {
        (row.member_id, row.channel, row.fingerprint): row for row in _stored(session, (number for number, _ in people))
    }
    new: list[tuple[Any, ...]] = []
    changed: list[dict[str, Any]] = []
    for number, entry in people:
        for place, position, value in _reached(vault, number, entry):
            row = stored.pop(place, None)
            said = _said(entry, position, value, row)
            if row is None:
                new.append((*place, vault.seal(value), *(said[name] for name in SAID[:-1])))
            else:
                changed += _if_changed(row, said)
    for row in stored.values():
        gone = {name: getattr(row, name) for name in SAID} | {"opted_out_at": row.opted_out_at or WITHDRAWN}
        changed += _if_changed(row, gone)
    insert_rows(session, Contact, NEW, new)
    if changed:
        session.connection().execute(update(Contact).where(Contact.id == bindparam("number")), changed)


def _stored(session: Session, members: Iterable[int]) -> Sequence[Any]:
    theirs = row_set(session, "theirs", {"member_id": int}, ([number] for number in members))
    columns = (getattr(Contact, name) for name in ("id", "member_id", "channel", "fingerprint", *SAID))
    return session.execute(select(*columns).join(theirs, theirs.c.member_id == Contact.member_id)).all()


def _reached(vault: Vault, number: int, entry: MemberEntry) -> Iterable[tuple[Place, int, str]]:
    for channel in Channel:
        for position, value in enumerate(getattr(entry, channel)):
            yield (number, channel, vault.fingerprint(value)), position, value


def _said(entry: MemberEntry, position: int, value: str, row: Any) -> dict[str, Any]:
    confirmed, left = (row.verified_at, row.opted_out_at) if row else (None, None)
    return {
        "position": position,
        "shared": value in entry.shared,
        "verified_at": later_confirmed(confirmed, entry.verified.get(value)),
        "opted_out_at": None if left == WITHDRAWN else left,
    }


def _if_changed(row: Any, said: Mapping[str, Any]) -> list[dict[str, Any]]:
    differs = any(getattr(row, name) != value for name, value in said.items())
    return [{"number": row.id, **said}] if differs else []
