"""GET /health: whether the store answers, and how things stand in numbers. No name, no text."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.web_request import GivenWorks
from incidents.rows import Incident
from notifiers.rows import Message, SenderLease
from notifiers.states import State
from wiring import schema

router = APIRouter()


@router.get("/health")
def health(works: GivenWorks) -> JSONResponse:
    """200 with counts; 503 when the store does not answer."""
    now = works.clock.now()
    try:
        revision = schema.revision(works.store)
        with works.store.read() as session:
            numbers = _numbers(session, now)
            # Only SQLite has one sender and its lease; on PostgreSQL any number of senders share the rows.
            sender = _sender_lives(session, now) if works.store.is_sqlite else None
    except SQLAlchemyError:
        return JSONResponse({"store": "unreachable"}, 503)
    return JSONResponse({"store": "reachable", "revision": revision, **numbers, "sender_lease_alive": sender})


def _numbers(session: Session, now: datetime) -> dict[str, int]:
    incidents = select(func.count()).select_from(Incident).where(Incident.closed_at.is_(None))
    messages = select(Message.state, func.count()).where(Message.state.in_((State.PENDING, State.IN_DOUBT)))
    counted = dict(session.execute(messages.group_by(Message.state)).all())
    # `next_at` is real time; `created_at` may be a compressed drill's.
    oldest = session.scalar(select(func.min(Message.next_at)).where(Message.state == State.PENDING))
    waiting = max(0, int((now - oldest).total_seconds())) if oldest else 0
    return {
        "open_incidents": session.scalar(incidents) or 0,
        "messages_pending": counted.get(State.PENDING, 0),
        "messages_in_doubt": counted.get(State.IN_DOUBT, 0),
        "oldest_pending_seconds": waiting,
    }


def _sender_lives(session: Session, now: datetime) -> bool:
    until = session.scalar(select(SenderLease.until).where(SenderLease.id == 1))
    return until is not None and until > now
