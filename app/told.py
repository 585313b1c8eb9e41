"""What a one-tap page knows about its message: the situation in a few words, and what its person answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents import cabinet
from incidents.cabinet import Seat
from incidents.clock import clock_for
from incidents.rows import Incident
from notifiers import acknowledgements
from notifiers.confirming import is_contact_check
from notifiers.render import level_word
from notifiers.rows import Acknowledgement, Dispatch, Message
from protocol.people import Member
from protocol.who import role_titles, who
from protocol.words import Language, Level


@dataclass(frozen=True)
class SeatOffer:
    """The seat that a convocation offers; `answer` is the person's. A seat that passed to another is not `mine`."""

    answer: Seat
    mine: bool
    deputies: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Told:
    """One message as its page shows it. `seen_at` is the moment of acknowledgement in the person's own time zone."""

    language: Language
    company: str
    incident: str
    playbook: str
    subject: str
    level: Level | None
    level_word: str
    role: str
    drill: bool
    closed: bool
    seen_at: str
    seat: SeatOffer | None
    asks_contact: bool = False  # it only asks whether it arrives


def told(session: Session, message: Message, now: datetime) -> Told:
    """What the page of a message says. `now` is real time."""
    dispatch = session.get_one(Dispatch, message.dispatch_key)
    member = session.get_one(Member, message.member_id)
    incident = session.get(Incident, message.incident_id) if message.incident_id else None
    plain: dict[str, Any] = dispatch.context.get("plain", {})
    level = incident.level if incident else None
    return Told(
        language=member.language,
        company=plain.get("company", ""),
        incident=incident.name if incident else "",
        playbook=dispatch.context.get("texts", {}).get(member.language, {}).get("playbook", ""),
        subject=plain.get("subject", ""),
        level=level,
        level_word=level_word(level, member.language) if level else "",
        role=role_titles(session, message.role)[member.language],
        drill=dispatch.drill,
        closed=incident is not None and incident.closed_at is not None,
        seen_at=_seen_at(session, message, member),
        seat=_offer(session, message, incident, now) if incident else None,
        asks_contact=is_contact_check(session, message),
    )


def _seen_at(session: Session, message: Message, member: Member) -> str:
    seen = session.scalar(
        select(Acknowledgement.acknowledged_at).where(
            Acknowledgement.dispatch_key == message.dispatch_key, Acknowledgement.member_id == message.member_id
        )
    )
    return local_time(seen, member) if seen else ""


def local_time(moment: datetime, member: Member) -> str:
    """`14:05`, where the person is."""
    return f"{moment.astimezone(ZoneInfo(member.time_zone)):%H:%M}"


def _offer(session: Session, message: Message, incident: Incident, now: datetime) -> SeatOffer | None:
    if not acknowledgements.is_convocation(session, message) or message.role is None:
        return None
    seat = cabinet.seat_of(session, incident.id, message.role)
    if seat is None:
        return None
    mine = seat.member_id == message.member_id
    duty = who(session, message.role, clock_for(incident).at(now))
    people = (*((duty.member,) if duty.member else ()), *duty.deputies)
    # A person can answer for one seat only, so nobody is offered who sits in the cabinet already.
    seated = {row.member_id for row in cabinet.seats(session, incident.id)} | {message.member_id}
    others = tuple((person.id, person.name) for person in people if person.id not in seated)
    return SeatOffer(Seat(seat.answer), mine, others)
