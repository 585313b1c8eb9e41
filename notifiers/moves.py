"""The moves of one message between pending and the provider's answer: who moves it is said in docs/decisions/0003."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.rows import Incident
from incidents.timeline import Fact, Kind, append
from notifiers import next_channel, opting
from notifiers.rows import Dispatch, Message
from notifiers.states import Concern, State

LONGEST_WAIT = 60.0
ASK_AFTER = timedelta(minutes=15)  # without a receipt for so long, the provider is asked what became of a message


def lock(session: Session, message_id: int) -> Message:
    """The message, locked: its incident first, as everyone does, so that nobody waits in a circle."""
    message = session.get_one(Message, message_id)
    if message.incident_id is not None:
        session.execute(select(Incident.id).where(Incident.id == message.incident_id).with_for_update())
    session.refresh(message, with_for_update=True)
    return message


def accept(session: Session, message: Message, provider: str, provider_id: str | None, now: datetime) -> None:
    """The provider holds the message."""
    mark_accepted(message, provider, provider_id, incident_time(session, message, now), now)
    template = session.get_one(Dispatch, message.dispatch_key).template
    line(session, message, Kind.MESSAGE_SENT, now, template=template, role=message.role)


def mark_accepted(message: Message, provider: str, provider_id: str | None, at: datetime, now: datetime) -> None:
    """Does so without the line, which many may share a statement for. `at` is the incident's time."""
    message.state, message.reason = State.ACCEPTED, ""
    message.provider, message.provider_id = provider, provider_id or message.provider_id
    message.accepted_at = at
    message.held, message.next_at = None, now + ASK_AFTER


def doubt(session: Session, message: Message, now: datetime) -> None:
    """Nobody knows whether the provider took it."""
    message.state, message.doubt_since = State.IN_DOUBT, now
    line(session, message, Kind.MESSAGE_IN_DOUBT, now)


def fail(session: Session, message: Message, reason: str, now: datetime, concern: Concern | None = None) -> None:
    """For good, with a sentence; the person is told on the next channel. `concern` marks the contact."""
    message.state, message.reason = State.FAILED, reason
    line(session, message, Kind.MESSAGE_FAILED, now, reason=reason)
    session.flush()
    opting.heed(session, message, concern, reason, now)
    next_channel.tell_otherwise(session, message, reason, now)


def retry(message: Message, reason: str, now: datetime) -> None:
    """Surely not taken: to be sent again after a while that doubles, a minute at the most."""
    message.state, message.reason = State.PENDING, reason
    message.next_at = now + pause_after(message.attempts)


def pause_after(attempts: int) -> timedelta:
    """How long a message waits after so many attempts that were surely not taken."""
    return timedelta(seconds=min(2.0 ** min(attempts, 10), LONGEST_WAIT))


def line(session: Session, message: Message, kind: Kind, now: datetime, **facts: str | None) -> None:
    """A line on the incident's timeline about a message; none when it belongs to no incident."""
    if message.incident_id is None:
        return
    at = incident_time(session, message, now)
    known: dict[str, Fact] = {"message": message.id, "member": message.member_id, "channel": message.channel, **facts}
    append(session, message.incident_id, at, kind, None, **known)


def incident_time(session: Session, message: Message, now: datetime) -> datetime:
    """The real moment in the time of the message's incident."""
    if message.incident_id is None:
        return now
    return clock_for(session.get_one(Incident, message.incident_id)).at(now)
