"""Doubt: what died in flight, and what a provider gave no answer to, is settled by the provider's own word."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.rows import Incident
from incidents.timeline import Fact, Kind, append_many
from notifiers import moves
from notifiers.providers.base import Found, Outgoing
from notifiers.rows import Attempt, Dispatch, Message
from notifiers.states import State
from notifiers.wording import Scribe
from protocol.words import Channel

GIVE_UP_ASKING = timedelta(minutes=10)
ASK_AGAIN = timedelta(seconds=30)
AT_ONCE = 2000  # doubts looked at in one round; those of one request are settled by one question


@dataclass(frozen=True)
class Doubt:
    """Messages in doubt `since` that one question settles; `outgoing` None: they cannot be written any more.

    An answer is about these `attempts`, one for each message, and says nothing about a later one.
    """

    message_ids: tuple[int, ...]
    attempts: tuple[int, ...]
    channel: Channel
    outgoing: Outgoing | None
    first_try: datetime
    since: datetime


def anything(session: Session, now: datetime) -> bool:
    """Whether anything is in doubt, or was left behind by a dead sender."""
    waiting = select(Message.id).where(
        (Message.state == State.IN_DOUBT) | ((Message.state == State.SENDING) & (Message.lease_until < now))
    )
    return session.scalar(waiting.limit(1)) is not None


def expire(session: Session, now: datetime) -> int:
    """Messages whose sender died with the intent committed are in doubt; some at a time, what is locked later."""
    dead = (Message.state == State.SENDING, Message.lease_until < now)
    numbers = session.scalars(select(Message.incident_id).where(*dead).distinct()).all()
    locked = _lock_incidents(session, numbers, skip_locked=True)  # a frozen sender may hold one of them for long
    mine = or_(Message.incident_id.is_(None), Message.incident_id.in_(locked))
    query = select(Message).where(*dead, mine).order_by(Message.id).limit(AT_ONCE)
    rows = session.scalars(query.with_for_update(skip_locked=True).execution_options(populate_existing=True)).all()
    for message in rows:
        message.state, message.doubt_since = State.IN_DOUBT, now
    _lines(session, Kind.MESSAGE_IN_DOUBT, [(message, {}) for message in rows], now)
    return len(rows)


def doubts(
    session: Session, scribe: Scribe, graces: Mapping[Channel, timedelta], shared: Collection[Channel], now: datetime
) -> list[Doubt]:
    """What may be asked about now, oldest first. On `shared` channels one question settles a whole request."""
    rows = session.scalars(
        select(Message)
        .where(Message.state == State.IN_DOUBT, Message.channel.in_(graces), Message.carried_by.is_(None))
        .order_by(Message.doubt_since, Message.id)
        .limit(AT_ONCE)
    ).all()
    ripe = [row for row in rows if (row.doubt_since or now) + graces[row.channel] <= now]
    groups: dict[str, list[Message]] = {}
    for row in ripe:
        name = row.request if row.request and row.channel in shared else str(row.id)
        groups.setdefault(name, []).append(row)
    first = _first_tries(session, [row.id for row in ripe])
    written = scribe.outgoing(session, {rows[0].id: () for rows in groups.values()})
    return [_doubt(rows, written[rows[0].id], first, now) for rows in groups.values()]


def settle(session: Session, doubt: Doubt, found: Found | None, provider: str, now: datetime) -> None:
    """Moves what is still in doubt by the provider's word, or by policy. `now` is real time."""
    messages = _still_in_doubt(session, doubt)
    carried = _carried(session, [message.id for message in messages])
    decided: list[tuple[Message, dict[str, Fact]]] = []
    accepted: list[Message] = []
    for message in messages:
        provider_id = _unclaimed(session, found, message) if found else None
        for part in (message, *carried[message.id]):
            decided.append((part, {"how": _decide(session, part, found, provider_id, provider, now)}))
            accepted += [part] if part.state is State.ACCEPTED else []
    _lines(session, Kind.DOUBT_RESOLVED, decided, now)
    keys = {message.dispatch_key for message in accepted}
    words = dict(session.execute(select(Dispatch.key, Dispatch.template).where(Dispatch.key.in_(keys))).all())
    sent: list[tuple[Message, dict[str, Fact]]] = [
        (message, {"template": words[message.dispatch_key], "role": message.role}) for message in accepted
    ]
    _lines(session, Kind.MESSAGE_SENT, sent, now)


