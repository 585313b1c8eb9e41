"""Out of the history goes what it knows of a person: their own documents, and their key in those of others."""

from typing import Any

from sqlalchemy import String, cast, delete, select
from sqlalchemy.orm import Session

from protocol.history_rows import ERASED, EntryVersion, packed, print_of
from protocol.kinds import EntryKind
from protocol.people import Member
from protocol.stewardship import EntryKey, Stewardship


def forget(session: Session, member: Member, former_key: str) -> list[EntryKey]:
    """Empties the person's entries and puts their present key, a pseudonym, for the former one where others name them.

    Answers the entries that the person kept up to date and that nobody keeps now.
    """
    for row in session.scalars(select(EntryVersion).where(EntryVersion.member_id == member.id)):
        row.key, row.document, row.hash = member.key, None, ERASED
    naming = cast(EntryVersion.document, String).contains(f'"{former_key}"', autoescape=True)
    for row in session.scalars(select(EntryVersion).where(naming)):
        row.document = _renamed(row.document or {}, row.kind, former_key, member.key)
        row.hash = print_of(packed(row.document))
    session.execute(delete(Stewardship).where(Stewardship.kind == EntryKind.MEMBER, Stewardship.key == former_key))
    kept = session.scalars(select(Stewardship).where(Stewardship.member_id == member.id)).all()
    for one in kept:
        one.member_id = None
    session.flush()
    return [(one.kind, one.key) for one in kept]


def _renamed(document: dict[str, Any], kind: EntryKind, former: str, present: str) -> dict[str, Any]:
    """Only where a member is named: another entry may have the very same key."""

    def name(said: Any) -> Any:
        return present if said == former else said

    found = {**document}
    if "owner" in found:  # a role of that key would have been taken before the member
        found["owner"] = name(found["owner"])
    if kind is EntryKind.TEAM and found.get("members"):
        found["members"] = [{**place, "member": name(place["member"])} for place in found["members"]]
    if kind is EntryKind.ROLE:
        found["holders"] = [name(holder) for holder in found["holders"]]
    if kind is EntryKind.ROTATION:
        found["members"] = [name(seat) for seat in found["members"]]
        found["overrides"] = [{**over, "member": name(over["member"])} for over in found.get("overrides", ())]
    if kind is EntryKind.TASK and "member" in found:
        found["member"] = name(found["member"])
    return found
