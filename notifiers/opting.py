"""Whether a contact may be used: a person says stop or start, a provider says that nothing arrives there."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.rows import Incident
from incidents.timeline import Fact, Kind, append
from notifiers import next_channel
from notifiers.providers.words import InboundText
from notifiers.rows import Message
from notifiers.states import Concern, State
from protocol.company import WITHDRAWN
from protocol.people import Contact, Role, RoleHolder
from protocol.words import Channel

# The carriers' own words, which they obey before we hear of them. YES starts again too, but only where Twilio says so.
STOPS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "BAJA", "PARAR"})
STARTS = frozenset({"START", "UNSTOP", "ALTA"})
CABINET = "has a part in the crisis cabinet, so another way is needed"


_CONTACTS: BindParameter[Any] = bindparam("contacts", expanding=True)
_BOUNCED = select(Contact).where(Contact.id.in_(_CONTACTS), Contact.bounced_at.is_not(None))


class Wish(StrEnum):
    """What a text asks of us about the number it came from."""

    STOP = "stop"
    START = "start"
    NOTHING = "nothing"  # the carrier has answered it


class How(StrEnum):
    """How we know; the words are those of the timeline."""

    SAID_STOP = "said stop in a text"
    SAID_START = "said start in a text"
    PROVIDER = "the provider says so"


def wish_of(text: InboundText) -> Wish | None:
    """What a text asks about being reached at all; None when it is about something else."""
    if text.opt_out_type:
        return {"STOP": Wish.STOP, "START": Wish.START}.get(text.opt_out_type.upper(), Wish.NOTHING)
    word = text.body.strip().strip(".!").upper()
    if word in STOPS:
        return Wish.STOP
    return Wish.START if word in STARTS else None


def opt_out(session: Session, contact: Contact, now: datetime, how: How) -> bool:
    """Stops using a contact: what waits for it goes another way. False when it was out already. `now` is real time."""
    if contact.opted_out_at is not None:
        return False
    contact.opted_out_at = now
    session.flush()
    warned = contact.channel is Channel.SMS and _in_cabinet(session, contact)
    _note(session, contact, now, Kind.CONTACT_OPTED_OUT, reason=f"{how}; {CABINET}" if warned else how)
    for message in _waiting(session, contact):
        next_channel.tell_otherwise(session, message, f"the person opted out of {contact.channel}", now)
    return True


def opt_in(session: Session, contact: Contact, now: datetime, how: How) -> bool:
    """Uses a contact again. False when nobody had stopped it, or when the company has withdrawn it."""
    if contact.opted_out_at is None or contact.opted_out_at == WITHDRAWN:
        return False
    contact.opted_out_at = None
    session.flush()
    _note(session, contact, now, Kind.CONTACT_OPTED_IN, reason=how)
    return True


def heed(session: Session, message: Message, concern: Concern | None, reason: str, now: datetime) -> None:
    """What a provider's refusal means for the contact: out, for a person who said stop; used last, where it bounced."""
    match concern:
        case Concern.OPTED_OUT:
            opt_out(session, session.get_one(Contact, message.contact_id), now, How.PROVIDER)
        case Concern.RECIPIENT:
            mark_bounced(session, message.contact_id, reason, now)


def mark_bounced(session: Session, contact_id: int, reason: str, now: datetime) -> None:
    """Keeps that nothing arrives at a contact, with a sentence; it is used last. `now` is real time."""
    contact = session.get_one(Contact, contact_id)
    contact.bounced_at, contact.bounce = now, reason


def clear_bounces(session: Session, contact_ids: Collection[int]) -> None:
    """Something has arrived there after all."""
    for contact in session.scalars(_BOUNCED, {"contacts": list(contact_ids)}) if contact_ids else ():
        contact.bounced_at, contact.bounce = None, None


def concerned(session: Session, member_ids: Collection[int]) -> set[int]:
    """The incidents whose timelines a change of these people's contacts may touch, to be locked before it."""
    if not member_ids:
        return set()
    theirs = select(Message.incident_id).join(Incident).where(Message.member_id.in_(member_ids))
    touched = theirs.where(Incident.closed_at.is_(None) | (Message.state == State.PENDING))
    return {number for number in session.scalars(touched.distinct()) if number is not None}


def _note(session: Session, contact: Contact, now: datetime, kind: Kind, **facts: Fact) -> None:
    """A line on each open incident in which the person takes part."""
    for incident in _open_incidents(session, contact.member_id):
        at = clock_for(incident).at(now)
        append(session, incident.id, at, kind, None, member=contact.member_id, channel=contact.channel, **facts)


def _open_incidents(session: Session, member_id: int) -> Iterable[Incident]:
    takes_part = select(Message.incident_id).where(Message.member_id == member_id)
    query = select(Incident).where(Incident.id.in_(takes_part), Incident.closed_at.is_(None))
    return session.scalars(query.order_by(Incident.id)).all()


def _waiting(session: Session, contact: Contact) -> Iterable[Message]:
    query = select(Message).where(Message.contact_id == contact.id, Message.state == State.PENDING)
    return session.scalars(query.order_by(Message.incident_id, Message.id)).all()


def _in_cabinet(session: Session, contact: Contact) -> bool:
    held = select(Role.id).join(RoleHolder).where(RoleHolder.member_id == contact.member_id, Role.cabinet.is_(True))
    return session.scalar(held.limit(1)) is not None