def _doubt(rows: Sequence[Message], outgoing: object, first: Mapping[int, datetime], now: datetime) -> Doubt:
    ids, attempts = tuple(row.id for row in rows), tuple(row.attempts for row in rows)
    begun = min(first.get(row.id, row.next_at) for row in rows)
    since = min(row.doubt_since or now for row in rows)
    return Doubt(ids, attempts, rows[0].channel, outgoing if isinstance(outgoing, Outgoing) else None, begun, since)


def _first_tries(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    tries = select(Attempt.message_id, Attempt.claimed_at).where(Attempt.message_id.in_(ids), Attempt.number == 1)
    return dict(session.execute(tries).all())


def _still_in_doubt(session: Session, doubt: Doubt) -> Sequence[Message]:
    """Locked. Another sender may have asked as well, and may have sent some of them again meanwhile."""
    named = Message.id.in_(doubt.message_ids)
    _lock_incidents(session, session.scalars(select(Message.incident_id).where(named).distinct()).all())
    query = select(Message).where(named, Message.state == State.IN_DOUBT).order_by(Message.id).with_for_update()
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    attempts = dict(zip(doubt.message_ids, doubt.attempts, strict=True))
    return [row for row in rows if row.attempts == attempts[row.id]]


def _carried(session: Session, carriers: Sequence[int]) -> Mapping[int, list[Message]]:
    inner = select(Message).where(Message.carried_by.in_(carriers), Message.state == State.IN_DOUBT)
    found: defaultdict[int, list[Message]] = defaultdict(list)
    for message in session.scalars(inner.order_by(Message.id)):
        found[message.carried_by or 0].append(message)
    return found


def _lock_incidents(session: Session, numbers: Collection[int | None], skip_locked: bool = False) -> list[int]:
    """In the order of their numbers, and before any message, as everyone does; answers those that it got."""
    given = [number for number in numbers if number is not None]
    query = select(Incident.id).where(Incident.id.in_(given)).order_by(Incident.id)
    return list(session.scalars(query.with_for_update(skip_locked=skip_locked)))


def _lines(session: Session, kind: Kind, said: Sequence[tuple[Message, dict[str, Fact]]], now: datetime) -> None:
    """A line for each message that belongs to an incident."""
    by_incident: defaultdict[int, list[dict[str, Fact]]] = defaultdict(list)
    for message, facts in said:
        about: dict[str, Fact] = {"message": message.id, "member": message.member_id, "channel": message.channel}
        by_incident[message.incident_id or 0].append(about | facts)
    for number in sorted(set(by_incident) - {0}):
        at = clock_for(session.get_one(Incident, number)).at(now)
        append_many(session, number, at, kind, by_incident[number])


def _unclaimed(session: Session, found: Found, message: Message) -> str | None:
    """Of the ids that may be meant, the first that belongs to no other message."""
    if len(found.provider_ids) == 1 and message.channel is not Channel.VOICE:
        return found.provider_ids[0]
    others = select(Message.provider_id).where(Message.provider_id.in_(found.provider_ids), Message.id != message.id)
    taken = set(session.scalars(others))
    return next((one for one in found.provider_ids if one not in taken), None)


def _decide(
    session: Session, message: Message, found: Found | None, provider_id: str | None, provider: str, now: datetime
) -> str:
    """Moves one message; answers how its doubt was resolved."""
    if provider_id is not None:
        moves.mark_accepted(message, provider, provider_id, moves.incident_time(session, message, now), now)
        return "the provider has it"
    if found is not None:
        moves.retry(message, "the provider did not have it", now)
        message.next_at = now
        return "the provider does not have it; sent again"
    if session.get_one(Dispatch, message.dispatch_key).drill:
        message.state, message.reason = State.UNRESOLVED, "the provider could not be asked; a drill does not send twice"
        return "the provider could not be asked; given up"
    moves.retry(message, "the provider could not be asked", now)
    return "the provider could not be asked; sent again"
