"""Confirmations: a person says that a contact reaches them, by answering the short message that asks for it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifiers import opting
from notifiers.rows import Acknowledgement, Dispatch, Message
from notifiers.states import Concern
from protocol.people import Contact

CONTACT_CHECK = "contact-check"
"""The message that asks."""

THEIRS = (Concern.RECIPIENT, Concern.TRANSIENT, None)
"""What a failure may concern for it to be about the contact."""


def is_contact_check(session: Session, message: Message) -> bool:
    """Whether a message only asks whether it arrives."""
    return message.incident_id is None and session.get_one(Dispatch, message.dispatch_key).template == CONTACT_CHECK


def confirm(session: Session, message: Message, now: datetime) -> None:
    """Keeps that the message's contact reaches its person, on every channel of the same value. `now` is real time."""
    if not is_contact_check(session, message):
        return
    contact = session.get_one(Contact, message.contact_id)
    same = select(Contact).where(Contact.member_id == contact.member_id, Contact.fingerprint == contact.fingerprint)
    for one in session.scalars(same):
        one.verified_at = now
        one.bounced_at, one.bounce = None, None


def mark_undelivered(session: Session, message: Message, concern: Concern | None, reason: str, now: datetime) -> None:
    """Keeps that a message that asks did not arrive, also where the carrier thinks that it may later."""
    if concern in THEIRS and is_contact_check(session, message):
        opting.mark_bounced(session, message.contact_id, reason, now)


def asked_last(session: Session, member_id: int, contact_ids: list[int]) -> Message | None:
    """The newest message that asks about one of these contacts, while it has no answer."""
    answered = select(Acknowledgement.dispatch_key).where(Acknowledgement.member_id == member_id)
    query = (
        select(Message)
        .join(Dispatch)
        .where(
            Message.contact_id.in_(contact_ids),
            Message.incident_id.is_(None),
            Dispatch.template == CONTACT_CHECK,
            Message.dispatch_key.not_in(answered),
        )
    )
    return session.scalar(query.order_by(Message.id.desc()).limit(1))
