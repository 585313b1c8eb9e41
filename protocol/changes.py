"""What a version of the protocol changed: entries that came, changed or went, field by field."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from protocol.entries import ORDER
from protocol.history_rows import EntryVersion, ProtocolVersion
from protocol.kinds import EntryKind
from protocol.people import Contact
from protocol.vault import Vault

Document = Mapping[str, Any]
Opened = Mapping[str, str]
_ORDER = "the order of communication flows"
NAMED = 3
"""So many entries of a kind are named in the summary of a version."""


@dataclass(frozen=True)
class FieldChange:
    """One field of one entry; `field` is empty when the whole entry came or went."""

    version: int
    kind: EntryKind
    key: str
    what: str
    field: str = ""
    before: str = ""
    after: str = ""


def summary(session: Session, version: ProtocolVersion) -> str:
    """What a version changed, as `2 members (ana.ruiz, tom.baker), 1 tool (crm)`."""
    query = select(EntryVersion.kind, EntryVersion.key).where(EntryVersion.version_id == version.id)
    rows = session.execute(query.order_by(EntryVersion.kind, EntryVersion.id)).all()
    kinds = {kind: [key for _, key in some] for kind, some in groupby(rows, lambda row: row[0])}
    flows = kinds.get(EntryKind.FLOW, [])
    if flows == [ORDER]:
        return ", ".join([*(_told(kind, keys) for kind, keys in kinds.items() if kind is not EntryKind.FLOW), _ORDER])
    kinds |= {EntryKind.FLOW: [key for key in flows if key != ORDER]} if flows else {}
    return ", ".join(_told(kind, keys) for kind, keys in kinds.items())


def changes_of_version(session: Session, vault: Vault, version: int, most: int | None = None) -> list[FieldChange]:
    """What one version changed, in the order of its entries; of the first ones only, if `most` says how many."""
    return list(_changes(session, vault, select(EntryVersion).where(EntryVersion.version_id == version).limit(most)))


def changes_of_entry(session: Session, vault: Vault, kind: EntryKind, key: str) -> list[FieldChange]:
    """All that happened to one entry (to every text of a message), the oldest first; nothing for an unknown one."""
    mine = EntryVersion.key == key
    if kind is EntryKind.MESSAGE:
        mine |= EntryVersion.key.startswith(f"{key}/")
    return list(_changes(session, vault, select(EntryVersion).where(EntryVersion.kind == kind, mine)))


def _told(kind: EntryKind, keys: Sequence[str]) -> str:
    if kind is EntryKind.MESSAGE:
        keys = list(dict.fromkeys(key.partition("/")[0] for key in keys))
    named = [key for key in keys if key][:NAMED]
    more = ", …" if len(keys) > len(named) > 0 else ""
    return f"{len(keys):,} {kind.value if len(keys) == 1 else kind.plural}" + (
        f" ({', '.join(named)}{more})" if named else ""
    )


def _changes(session: Session, vault: Vault, wanted: Select[EntryVersion]) -> Iterator[FieldChange]:
    for row in session.scalars(wanted.order_by(EntryVersion.id)).all():
        before = _before(session, row)
        opened = _opened(session, vault, row.member_id, (before, row.document))
        yield from _compared(row, before, opened)


def _before(session: Session, row: EntryVersion) -> Document | None:
    former = select(EntryVersion).where(
        EntryVersion.kind == row.kind, EntryVersion.key == row.key, EntryVersion.version_id < row.version_id
    )
    found = session.scalar(former.order_by(EntryVersion.version_id.desc()).limit(1))
    if found is None and row.kind is EntryKind.MESSAGE and "/" not in row.key:
        return {}  # the message was there; who keeps it is said for the first time
    return found.document if found else None


def _compared(row: EntryVersion, before: Document | None, opened: Opened) -> Iterator[FieldChange]:
    if row.document is None:
        yield FieldChange(row.version_id, row.kind, row.key, "erased" if row.member_id else "gone")
        return
    if before is None:
        yield FieldChange(row.version_id, row.kind, row.key, "new")
        return
    for name in dict.fromkeys((*before, *row.document)):
        old, new = (_text(document.get(name), name, opened) for document in (before, row.document))
        if old != new:
            yield FieldChange(row.version_id, row.kind, row.key, "changed", name, old, new)


def _opened(session: Session, vault: Vault, member_id: int | None, documents: Collection[Document | None]) -> Opened:
    if member_id is None or not any(document and document.get("contacts") for document in documents):
        return {}
    rows = session.scalars(select(Contact).where(Contact.member_id == member_id, Contact.sealed != ""))
    return {row.fingerprint: vault.open(row.sealed) for row in rows}


def _text(value: Any, name: str, opened: Opened) -> str:
    if name == "contacts":
        said = ((f"{channel} {opened.get(print_, 'erased')}", shared) for channel, print_, shared in value or ())
        return "; ".join(f"{contact} (shared)" if shared else contact for contact, shared in said)
    if isinstance(value, list):
        return "; ".join(_text(one, "", opened) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(one, '', opened)}".strip() for key, one in value.items())
    return "" if value is None else str(value)
