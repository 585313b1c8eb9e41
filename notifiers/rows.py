"""The outbox: dispatches, messages, attempts, and what came back.

Leases, waits and attempts are in real time; `created_at`, `accepted_at`, `delivered_at`, `received_at` and
`acknowledged_at` are in the incident's own time, as its timeline is.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from notifiers.states import Outcome, Reason, State
from protocol.base import Base, Word
from protocol.words import Channel, Language, Level


def _where_given(column: str) -> Index:
    given = text(f"{column} IS NOT NULL")
    return Index(f"ix_message_{column}", column, sqlite_where=given, postgresql_where=given)


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
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())  # quiet hours do not hold it
    level: Mapped[Level | None] = mapped_column(Word(Level))
    created_at: Mapped[datetime]


class Message(Base):
    """One message to one contact: unique per dispatch, contact and purpose, so twice is once.

    `next_at`: not to be sent before; once accepted, when the provider is asked what became of it. `held` is the Reason
    why it waits. `request` names the request of its last attempt. `carried_by` is the message whose text carries this
    one's words as well. Every index and every foreign key costs on each of a hundred thousand rows: the member is its
    contact's, templates are never deleted, and references are made so that no two are alike.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("dispatch_key", "contact_id", "purpose"),
        Index("ix_message_due", "state", "channel", "priority", "id"),
        _where_given("incident_id"),
        _where_given("carried_by"),
        _where_given("provider_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_key: Mapped[str] = mapped_column(ForeignKey("dispatch.key"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    member_id: Mapped[int]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    purpose: Mapped[str]
    role: Mapped[str | None]
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    language: Mapped[Language] = mapped_column(Word(Language))
    template_id: Mapped[int]
    reference: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)
    state: Mapped[State] = mapped_column(Word(State), default=State.PENDING)
    reason: Mapped[str] = mapped_column(default="")
    priority: Mapped[int] = mapped_column(default=1, server_default="1")  # lower leaves first
    held: Mapped[Reason | None] = mapped_column(Word(Reason))
    carried_by: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    doubt_since: Mapped[datetime | None]
    request: Mapped[str | None]
    provider: Mapped[str | None]
    provider_id: Mapped[str | None]
    body_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class Attempt(Base):
    """One try to hand a message to its provider; written before the socket is."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("message_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
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


class Withheld(Base):
    """A decision not to send, with its named reason. `channel` is empty where it holds for the person as a whole."""

    __tablename__ = "withheld"
    __table_args__ = (UniqueConstraint("dispatch_key", "member_id", "purpose", "channel", "reason"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_key: Mapped[str] = mapped_column(ForeignKey("dispatch.key"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    purpose: Mapped[str]
    channel: Mapped[str] = mapped_column(default="")
    reason: Mapped[Reason] = mapped_column(Word(Reason))
    decided_at: Mapped[datetime]


class Pace(Base):
    """The token bucket of one sending number or address, shared by all senders. Tokens are taken in slices."""

    __tablename__ = "pace"
    sender: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float]
    filled_at: Mapped[datetime]


class ChannelStop(Base):
    """A channel whose provider refuses the whole campaign: nothing is handed to it until then."""

    __tablename__ = "channel_stop"
    channel: Mapped[Channel] = mapped_column(Word(Channel), primary_key=True)
    reason: Mapped[str]
    until: Mapped[datetime]


class SenderLease(Base):
    """On SQLite exactly one sender works: the one that holds this row."""

    __tablename__ = "sender_lease"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    until: Mapped[datetime]


class Inbound(Base):
    """A text that came in and was heeded, by the provider's id, so that the same one again is not."""

    __tablename__ = "inbound"
    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(unique=True)
    taken_at: Mapped[datetime]


class FormerLink(Base):
    """One row in a store that release 0.1 wrote: up to which message its links held the bare token."""

    __tablename__ = "former_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    last_message_id: Mapped[int]
