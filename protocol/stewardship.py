"""Who keeps each entry of the protocol up to date, and by when it is to be looked at again."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from protocol.base import Base, Word
from protocol.colleagues import colleague_ids
from protocol.company_format import CompanyFile
from protocol.company_parts import KeptEntry
from protocol.kinds import COLLECTIONS, EntryKind
from protocol.people import Member, Role
from protocol.words import Remedy

EntryKey = tuple[EntryKind, str]
"""The kind and the key of an entry; those of the company are `company` and nothing."""

Entry = TypeVar("Entry", bound=KeptEntry)


class Stewardship(Base):
    """The owner of one entry, a role or a member, and the day of its next review."""

    __tablename__ = "stewardship"
    __table_args__ = (CheckConstraint("role_id IS NULL OR member_id IS NULL", name="one_owner"),)
    kind: Mapped[EntryKind] = mapped_column(Word(EntryKind), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    role_id: Mapped[int | None] = mapped_column(ForeignKey("role.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    review: Mapped[date | None]


SAID = frozenset({"owner", "review"})


@dataclass(frozen=True)
class Kept:
    """Who keeps an entry (the key of a role or of a member) and by when it is to be looked at.

    `said` are those of the two that somebody spoke of; the others stay as they are.
    """

    owner: str | None = None
    review: date | None = None
    said: frozenset[str] = field(default=SAID, compare=False)


def kept_of(company: CompanyFile) -> Iterator[tuple[EntryKey, Kept]]:
    """What a company file says of its entries; nothing of those of which it does not speak."""
    entries: list[tuple[EntryKind, str, Iterable[KeptEntry]]] = [(EntryKind.COMPANY, "", [company.company])]
    entries += [(kind, "key", getattr(company, name)) for kind, name in COLLECTIONS.items()]
    for kind, key, some in entries:
        for entry in some:
            if said := entry.model_fields_set & SAID:
                yield (kind, getattr(entry, key) if key else ""), Kept(entry.owner, entry.review, frozenset(said))


def load_kept(session: Session, pairs: Iterable[tuple[EntryKey, Kept]]) -> None:
    """Makes owner and review date of these entries what is said; those of all others stay."""
    stored = {(row.kind, row.key): row for row in session.scalars(select(Stewardship))}
    said = {place: kept for place, kept in pairs if place in stored or kept != Kept()}
    owners = _owners(session, {kept.owner for kept in said.values() if kept.owner})
    for place, kept in said.items():
        row = stored.get(place)
        if row is None:
            row = Stewardship(kind=place[0], key=place[1])
            session.add(row)
        if "owner" in kept.said:
            row.role_id, row.member_id = owners[kept.owner] if kept.owner else (None, None)
        if "review" in kept.said:
            row.review = kept.review
        if place in stored and (row.role_id, row.member_id, row.review) == (None, None, None):
            session.delete(row)
    session.flush()


def kept_in(session: Session) -> dict[EntryKey, Kept]:
    """Owner and review date of every entry that has one."""
    query = (
        select(Stewardship, Role.key, Member.key)
        .outerjoin(Role, Role.id == Stewardship.role_id)
        .outerjoin(Member, Member.id == Stewardship.member_id)
        .order_by(Stewardship.kind, Stewardship.key)
    )
    return {(row.kind, row.key): Kept(role or member, row.review) for row, role, member in session.execute(query)}


def require_owner(session: Session, key: str) -> None:
    """Raises Remedy unless a role, or a member of the company, has this key."""
    if session.scalar(select(Role.id).where(Role.key == key)) is not None:
        return
    if session.scalar(select(Member.id).where(Member.key == key)) not in colleague_ids(session):
        raise Remedy(f'"{key}" is no role and no member of the company; `crisis who --all` lists them.')


def with_kept(entry: Entry, kept: Kept | None) -> Entry:
    """The entry with its owner and review date, as far as they are said."""
    return entry.model_copy(update={name: getattr(kept, name) for name in kept.said}) if kept else entry


def all_with_kept(company: CompanyFile, kept: Mapping[EntryKey, Kept]) -> CompanyFile:
    """The company, each of its entries with its owner and review date."""
    if not kept:
        return company
    update: dict[str, Any] = {"company": with_kept(company.company, kept.get((EntryKind.COMPANY, "")))}
    for kind, name in COLLECTIONS.items():
        update[name] = [with_kept(entry, kept.get((kind, entry.key))) for entry in getattr(company, name)]
    return company.model_copy(update=update)


def _owners(session: Session, keys: Collection[str]) -> dict[str, tuple[int | None, int | None]]:
    """The number of a role, or else of a member, by key."""
    roles = session.execute(select(Role.key, Role.id).where(Role.key.in_(keys))).all()
    members = session.execute(select(Member.key, Member.id).where(Member.key.in_(keys))).all()
    found: dict[str, tuple[int | None, int | None]] = {key: (None, number) for key, number in members}
    return found | {key: (number, None) for key, number in roles}
