"""A person's word: seen, and on it. Meets the deadline, and takes the cabinet seat where it was a convocation."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents import cabinet
from incidents.cabinet import Seat
from incidents.clock import clock_for
from incidents.deadlines import Due, meet, open_deadlines, set_deadline
from incidents.rows import CabinetSeat, Incident
from incidents.timeline import Kind, append
from notifiers import confirming
from notifiers.context import playbook_of
from notifiers.outbox import enqueue, plan_of, told
from notifiers.recipients import Recipient, next_deputy
from notifiers.rows import Acknowledgement, Dispatch, Message
from playbooks.format import Convene
from protocol.store import insert_new
from protocol.words import Channel, Remedy


class Via(StrEnum):
    """How a person acknowledged."""

    LINK = "link"
    SMS = "sms"
    VOICE = "voice"
    COMMAND = "command"


def by_token(session: Session, token: str) -> Message | None:
    """The message of a token. What no token can be is not asked for: PostgreSQL refuses a NUL with an error."""
    if not (token.isascii() and token.isprintable()):
        return None
    return session.scalar(select(Message).where(Message.token == token))


def acknowledge(session: Session, message: Message, via: Via, now: datetime) -> bool:
    """Acknowledges a message; False when the person had done so already. `now` is real time."""
    incident = session.get(Incident, message.incident_id) if message.incident_id else None
    at = clock_for(incident).at(now) if incident else now
    row = {
        "dispatch_key": message.dispatch_key,
        "incident_id": message.incident_id,
        "member_id": message.member_id,
        "via": via,
        "acknowledged_at": at,
    }
    if not insert_new(session, Acknowledgement, [row], ["dispatch_key", "member_id"]):
        return False
    if incident is not None:
        _note(session, incident, message, via, at)
    else:
        confirming.confirm(session, message, now)
    return True


def answer_convocation(
    session: Session, message: Message, answer: Seat, via: Via, now: datetime, delegate_id: int | None = None
) -> None:
    """Accepts, declines or delegates the seat that a convocation offered.

    Whoever stands in is told at once: the delegate, or, after a "no", the next deputy who is there.
    """
    dispatch = session.get_one(Dispatch, message.dispatch_key)
    incident = session.get(Incident, message.incident_id) if message.incident_id else None
    if incident is None or "quorum" not in dispatch.context.get("plain", {}):
        raise Remedy("This message is not a convocation of the cabinet; acknowledge it instead.")
    at = clock_for(incident).at(now)
    seat = cabinet.answer_seat(session, incident, message.member_id, answer, at, delegate_id, message.role)
    acknowledge(session, message, via, now)
    if answer is Seat.DELEGATED and delegate_id is not None:
        hand_on(session, incident, dispatch, seat, delegate_id, now)
    if answer is Seat.DECLINED:
        deputy = next_deputy(session, seat.role, told(session, dispatch.key), at)
        if deputy is not None:
            hand_on(session, incident, dispatch, seat, deputy, now)
    cabinet.note_quorum(session, incident, dispatch.step, int(dispatch.context["plain"]["quorum"]), at)


def hand_on(
    session: Session, incident: Incident, dispatch: Dispatch, seat: CabinetSeat, member_id: int, now: datetime
) -> None:
    """Offers a seat to another person, who is told and must answer in the same time. `now` is real time."""
    at = clock_for(incident).at(now)
    seat.member_id, seat.answer = member_id, Seat.WAITING
    plan = plan_of(dispatch, [Channel.SMS, Channel.EMAIL], f"stand-in-{seat.role}")
    enqueue(session, plan, [Recipient(member_id, seat.role)], now, incident)
    within = _answer_within(session, incident, dispatch.step)
    set_deadline(
        session, incident, dispatch.step, Due.ACKNOWLEDGE, at, at + within, member_id=member_id, role=seat.role
    )


def _answer_within(session: Session, incident: Incident, step_key: str) -> timedelta:
    steps = playbook_of(session, incident).steps
    return next(step.acknowledge.within for step in steps if isinstance(step, Convene) and step.key == step_key)


def is_convocation(session: Session, message: Message) -> bool:
    """Whether the message offers a seat in the cabinet."""
    return "quorum" in session.get_one(Dispatch, message.dispatch_key).context.get("plain", {})


def answer(session: Session, message: Message, via: Via, now: datetime) -> bool:
    """One tap or one digit: acknowledges, and accepts the seat where it was a convocation."""
    if holds_seat(session, message):
        seat = cabinet.seat_of(session, message.incident_id or 0, message.role or "")
        if seat is not None and seat.answer == Seat.WAITING:
            answer_convocation(session, message, Seat.ACCEPTED, via, now)
            return True
    return acknowledge(session, message, via, now)


def answer_digit(session: Session, message: Message, digit: str, via: Via, now: datetime) -> bool:
    """What a person presses or types: 1 acknowledges, 2 declines a seat. Anything else changes nothing: False."""
    if digit == "1":
        answer(session, message, via, now)
        return True
    if digit == "2" and holds_seat(session, message):
        answer_convocation(session, message, Seat.DECLINED, via, now)
        return True
    return False


def holds_seat(session: Session, message: Message) -> bool:
    """Whether the message offers a seat that is still its person's to take or leave."""
    if message.incident_id is None or not is_convocation(session, message):
        return False
    seat = cabinet.seat_of(session, message.incident_id, message.role or "")
    return seat is not None and seat.member_id == message.member_id


def lock_incident(session: Session, message: Message) -> bool:
    """Locks the message's incident, so that two answers queue; False when it is closed."""
    if message.incident_id is None:
        return True
    query = select(Incident).where(Incident.id == message.incident_id).with_for_update()
    incident = session.scalars(query.execution_options(populate_existing=True)).one()
    return incident.closed_at is None


def waiting_for(session: Session, incident_id: int, member_id: int) -> Message | None:
    """The newest message of an incident that asks this person for an acknowledgement and has none."""
    done = select(Acknowledgement.dispatch_key).where(Acknowledgement.member_id == member_id)
    return session.scalar(
        select(Message)
        .join(Dispatch)
        .where(
            Message.incident_id == incident_id,
            Message.member_id == member_id,
            Dispatch.acknowledge.is_(True),
            Message.dispatch_key.not_in(done),
        )
        .order_by(Message.id.desc())
        .limit(1)
    )


def _note(session: Session, incident: Incident, message: Message, via: Via, at: datetime) -> None:
    dispatch = session.get_one(Dispatch, message.dispatch_key)
    append(
        session,
        incident.id,
        at,
        Kind.ACKNOWLEDGED,
        member=message.member_id,
        role=message.role,
        via=via,
        step=dispatch.step,
    )
    meet(session, incident.id, dispatch.step, [Due.ACKNOWLEDGE], at, member_id=message.member_id)
    # A holder who answers late spares the deputy who was asked meanwhile, and the other way round.
    for due in open_deadlines(session, incident.id):
        if message.role and (due.kind, due.step, due.role) == (Due.ACKNOWLEDGE, dispatch.step, message.role):
            meet(session, incident.id, due.step, [Due.ACKNOWLEDGE], at, member_id=due.member_id)
