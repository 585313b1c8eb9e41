"""The protocol as it stood at one of its versions, put together again from its history."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from protocol.company_format import CompanyFile, FlowEntry, MemberEntry
from protocol.entries import ORDER
from protocol.history_rows import EntryVersion
from protocol.kinds import COLLECTIONS, EntryKind
from protocol.member_documents import member_entry
from protocol.messages import MessageTemplate
from protocol.people import Contact, Member
from protocol.stewardship import EntryKey, Kept
from protocol.vault import Vault
from protocol.words import Remedy

Document = dict[str, Any]
AT_ONCE = 1000


def company_at(session: Session, vault: Vault, version: int) -> CompanyFile:
    """The protocol as a version left it. Raises Remedy when there was no company yet.

    Who was erased since is there under a pseudonym. Confirmations of contacts are not: they belong to no version.
    """
    found = entries_at(session, version)
    company = found[EntryKind.COMPANY].get("")
    if company is None:
        raise Remedy(f"Version {version} of the protocol has no company; give a later moment.")
    found[EntryKind.FLOW] = _in_order(found[EntryKind.FLOW])
    lists = {name: _entries(kind, found[kind]) for kind, name in COLLECTIONS.items() if kind is not EntryKind.MEMBER}
    members = _members(session, vault, found[EntryKind.MEMBER])
    overrides = [
        {"rotation": key, **over}
        for key, document in found[EntryKind.ROTATION].items()
        for over in document.get("overrides", ())
    ]
    return CompanyFile.model_validate({"company": company, "members": members, **lists, "overrides": overrides})


def entries_at(
    session: Session, version: int, kind: EntryKind | None = None
) -> defaultdict[EntryKind, dict[str, Document]]:
    """By kind and key what each entry said at a version, in the order in which they came; those that were gone not."""
    of_kind = true() if kind is None else EntryVersion.kind == kind
    newest = select(func.max(EntryVersion.id)).where(EntryVersion.version_id <= version, of_kind)
    newest = newest.group_by(EntryVersion.kind, EntryVersion.key)
    first = (
        select(EntryVersion.kind, EntryVersion.key, func.min(EntryVersion.id).label("id"))
        .where(of_kind)
        .group_by(EntryVersion.kind, EntryVersion.key)
        .subquery("first")
    )
    query = (
        select(EntryVersion.kind, EntryVersion.key, EntryVersion.document, EntryVersion.member_id)
        .join(first, (first.c.kind == EntryVersion.kind) & (first.c.key == EntryVersion.key))
        .where(EntryVersion.id.in_(newest))
        .order_by(first.c.id)
    )
    found: defaultdict[EntryKind, dict[str, Document]] = defaultdict(dict)
    for what, key, document, member_id in session.execute(query):
        if member_id is not None:
            found[what][key] = {**(document or {}), "member_id": member_id}
        elif document is not None:
            found[what][key] = document
    return found


def flows_at(session: Session, version: int) -> list[FlowEntry]:
    """The communication flows as a version left them, in their order."""
    said = _in_order(entries_at(session, version, EntryKind.FLOW)[EntryKind.FLOW])
    return [FlowEntry.model_validate(entry) for entry in _entries(EntryKind.FLOW, said)]


def _in_order(flows: dict[str, Document]) -> dict[str, Document]:
    order: list[str] = flows.pop(ORDER, {"order": []})["order"]
    return {key: flows[key] for key in (*order, *flows) if key in flows}


def texts_at(session: Session, version: int) -> list[MessageTemplate]:
    """The texts of standard messages as a version left them, by key, language and channel."""
    said = entries_at(session, version, EntryKind.MESSAGE)[EntryKind.MESSAGE]
    wanted = {(*key.split("/"), document["version"]) for key, document in said.items() if "version" in document}
    rows = session.scalars(
        select(MessageTemplate).order_by(MessageTemplate.key, MessageTemplate.language, MessageTemplate.channel)
    )
    return [row for row in rows if (row.key, row.language.value, row.channel.value, row.version) in wanted]


def message_kept_at(session: Session, version: int) -> dict[EntryKey, Kept]:
    """Who kept which message at a version, and until when it was to be looked at."""
    said = entries_at(session, version, EntryKind.MESSAGE)[EntryKind.MESSAGE]
    return {
        (EntryKind.MESSAGE, key): Kept(document.get("owner"), _day(document.get("review")))
        for key, document in said.items()
        if "version" not in document
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _entries(kind: EntryKind, said: Mapping[str, Document]) -> list[Document]:
    own = {EntryKind.TEAM: "apart", EntryKind.ROTATION: "overrides"}.get(kind, "")
    return [
        {"key": key, **{name: value for name, value in document.items() if name != own}}
        for key, document in said.items()
    ]


def _members(session: Session, vault: Vault, said: Mapping[str, Document]) -> list[MemberEntry]:
    numbers = [document["member_id"] for document in said.values()]
    opened: defaultdict[int, dict[tuple[str, str], str]] = defaultdict(dict)
    for some in _some(numbers):
        for row in session.scalars(select(Contact).where(Contact.member_id.in_(some), Contact.sealed != "")):
            opened[row.member_id][row.channel.value, row.fingerprint] = vault.open(row.sealed)
    return [
        member_entry(key, document, opened[document["member_id"]])
        if "name" in document
        else _erased(session, document["member_id"])
        for key, document in said.items()
    ]


def _erased(session: Session, number: int) -> MemberEntry:
    row = session.get_one(Member, number)
    return MemberEntry(key=row.key, name=row.name, language=row.language, time_zone=row.time_zone)


def _some(numbers: Sequence[int]) -> list[Sequence[int]]:
    return [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
