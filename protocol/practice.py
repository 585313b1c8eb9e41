"""What the teams work with: tools, resources, flows between departments, measurements, channels, subjects, support."""

from datetime import time
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from protocol.base import Base, Word
from protocol.words import Channel, Level


class Company(Base):
    """The company whose protocol this is; one row."""

    __tablename__ = "company"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    press_page: Mapped[str] = mapped_column(default="")
    quiet_starts: Mapped[time | None]  # in each member's own time zone; None: nobody's night is kept
    quiet_ends: Mapped[time | None]
    quiet_below: Mapped[Level] = mapped_column(Word(Level), default=Level.ORANGE, server_default="orange")
    holidays: Mapped[str | None]  # whose public holidays its people have, like ES-MD
    variables: Mapped[dict[str, Any]] = mapped_column(default=dict)  # by name, each by language
    support_targets: Mapped[dict[str, str]] = mapped_column(default=dict)  # by urgency, like 15m; see reply_targets.py


class ChannelLimit(Base):
    """How many messages one person gets on a channel within a while; what comes above waits and is bundled."""

    __tablename__ = "channel_limit"
    channel: Mapped[Channel] = mapped_column(Word(Channel), primary_key=True)
    count: Mapped[int]
    minutes: Mapped[int]


class Tool(Base):
    """A tool that a team works with."""

    __tablename__ = "tool"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))


class Resource(Base):
    """A management resource: an FAQ, a video or a download."""

    __tablename__ = "resource"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    titles: Mapped[dict[str, str]]
    address: Mapped[str] = mapped_column(default="")


class CommunicationFlow(Base):
    """Which department tells which, when, and in which order; see protocol/communication.py."""

    __tablename__ = "communication_flow"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    from_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    to_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    when: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    phases: Mapped[list[str]] = mapped_column(default=list)  # none: only for people to read
    message: Mapped[str | None]
    channels: Mapped[list[str]] = mapped_column(default=list)  # none: SMS and e-mail
    level: Mapped[Level | None] = mapped_column(Word(Level))  # from which on


class Measurement(Base):
    """A measurement, an analysis or a report that somebody owes regularly."""

    __tablename__ = "measurement"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    frequency: Mapped[str] = mapped_column(default="")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))


class ListeningChannel(Base):
    """A monitoring or customer-service channel with what is followed on it."""

    __tablename__ = "listening_channel"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    keywords: Mapped[list[str]]
    competitors: Mapped[list[str]]
    personalities: Mapped[list[str]]
    trends: Mapped[list[str]]
    feeds: Mapped[list[str]] = mapped_column(default=list)  # addresses of RSS or Atom


class Subject(Base):
    """What a crisis may be about: a brand, product, site or person, by key."""

    __tablename__ = "subject"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]


class SupportEntry(Base):
    """A query or incident of a customer and its standard answer."""

    __tablename__ = "support_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    channel: Mapped[str]
    urgency: Mapped[str]
    customer: Mapped[str]
    question: Mapped[str]
    answers: Mapped[dict[str, str]]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))


def subject_keys(session: Session) -> list[str]:
    """The key of every subject, in order."""
    return list(session.scalars(select(Subject.key).order_by(Subject.key)))
