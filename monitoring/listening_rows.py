"""The rows of the ways in: which mentions were counted, and how far feeds and files were read."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from protocol.base import Base


class SeenMention(Base):
    """A mention, an e-mail or an entry of a feed that was counted: its source and a digest of its id, nothing else.

    `last_at` is when it came last, so that it is forgotten only when nobody sends it any more.
    """

    __tablename__ = "seen_mention"
    source: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(index=True)


class PolledFeed(Base):
    """When a feed was asked last, what its server wants to hear at the next time, and what went wrong, if anything."""

    __tablename__ = "polled_feed"
    address: Mapped[str] = mapped_column(primary_key=True)
    polled_at: Mapped[datetime]
    etag: Mapped[str] = mapped_column(default="")
    modified: Mapped[str] = mapped_column(default="")
    fault: Mapped[str] = mapped_column(default="")
    read: Mapped[bool] = mapped_column(default=False)  # whether its entries were ever seen


class ReadingFile(Base):
    """How far a file of the watched folder was taken in: bytes and lines; size and change are as of the last look."""

    __tablename__ = "reading_file"
    name: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    changed_ns: Mapped[int] = mapped_column(BigInteger)
    taken: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int] = mapped_column(BigInteger)
    mark: Mapped[str]  # a digest of its first line and of what stood before `taken`: another one is another file
