"""The entries of the protocol as they stand, each as a plain document that can be kept and compared."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.audience_teams import audience_teams
from protocol.company_export import frame_of, member_keys
from protocol.kinds import COLLECTIONS, EntryKind
from protocol.member_documents import member_documents
from protocol.messages import MessageTemplate
from protocol.people import Member, Membership, Team
from protocol.stewardship import EntryKey, Kept, kept_in

Document = dict[str, Any]
AT_ONCE = 1000
ORDER = ""
"""The key under which the order of communication flows is kept."""


@dataclass(frozen=True)
class Entry:
    """One entry: what it is, what it is called, and what it says; `member_id` is the person whose data it holds."""

    kind: EntryKind
    key: str
    document: Document
    member_id: int | None = None


def entries_now(session: Session) -> Iterator[Entry]:
    """Every entry of the protocol. The people of an audience with a file of its own are one figure of their team."""
    apart, kept = audience_teams(session), kept_in(session)
    keys = member_keys(session, apart)
    # One after the other: all at once, those of fifty thousand people would take a hundred megabytes.
    for some in (_of_frame(session, keys, apart), _messages(session, kept), _members(session, keys)):
        for entry in some:
            yield _with_kept(entry, kept)


def _of_frame(session: Session, keys: dict[int, str], apart: Collection[int]) -> Iterator[Entry]:
    frame = frame_of(session, keys, apart)
    if frame["company"] is not None:
        yield Entry(EntryKind.COMPANY, "", _plain(frame["company"]))
    audiences = _audiences(session, apart)
    for kind, name in COLLECTIONS.items():
        for one in frame.get(name, ()):
            document = _plain(one)
            if kind is EntryKind.TEAM and one.key in audiences:
                document["apart"] = audiences[one.key]
            if kind is EntryKind.ROTATION:
                overrides = [over for over in frame["overrides"] if over.rotation == one.key]
                document["overrides"] = [over.model_dump(mode="json", exclude={"rotation"}) for over in overrides]
            yield Entry(kind, one.key, document)
    if flows := [flow.key for flow in frame["communication_flows"]]:
        yield Entry(EntryKind.FLOW, ORDER, {"order": flows})


def _plain(entry: Any) -> Document:
    """What the entry says beyond the defaults, so that a field that is new in a release changes no document."""
    document: Document = entry.model_dump(mode="json", exclude={"key", "owner", "review"}, exclude_defaults=True)
    return document


def _with_kept(entry: Entry, kept: Mapping[EntryKey, Kept]) -> Entry:
    said = kept.get((entry.kind, entry.key))
    if said is None or (entry.kind is EntryKind.FLOW and entry.key == ORDER):
        return entry
    more = {"owner": said.owner, "review": said.review.isoformat() if said.review else None}
    return Entry(entry.kind, entry.key, {**entry.document, **_given(more)}, entry.member_id)


def _given(values: Document) -> Document:
    return {name: value for name, value in values.items() if value is not None}


def _audiences(session: Session, apart: Collection[int]) -> dict[str, Document]:
    """By key of the team: how many people an audience has, and a print of who they are."""
    found: dict[str, Document] = {}
    for number in sorted(apart):
        people = select(Member.key).join(Membership).where(Membership.team_id == number)
        keys = sorted(key for (key,) in session.connection().execute(people))  # databases sort in different ways
        digest = hashlib.sha256()
        for key in keys:
            digest.update(f"{key}\n".encode())
        found[session.get_one(Team, number).key] = {"people": len(keys), "print": digest.hexdigest()[:16]}
    return found


def _messages(session: Session, kept: Mapping[EntryKey, Kept]) -> Iterator[Entry]:
    """Of each text the number of its newest version: the words themselves are kept with it."""
    columns = (MessageTemplate.key, MessageTemplate.language, MessageTemplate.channel)
    query = select(*columns, MessageTemplate.version, MessageTemplate.public)
    newest = {row[:3]: row for row in session.execute(query.order_by(*columns, MessageTemplate.version))}
    for key, language, channel, version, public in newest.values():
        yield Entry(EntryKind.MESSAGE, f"{key}/{language}/{channel}", {"version": version, "public": public})
    for kind, key in kept:
        if kind is EntryKind.MESSAGE:
            yield Entry(kind, key, {})


def _members(session: Session, keys: Mapping[int, str]) -> Iterator[Entry]:
    numbers = list(keys)
    for start in range(0, len(numbers), AT_ONCE):
        for number, document in member_documents(session, numbers[start : start + AT_ONCE]):
            yield Entry(EntryKind.MEMBER, keys[number], document, number)
