"""The rows of the desk: inquiries, the answers they were given, and the index that finds an answer."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from desk.inquiries import Customer, InquiryKind
from protocol.base import Base, Word
from protocol.words import Urgency


class Inquiry(Base):
    """One inquiry. `print` is a keyed hash of the id that its source gave it; nothing in clear leads to the customer.

    `sealed` is the customer's text, encrypted when a contact key is set; None once it is erased. `answer_hash` is the
    answer that was given, or that it was corrected to. `rung` counts who was told that it waits too long; at `rung_at`
    the next one is, None: nobody any more.
    """

    __tablename__ = "inquiry"
    __table_args__ = (
        UniqueConstraint("source", "print"),
        Index("ix_inquiry_subject_at", "subject", "at"),
        {"sqlite_autoincrement": True},  # a number that people know is never given to another inquiry
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    print: Mapped[str] = mapped_column(index=True)
    kind: Mapped[InquiryKind] = mapped_column(Word(InquiryKind))
    channel: Mapped[str]
    urgency: Mapped[Urgency] = mapped_column(Word(Urgency))
    customer: Mapped[Customer] = mapped_column(Word(Customer))
    language: Mapped[str]
    subject: Mapped[str | None]
    reason: Mapped[str]
    team: Mapped[str | None]  # by key; None: the protocol has no team that could answer
    at: Mapped[datetime] = mapped_column(index=True)
    taken_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answer_hash: Mapped[str | None]
    sealed: Mapped[str | None]
    replied_at: Mapped[datetime | None]
    corrected_at: Mapped[datetime | None]
    rung: Mapped[int] = mapped_column(default=0)
    rung_at: Mapped[datetime | None] = mapped_column(index=True)

    @property
    def name(self) -> str:
        """As people call it: `INQ-12`."""
        return f"INQ-{self.id}"


class GivenAnswer(Base):
    """The words of one version of an answer, by their hash."""

    __tablename__ = "given_answer"
    hash: Mapped[str] = mapped_column(primary_key=True)
    texts: Mapped[dict[str, str]]


class IndexedAnswer(Base):
    """The stems of one support entry or FAQ. On SQLite an FTS5 table of the same numbers stands beside."""

    __tablename__ = "indexed_answer"
    __table_args__ = (Index("ix_indexed_answer_stems", "stems", postgresql_using="gin"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    stems: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


class IndexStamp(Base):
    """Of which words of the protocol the index is; one row."""

    __tablename__ = "index_stamp"
    id: Mapped[int] = mapped_column(primary_key=True)
    print: Mapped[str]
