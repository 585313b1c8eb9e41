"""A message that cannot arrive goes to the person's next channel, with a line on the timeline."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.rows import Incident
from incidents.timeline import Fact, Kind, append
from notifiers.outbox import enqueue, plan_of
from notifiers.reach import FALLBACK, templates_for
from notifiers.recipients import Recipient
from notifiers.rows import Dispatch, Message
from notifiers.states import State
from protocol.people import Contact
from protocol.words import Channel


def tell_otherwise(session: Session, message: Message, reason: str, now: datetime) -> bool:
    """Ends a message that waits or has failed, and enqueues the same words on the person's next channel.

    False when there is none left: then a waiting message fails as well, and the line says that nobody told the person.
    `now` is real time.
    """
    incident = session.get(Incident, message.incident_id) if message.incident_id else None
    if message.state is State.PENDING:
        message.state, message.reason = State.FAILED, reason
        session.flush()
    dispatch = session.get_one(Dispatch, message.dispatch_key)
    left = [] if dispatch.public_hash else _channels_left(session, message, dispatch.template)
    channel = next((one for one in left if _enqueued(session, dispatch, message, one, incident, now)), None)
    if incident is not None:
        facts: dict[str, Fact] = {"member": message.member_id, "step": dispatch.step}
        told = f"told by {channel} instead" if channel else _also_told(session, message)
        at = clock_for(incident).at(now)
        append(session, incident.id, at, Kind.NOT_TOLD, None, reason=f"{reason}; {told}", **facts)
    return channel is not None


def has_another(session: Session, message: Message) -> bool:
    """Whether the person could be told the same on another channel."""
    dispatch = session.get_one(Dispatch, message.dispatch_key)
    return dispatch.public_hash is None and bool(_channels_left(session, message, dispatch.template))


def _channels_left(session: Session, message: Message, template: str) -> Sequence[Channel]:
    """Channels on which the dispatch has not tried this person, and that the words are written for."""
    tried = set(
        session.scalars(
            select(Message.channel).where(
                Message.dispatch_key == message.dispatch_key,
                Message.member_id == message.member_id,
                Message.purpose == message.purpose,
            )
        )
    )
    incident = session.get(Incident, message.incident_id) if message.incident_id else None
    written = {channel for _, channel in templates_for(session, template, incident)}
    usable = select(Contact.channel).where(Contact.member_id == message.member_id, Contact.opted_out_at.is_(None))
    have = set(session.scalars(usable))
    return [channel for channel in FALLBACK if channel in written & have and channel not in tried]


def _also_told(session: Session, message: Message) -> str:
    others = select(Message.channel).where(
        Message.dispatch_key == message.dispatch_key,
        Message.member_id == message.member_id,
        Message.purpose == message.purpose,
        Message.id != message.id,
        Message.state.not_in((State.FAILED, State.UNRESOLVED)),
    )
    also = session.scalar(others.limit(1))
    return f"told by {also} as well" if also else "no other channel is left"


def _enqueued(
    session: Session, dispatch: Dispatch, message: Message, channel: Channel, incident: Incident | None, now: datetime
) -> bool:
    plan = plan_of(dispatch, [channel], message.purpose)
    return enqueue(session, plan, [Recipient(message.member_id, message.role)], now, incident) > 0
