"""The moves of a message between pending and the provider's answer: each a conditional update, intent first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from incidents import sign_off
from incidents.clock import clock_for
from incidents.rows import Incident
from incidents.timeline import Fact, Kind, append
from notifiers.providers.base import Answer
from notifiers.rows import Attempt, Dispatch, Message, SenderLease
from notifiers.states import Outcome, State
from protocol.messages import MessageTemplate
from protocol.store import insert_new
from protocol.words import Channel

LEASE = timedelta(seconds=30)
SENDER_LEASE = timedelta(seconds=15)
LONGEST_WAIT = 60.0
FEWEST_SIGN_OFFS = 2  # whatever a row says


@dataclass(frozen=True)
class Claim:
    """The right to send one message once, until `until`."""

    message_id: int
    attempt: int
    until: datetime


def hold_sender_lease(session: Session, owner: str, now: datetime) -> bool:
    """Takes or renews the one sender's row; False while another owner holds it."""
    insert_new(session, SenderLease, [{"id": 1, "owner": owner, "until": now + SENDER_LEASE}], ["id"])
    changed = session.execute(
        update(SenderLease)
        .where(SenderLease.id == 1, (SenderLease.owner == owner) | (SenderLease.until < now))
        .values(owner=owner, until=now + SENDER_LEASE)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def drop_sender_lease(session: Session, owner: str, now: datetime) -> None:
    """Gives the one sender's row free at once."""
    session.execute(update(SenderLease).where(SenderLease.owner == owner).values(until=now))


def claim(
    session: Session, owner: str, channels: Collection[Channel], drills: bool, limit: int, now: datetime
) -> list[Claim]:
    """Claims what is due: state `sending`, a new attempt and a lease, committed before any socket is written.

    A public message without its approvals is refused here, whoever wrote its row. Drill rows are left alone unless
    `drills`. `now` is real time.
    """
    rows = session.scalars(due(channels, drills, limit, now)).all()
    return [
        Claim(row.id, _begin(session, row, owner, now), now + LEASE) for row in rows if _may_leave(session, row, now)
    ]


def record(session: Session, claimed: Claim, answer: Answer, provider: str, now: datetime) -> None:
    """Writes what an attempt came to, unless a receipt, or a later attempt, was quicker. `now` is real time."""
    message = lock(session, claimed.message_id)
    attempt = session.scalars(
        select(Attempt).where(Attempt.message_id == message.id, Attempt.number == claimed.attempt)
    ).one()
    attempt.outcome, attempt.detail, attempt.ended_at = answer.outcome, answer.detail, now
    if answer.provider_id and not message.provider_id:
        message.provider, message.provider_id = provider, answer.provider_id
    if message.attempts == claimed.attempt and message.state in (State.SENDING, State.IN_DOUBT):
        _settle(session, message, answer, provider, now)


def lock(session: Session, message_id: int) -> Message:
    """The message, locked: its incident first, as everyone does, so that nobody waits in a circle."""
    message = session.get_one(Message, message_id)
    if message.incident_id is not None:
        session.execute(select(Incident.id).where(Incident.id == message.incident_id).with_for_update())
    session.refresh(message, with_for_update=True)
    return message


def expire(session: Session, now: datetime) -> int:
    """Messages whose sender died with the intent committed are in doubt."""
    query = select(Message.id).where(Message.state == State.SENDING, Message.lease_until < now)
    dead = 0
    for message_id in session.scalars(query.order_by(Message.incident_id, Message.id)).all():
        message = lock(session, message_id)
        if message.state is State.SENDING and message.lease_until is not None and message.lease_until < now:
            doubt(session, message, now)
            dead += 1
    return dead


def accept(session: Session, message: Message, provider: str, provider_id: str | None, now: datetime) -> None:
    """The provider holds the message."""
    message.state, message.reason = State.ACCEPTED, ""
    message.provider, message.provider_id = provider, provider_id or message.provider_id
    message.accepted_at = incident_time(session, message, now)
    line(session, message, Kind.MESSAGE_SENT, now, template=_template_key(session, message), role=message.role)


def doubt(session: Session, message: Message, now: datetime) -> None:
    """Nobody knows whether the provider took it."""
    message.state, message.doubt_since = State.IN_DOUBT, now
    line(session, message, Kind.MESSAGE_IN_DOUBT, now)


def fail(session: Session, message: Message, reason: str, now: datetime) -> None:
    """For good, with a sentence."""
    message.state, message.reason = State.FAILED, reason
    line(session, message, Kind.MESSAGE_FAILED, now, reason=reason)


def retry(message: Message, reason: str, now: datetime) -> None:
    """Surely not taken: to be sent again after a while that doubles, a minute at the most."""
    message.state, message.reason = State.PENDING, reason
    message.next_at = now + timedelta(seconds=min(2.0 ** min(message.attempts, 10), LONGEST_WAIT))


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


def due(channels: Collection[Channel], drills: bool, limit: int, now: datetime) -> Select[Message]:
    """What may be claimed now, oldest first."""
    query = (
        select(Message)
        .where(Message.state == State.PENDING, Message.next_at <= now, Message.channel.in_(channels))
        .order_by(Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Message)
    )
    if drills:
        return query
    return query.join(Dispatch).where(Dispatch.drill.is_(False))


def _may_leave(session: Session, message: Message, now: datetime) -> bool:
    dispatch = session.get_one(Dispatch, message.dispatch_key)
    if dispatch.public_hash is None:
        if not session.get_one(MessageTemplate, message.template_id).public:
            return True
        fail(session, message, "public words without a sign-off may not leave", now)
        return False
    have = sign_off.approvals(session, dispatch.incident_id or 0, dispatch.public_hash)
    needed = max(dispatch.sign_offs_needed, FEWEST_SIGN_OFFS)
    if have >= needed:
        return True
    fail(session, message, f"public words with {have} of {needed} sign-offs may not leave", now)
    return False


def _begin(session: Session, message: Message, owner: str, now: datetime) -> int:
    message.state = State.SENDING
    message.attempts += 1
    message.lease_owner, message.lease_until = owner, now + LEASE
    session.add(Attempt(message_id=message.id, number=message.attempts, claimed_at=now))
    return message.attempts


def _settle(session: Session, message: Message, answer: Answer, provider: str, now: datetime) -> None:
    match answer.outcome:
        case Outcome.ACCEPTED:
            accept(session, message, provider, answer.provider_id, now)
        case Outcome.NOT_SENT:
            retry(message, answer.detail, now)
        case Outcome.REFUSED:
            fail(session, message, answer.detail, now)
        case Outcome.UNKNOWN:
            doubt(session, message, now)


def _template_key(session: Session, message: Message) -> str:
    return session.get_one(Dispatch, message.dispatch_key).template
