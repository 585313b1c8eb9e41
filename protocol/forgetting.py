"""Out of the history goes what it knows of a person: their own documents, and their key in those of others."""

from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from protocol.history_rows import EntryVersion
from protocol.people import Member
from protocol.stewardship import Stewardship


def forget(session: Session, member: Member, former_key: str) -> None:
    """Empties the person's entries and puts their present key, a pseudonym, for the former one everywhere else."""
    for row in session.scalars(select(EntryVersion).where(EntryVersion.member_id == member.id)):
        row.key, row.document, row.hash = member.key, None, ""
    naming = cast(EntryVersion.document, String).contains(f'"{former_key}"', autoescape=True)  # it is text
    for row in session.scalars(select(EntryVersion).where(naming)):
        row.document = _renamed(row.document, former_key, member.key)
    for kept in session.scalars(select(Stewardship).where(Stewardship.member_id == member.id)):
        kept.member_id = None
    session.flush()


def _renamed(value: Any, former: str, present: str) -> Any:
    if isinstance(value, list):
        return [_renamed(one, former, present) for one in value]
    if isinstance(value, dict):
        return {name: _renamed(one, former, present) for name, one in value.items()}
    return present if value == former else value
