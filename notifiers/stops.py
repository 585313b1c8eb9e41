"""A stopped channel: its provider refuses the whole campaign, so everyone is told by another one."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from notifiers import moves, next_channel
from notifiers.context import company_words
from notifiers.outbox import Plan, enqueue
from notifiers.reach import FALLBACK
from notifiers.recipients import find
from notifiers.rows import ChannelStop, Message
from notifiers.states import State
from playbooks.format import Audience
from protocol.messages import MessageTemplate
from protocol.people import Role
from protocol.store import insert_new
from protocol.variables import company_variables
from protocol.words import Channel

NOTICE = "channel-stopped"
LEAD = "crisis-lead"
STOP = timedelta(minutes=5)  # then one message tries again
AT_ONCE = 200  # messages that one transaction sends on to another channel


def stop(session: Session, channel: Channel, reason: str, now: datetime) -> None:
    """Stops a channel for a while, and tells the crisis lead by another one. `now` is real time."""
    session.execute(delete(ChannelStop).where(ChannelStop.until <= now))
    row = {"channel": channel, "reason": reason, "until": now + STOP}
    if insert_new(session, ChannelStop, [row], ["channel"]):
        _tell_lead(session, channel, reason, now)


def stopped(session: Session, now: datetime) -> dict[Channel, ChannelStop]:
    """The channels that are stopped now."""
    return {row.channel: row for row in session.scalars(select(ChannelStop).where(ChannelStop.until > now))}


def redirect(session: Session, now: datetime) -> int:
    """Sends what waits for a stopped channel on to the next one; what has no other waits for the end of the stop."""
    moved = 0
    for channel, row in sorted(stopped(session, now).items()):
        due = (Message.state == State.PENDING, Message.channel == channel, Message.next_at <= now)
        ids = session.scalars(select(Message.id).where(*due).order_by(Message.incident_id, Message.id).limit(AT_ONCE))
        for message_id in ids.all():
            message = moves.lock(session, message_id)
            if message.state is not State.PENDING:
                continue
            if next_channel.has_another(session, message):
                moves.fail(session, message, row.reason, now)
            else:
                waits = {"next_at": row.until, "reason": row.reason}
                session.execute(update(Message).where(Message.id == message.id).values(waits))
            moved += 1
    return moved


def _tell_lead(session: Session, channel: Channel, reason: str, now: datetime) -> None:
    """Once an hour for each channel: the stop may be lifted and come back every five minutes."""
    leads = [LEAD] if session.scalar(select(Role.id).where(Role.key == LEAD)) else []
    roles = leads or list(session.scalars(select(Role.key).where(Role.cabinet.is_(True))))
    written = session.scalars(select(MessageTemplate.channel).where(MessageTemplate.key == NOTICE)).all()
    others = [one for one in FALLBACK if one in written and one is not channel]
    if not roles or not others:
        return
    plain = {**company_words(session, ""), "channel_name": channel, "reason": reason}
    said = {"plain": plain, "variables": company_variables(session)}
    key = f"{NOTICE}/{channel}/{now:%Y-%m-%dT%H}"
    plan = Plan(key, NOTICE, others[:1], said, step=NOTICE, urgent=True)
    enqueue(session, plan, find(session, Audience(roles=roles), now).recipients, now, None)
