"""The crisis cabinet: who was convened, who is coming, who stands in, and whether it has its quorum."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.deadlines import Due, meet
from incidents.rows import CabinetSeat, Incident
from incidents.timeline import Kind, append
from protocol.words import Remedy


class Seat(StrEnum):
    """What the person of a seat has answered."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DELEGATED = "delegated"  # the seat waits for its new person


def convene(session: Session, incident: Incident, role: str, member_id: int) -> CabinetSeat:
    """Gives the role's seat to a person; a seat that exists keeps whom it has."""
    seat = seat_of(session, incident.id, role)
    if seat is None:
        seat = CabinetSeat(incident_id=incident.id, role=role, member_id=member_id)
        session.add(seat)
        session.flush()
    return seat


def seat_of(session: Session, incident_id: int, role: str) -> CabinetSeat | None:
    """The seat of a role in the cabinet of an incident."""
    return session.scalar(select(CabinetSeat).where(CabinetSeat.incident_id == incident_id, CabinetSeat.role == role))


def seats(session: Session, incident_id: int) -> list[CabinetSeat]:
    """Every seat, in the order of convening."""
    return list(
        session.scalars(select(CabinetSeat).where(CabinetSeat.incident_id == incident_id).order_by(CabinetSeat.id))
    )


def answer_seat(
    session: Session,
    incident: Incident,
    member_id: int,
    answer: Seat,
    at: datetime,
    delegate_id: int | None = None,
    role: str | None = None,
) -> CabinetSeat:
    """Accepts, declines, or hands the seat on to a delegate. Raises Remedy for a person without a seat.

    `role` says which seat is meant, when the person holds several.
    """
    seat = _seat_held_by(session, incident.id, member_id, role)
    if seat is None:
        raise Remedy(
            f"You hold no seat in the cabinet of {incident.name}; `crisis status {incident.id}` shows who does."
        )
    if seat.answer == answer:
        return seat
    if answer is Seat.DELEGATED and delegate_id is None:
        raise Remedy("A delegation needs the person who stands in; name one with --to.")
    seat.answer = Seat.WAITING if answer is Seat.DELEGATED else answer
    seat.answered_at = at
    if delegate_id is not None and answer is Seat.DELEGATED:
        seat.member_id = delegate_id
    append(
        session,
        incident.id,
        at,
        Kind.CABINET_ANSWERED,
        role=seat.role,
        member=member_id,
        answer=answer,
        delegate=delegate_id,
    )
    session.flush()
    return seat


def present(session: Session, incident_id: int) -> int:
    """How many seats have accepted."""
    query = select(func.count()).select_from(CabinetSeat)
    return session.scalar(query.where(CabinetSeat.incident_id == incident_id, CabinetSeat.answer == Seat.ACCEPTED)) or 0


def note_quorum(session: Session, incident: Incident, step: str, quorum: int, at: datetime) -> bool:
    """Meets the quorum's deadline once enough have accepted."""
    there = present(session, incident.id)
    if there < quorum or not meet(session, incident.id, step, [Due.QUORUM], at):
        return False
    append(session, incident.id, at, Kind.QUORUM_REACHED, present=there, quorum=quorum)
    return True


def _seat_held_by(session: Session, incident_id: int, member_id: int, role: str | None) -> CabinetSeat | None:
    held = select(CabinetSeat).where(CabinetSeat.incident_id == incident_id, CabinetSeat.member_id == member_id)
    if role is not None:
        held = held.where(CabinetSeat.role == role)
    return session.scalar(held.order_by(CabinetSeat.id).limit(1))
