"""The first reply to an inquiry: noted once, by whoever gives it first."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.inquiries import AHEAD
from desk.rows import Inquiry
from protocol.vault import Vault
from protocol.words import Remedy

_NUMBER = re.compile(r"(?:inq-)?([0-9]{1,9})", re.IGNORECASE)
NONE = "There is no such inquiry; use the id of its source, or our number like INQ-12."


class NoInquiry(Remedy):
    """There is no such inquiry, or several sources have one of this id."""


@dataclass(frozen=True)
class Reply:
    """The first reply of an inquiry; `first` when it is noted just now, `on_time` when it came before it was due."""

    inquiry: Inquiry
    first: bool
    on_time: bool


def find(session: Session, vault: Vault, said: str, source: str | None = None) -> Inquiry:
    """The inquiry of an id that its source gave, or of our own number, `INQ-12` or `12`. Raises NoInquiry.

    An id that a source gave goes before a number without `INQ-`.
    """
    if source is not None and not source.isprintable():  # none has such a name, and some databases refuse to look
        raise NoInquiry(NONE)
    query = select(Inquiry).where(Inquiry.print == vault.keyed_hash("inquiry", said)).order_by(Inquiry.id).limit(2)
    found = session.scalars(query if source is None else query.where(Inquiry.source == source)).all()
    if len(found) > 1:
        raise NoInquiry("Several sources have an inquiry of this id; say which source, or use our number like INQ-12.")
    if found:
        return found[0]
    number = _NUMBER.fullmatch(said.strip()) if source is None else None
    row = session.get(Inquiry, int(number[1])) if number else None
    if row is None:
        raise NoInquiry(NONE)
    return row


def reply(session: Session, inquiry: Inquiry, at: datetime, now: datetime) -> Reply:
    """Notes the first reply in the caller's write; a second one changes nothing. Raises Remedy for a moment to come."""
    if at > now + AHEAD:
        raise Remedy("at lies in the future; set the clock of its source, or its time zone, and send it again.")
    first = update(Inquiry).where(Inquiry.id == inquiry.id, Inquiry.replied_at.is_(None))
    noted = session.execute(first.values(replied_at=at, rung_at=None).returning(Inquiry.id)).all()
    session.refresh(inquiry)
    return Reply(inquiry, bool(noted), is_on_time(inquiry))


def is_on_time(inquiry: Inquiry) -> bool:
    """Whether the first reply came before it was due."""
    return inquiry.replied_at is not None and inquiry.replied_at <= inquiry.due_at


def forget_text(session: Session, inquiry: Inquiry) -> None:
    """Erases what the customer wrote; the rest holds nothing that leads to a person, and counts on."""
    inquiry.sealed = None
    session.flush()
