"""The history of the protocol: its versions, and what each of them changed."""

import hashlib
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from protocol.base import Base, Word
from protocol.kinds import EntryKind

GONE, ERASED = "", "erased"
"""The hash of an entry that is no longer there, and of one whose person was erased since."""


def packed(document: dict[str, Any]) -> str:
    """A document as it is stored and hashed: the same text for the same document."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()


def print_of(packed_document: str) -> str:
    """SHA-256 of a packed document."""
    return hashlib.sha256(packed_document.encode()).hexdigest()


class Packed(TypeDecorator[dict[str, Any]]):
    """A document as text; one that is packed already is taken as it is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | str | None, dialect: Dialect) -> str | None:
        return packed(value) if isinstance(value, dict) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else orjson.loads(value)


class ProtocolVersion(Base):
    """One change of the protocol, numbered by its id: who made it, when, why, and by which command."""

    __tablename__ = "protocol_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str]
    why: Mapped[str]
    source: Mapped[str]
    entries: Mapped[list["EntryVersion"]] = relationship(order_by="EntryVersion.id", viewonly=True)


class EntryVersion(Base):
    """One entry as a version left it; without a document from then on it is not there, or its member was erased.

    Contacts stand in a document as their fingerprints only, so that no key of theirs need ever reach the history.
    """

    __tablename__ = "entry_version"
    __table_args__ = (
        UniqueConstraint("version_id", "kind", "key"),
        Index("ix_entry_version_kind_key", "kind", "key", "version_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("protocol_version.id"))
    kind: Mapped[EntryKind] = mapped_column(Word(EntryKind))
    key: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)  # whose data it holds
    hash: Mapped[str]
    document: Mapped[dict[str, Any] | None] = mapped_column(Packed())
