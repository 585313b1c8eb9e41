"""The outbox: dispatches, messages, attempts, and what came back.

Leases, waits and attempts are in real time; `created_at`, `accepted_at`, `delivered_at`, `received_at` and
`acknowledged_at` are in the incident's own time, as its timeline is.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from notifiers.states import Outcome, State
from protocol.base import Base, Word
from protocol.words import Channel, Language, Level


class Dispatch(Base):
    """One firing of a step, or one `crisis notify`. Freezes the words' version and context: rendering is pure."""

    __tablename__ = "dispatch"
    key: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    entry: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(default="")
    template: Mapped[str]
    context: Mapped[dict[str, Any]]
    public_hash: Mapped[str | None]
    sign_offs_needed: Mapped[int] = mapped_column(default=0)
    acknowledge: Mapped[bool] = mapped_column(default=False)
    drill: Mapped[bool] = mapped_column(default=False)
    level: Mapped[Level | None] = mapped_column(Word(Level))
    created_at: Mapped[datetime]


class Message(Base):
    """One message to one contact: unique per dispatch, contact and purpose, so twice is once."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("dispatch_key", "contact_id", "purpose"),
        Index("ix_message_due", "state", "next_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_key: Mapped[str] = mapped_column(ForeignKey("dispatch.key"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    purpose: Mapped[str]
    role: Mapped[str | None]
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    language: Mapped[Language] = mapped_column(Word(Language))
    template_id: Mapped[int] = mapped_column(ForeignKey("message_template.id"))
    reference: Mapped[str] = mapped_column(unique=True)
    token: Mapped[str] = mapped_column(unique=True)
    state: Mapped[State] = mapped_column(Word(State), default=State.PENDING)
    reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    doubt_since: Mapped[datetime | None]
    provider: Mapped[str | None]
    provider_id: Mapped[str | None] = mapped_column(index=True)
    body_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class Attempt(Base):
    """One try to hand a message to its provider; written before the socket is."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("message_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    number: Mapped[int]
    claimed_at: Mapped[datetime]
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))
    detail: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]


class Receipt(Base):
    """The provider's word about a message; a repeated one is the same row."""

    __tablename__ = "receipt"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    provider_key: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]


class Acknowledgement(Base):
    """A person's word: seen, and on it."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("dispatch_key", "member_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_key: Mapped[str] = mapped_column(ForeignKey("dispatch.key"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    via: Mapped[str]
    acknowledged_at: Mapped[datetime]


class SenderLease(Base):
    """On SQLite exactly one sender works: the one that holds this row."""

    __tablename__ = "sender_lease"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    until: Mapped[datetime]
