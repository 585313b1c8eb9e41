"""A text that came in: a digit or a reference answers a message, a carrier's word stops or starts a number."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from incidents.rows import Incident
from notifiers import confirming, opting
from notifiers.acknowledgements import Via, answer_digit, holds_seat, lock_incident
from notifiers.opting import Wish
from notifiers.providers.words import InboundText, storable
from notifiers.rows import Acknowledgement, Dispatch, Inbound, Message
from notifiers.states import State
from protocol.company import WITHDRAWN
from protocol.people import Contact
from protocol.store import insert_new
from protocol.vault import Vault
from protocol.words import Channel

_WORD = re.compile(r"[A-Z0-9]+")
_MOST_WORDS = 100  # a reference stands among the first, if anywhere
_TELEPHONES = (Channel.SMS, Channel.VOICE)
_NOT_LEFT = (State.PENDING, State.FAILED)


def by_text(session: Session, vault: Vault, text: InboundText, now: datetime) -> bool:
    """Does what a text says: "1", "2", a reference, STOP or START; whether it said anything. Each text counts once.

    "1" answers the newest message that asks in the person's latest open incident, or else the one that asks whether it
    arrives; a reference answers its own.
    A number that several people share answers only with a reference. `now` is real time.
    """
    contacts = _contacts(session, vault, text.sender)
    if not contacts or not _is_new(session, text, now):
        return False
    wish = opting.wish_of(text)
    if wish is not None:
        return _obey(session, contacts, wish, now)
    digit, messages = _meant(session, contacts, text.body)
    return sum(answer_digit(session, row, digit, Via.SMS, now) for row in messages if lock_incident(session, row)) > 0


def _contacts(session: Session, vault: Vault, sender: str) -> Sequence[Contact]:
    found = select(Contact).where(
        Contact.fingerprint == vault.fingerprint(sender),
        Contact.channel.in_(_TELEPHONES),
        Contact.opted_out_at.is_distinct_from(WITHDRAWN),
    )
    return session.scalars(found.order_by(Contact.id)).all()


def _is_new(session: Session, text: InboundText, now: datetime) -> bool:
    row = {"provider_id": storable(text.provider_id), "taken_at": now}
    return insert_new(session, Inbound, [row], ["provider_id"]) > 0


def _obey(session: Session, contacts: Sequence[Contact], wish: Wish, now: datetime) -> bool:
    """The carrier stops or starts texts to a number, whoever shares it."""
    texted = [contact for contact in contacts if contact.channel is Channel.SMS]
    touched = opting.concerned(session, {contact.member_id for contact in texted})
    session.execute(select(Incident.id).where(Incident.id.in_(touched)).order_by(Incident.id).with_for_update())
    if wish is Wish.STOP:
        return sum(opting.opt_out(session, contact, now, opting.How.SAID_STOP) for contact in texted) > 0
    if wish is Wish.START:
        return sum(opting.opt_in(session, contact, now, opting.How.SAID_START) for contact in texted) > 0
    return False


def _meant(session: Session, contacts: Sequence[Contact], body: str) -> tuple[str, Sequence[Message]]:
    """The digit that was said and the messages it is about."""
    words = _WORD.findall(body.upper())[:_MOST_WORDS]
    referred = _referred(session, contacts, words)
    if referred is not None:
        rest = [word for word in words if word != referred.reference]
        # A lone digit is an answer; other words with a reference say that the message was read.
        digit = rest[0] if len(rest) == 1 and rest[0].isdigit() else "1"
        return digit, _in_the_same_text(session, referred)
    members = {contact.member_id for contact in contacts}
    if len(words) != 1 or words[0] not in ("1", "2") or len(members) != 1:
        return "", ()
    (member,) = members
    newest = _newest_that_asks(session, member, seats_only=words[0] == "2")
    if newest is None and words[0] == "1":
        newest = confirming.asked_last(session, member, [contact.id for contact in contacts])
    return words[0], _in_the_same_text(session, newest) if newest else ()


def _referred(session: Session, contacts: Sequence[Contact], words: Sequence[str]) -> Message | None:
    own = Message.contact_id.in_([contact.id for contact in contacts])
    query = select(Message).where(own, Message.reference.in_(words)).order_by(Message.id.desc())
    return session.scalar(query.limit(1))


def _newest_that_asks(session: Session, member_id: int, *, seats_only: bool) -> Message | None:
    """Of the latest open incident that still waits for the person; of those that have left, as long as one has."""
    done = select(Acknowledgement.dispatch_key).where(Acknowledgement.member_id == member_id)
    asking = _asking(member_id)
    if seats_only:
        return next((message for message in session.scalars(asking).all() if holds_seat(session, message)), None)
    waiting = asking.where(Message.dispatch_key.not_in(done))
    left = waiting.where(Message.state.not_in(_NOT_LEFT))
    tried = (session.scalar(query.limit(1)) for query in (left, waiting, asking))
    return next((message for message in tried if message is not None), None)


def _asking(member_id: int) -> Select[Message]:
    return (
        select(Message)
        .join(Dispatch)
        .join(Incident, Incident.id == Message.incident_id)
        .where(Message.member_id == member_id, Dispatch.acknowledge.is_(True), Incident.closed_at.is_(None))
        .order_by(Incident.id.desc(), Message.id.desc())
    )


def _in_the_same_text(session: Session, message: Message) -> Sequence[Message]:
    """The message and, where one text carried several, the others of it that ask."""
    carrier = message.carried_by or message.id
    together = (Message.carried_by == carrier) | (Message.id == carrier)
    others = select(Message).join(Dispatch).where(together, Dispatch.acknowledge.is_(True), Message.id != message.id)
    rows = [message, *session.scalars(others)]
    return sorted(rows, key=lambda row: (row.incident_id or 0, row.id))
