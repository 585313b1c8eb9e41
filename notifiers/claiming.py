"""Claims: the right to send a message once, committed before any socket is written."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import String, Table, insert, literal, select, update
from sqlalchemy.orm import Session

from incidents import sign_off
from incidents.rows import Incident
from notifiers import moves, pace, throttle
from notifiers.pace import Rate
from notifiers.rows import Attempt, ChannelStop, Dispatch, Message, SenderLease
from notifiers.states import State
from protocol.messages import MessageTemplate
from protocol.row_sets import Rows, row_set
from protocol.store import insert_new
from protocol.words import Channel

# The bare tables: the ORM's own way costs more than the statements themselves.
MESSAGES = cast(Table, Message.__table__)
ATTEMPTS = cast(Table, Attempt.__table__)
LEASE = timedelta(seconds=30)
SENDER_LEASE = LEASE / 2
FEWEST_SIGN_OFFS = 2  # whatever a row says
ALONE = "alone"  # begins the name of a request that carries one message, after a whole request was refused


class Claim(NamedTuple):
    """The right to send one message once, until `until`, in the request of that name, with those it carries."""

    message_id: int
    attempt: int
    until: datetime
    channel: Channel
    request: str
    incident_id: int | None = None
    carried: tuple["Claim", ...] = ()


@dataclass(frozen=True)
class Want:
    """What a sender can take of a channel: so many messages, in requests of `batch`, at a rate, for that provider."""

    channel: Channel
    limit: int
    batch: int = 1
    rate: Rate | None = None
    provider: str = ""


@dataclass
class Claimed:
    """What came of claiming: the claims, and public messages that may not leave, with the sentence why."""

    claims: list[Claim] = field(default_factory=list)
    barred: dict[int, str] = field(default_factory=dict)


def hold_sender_lease(session: Session, owner: str, now: datetime, lease: timedelta = SENDER_LEASE) -> bool:
    """Takes or renews the one sender's row; False while another owner holds it."""
    until = now + lease
    if _renewed(session, owner, now, until):
        return True
    first = {"id": 1, "owner": owner, "until": until}
    return insert_new(session, SenderLease, [first], ["id"]) > 0


def _renewed(session: Session, owner: str, now: datetime, until: datetime) -> bool:
    changed = session.execute(
        update(SenderLease)
        .where(SenderLease.id == 1, (SenderLease.owner == owner) | (SenderLease.until < now))
        .values(owner=owner, until=until)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def drop_sender_lease(session: Session, owner: str, now: datetime) -> None:
    """Gives the one sender's row free at once."""
    session.execute(update(SenderLease).where(SenderLease.owner == owner).values(until=now))


def claim(
    session: Session, owner: str, wants: Sequence[Want], drills: bool, now: datetime, lease: timedelta = LEASE
) -> Claimed:
    """Claims what is due, urgent first: state `sending`, a new attempt and a lease, in the caller's transaction.

    A public message without its approvals is barred here, whoever wrote its row. Drill rows are left alone unless
    `drills`. What a person had enough of is postponed. `now` is real time.
    """
    found = Claimed()
    stopped = stopped_channels(session, now)
    for want in wants:
        if want.limit > 0 and want.channel not in stopped:
            _claim_channel(session, found, owner, want, drills, now, now + lease)
    return found


def anything_due(session: Session, channels: Sequence[Channel], drills: bool, now: datetime) -> bool:
    """A quick look, so that an idle sender writes nothing."""
    stopped = stopped_channels(session, now)
    open_ones = [channel for channel in channels if channel not in stopped]
    return any(session.execute(_due(Want(channel, 1), drills, now)).first() is not None for channel in open_ones)


def stopped_channels(session: Session, now: datetime) -> set[Channel]:
    """The channels whose providers refuse everything just now."""
    return set(session.scalars(select(ChannelStop.channel).where(ChannelStop.until > now)))


def name_request(session: Session, claims_of_part: Sequence[Claim], request: str) -> None:
    """Gives a part of a request that was split a name of its own, before it is made."""
    ids = [claim.message_id for claim in claims_of_part]
    session.execute(update(Message).where(Message.id.in_(ids)).values(request=request))


def new_request() -> str:
    """The name of a request: opaque, never used before."""
    return uuid.uuid4().hex


def _due(want: Want, drills: bool, now: datetime) -> Rows:
    query = (
        select(
            Message.id,
            Message.contact_id,
            Message.dispatch_key,
            Message.template_id,
            Message.incident_id,
            Message.priority,
            Message.held,
            Message.attempts,
            Message.request,
        )
        .where(Message.state == State.PENDING, Message.channel == want.channel, Message.next_at <= now)
        .order_by(Message.priority, Message.id)
        .limit(want.limit)
        .with_for_update(skip_locked=True, of=Message)
    )
    if drills:
        return query
    return query.join(Dispatch, Dispatch.key == Message.dispatch_key).where(Dispatch.drill.is_(False))


def _claim_channel(
    session: Session, found: Claimed, owner: str, want: Want, drills: bool, now: datetime, until: datetime
) -> None:
    tokens = pace.take(session, want.rate, want.limit, now) if want.rate else want.limit
    paced = Want(want.channel, tokens, want.batch)
    rows = session.execute(_due(paced, drills, now)).all() if tokens else []
    barred = _barred(session, rows)
    found.barred |= barred
    rows = [row for row in rows if row.id not in barred]
    together = throttle.mates(session, [row for row in rows if not _is_alone(row)])
    late = _late(session, want.channel, rows, together, now)
    throttle.postpone(session, late)
    rows = [row for row in rows if row.id not in late]
    if want.rate:
        pace.give_back(session, want.rate, tokens - len(rows))
    bundles = throttle.bundles(rows, together)  # most of the time none
    found.claims += _begin(session, owner, want, rows, bundles, now, until)


def _is_alone(row: Any) -> bool:
    return row.request is not None and row.request.startswith(ALONE)


def _late(
    session: Session, channel: Channel, rows: Sequence[Any], together: throttle.Mates, now: datetime
) -> dict[int, datetime]:
    asked = [row for row in rows if row.priority > 0]  # a code, or what asks for an answer, is never held back
    if not asked:
        return {}
    numbers = {row.incident_id for row in asked if row.incident_id}
    speeds = dict(session.execute(select(Incident.id, Incident.clock_speed).where(Incident.id.in_(numbers))).all())
    return throttle.over(session, throttle.limits(session)[channel], asked, speeds, together, now)


def _begin(
    session: Session,
    owner: str,
    want: Want,
    rows: Sequence[Any],
    bundles: dict[int, list[int]],
    now: datetime,
    until: datetime,
) -> list[Claim]:
    if not rows:
        return []
    carriers = {message_id: carrier for carrier, carried in bundles.items() for message_id in carried}
    made = _claims(want, rows, carriers, until)
    given = [(claim.message_id, claim.attempt, claim.request, carriers.get(claim.message_id)) for claim in made]
    taken = row_set(session, "taken", {"id": int, "attempt": int, "request": str, "carrier": int}, given)
    session.execute(
        update(MESSAGES)
        .where(MESSAGES.c.id == taken.c.id)
        .values(
            state=State.SENDING,
            attempts=taken.c.attempt,
            lease_owner=owner,
            lease_until=until,
            request=taken.c.request,
            carried_by=taken.c.carrier,
        )
    )
    attempts = select(taken.c.id, taken.c.attempt, literal(now, Attempt.claimed_at.type), literal("", String))
    session.execute(insert(ATTEMPTS).from_select(["message_id", "number", "claimed_at", "detail"], attempts))
    return _bundled(made, bundles)


def _claims(want: Want, rows: Sequence[Any], carriers: dict[int, int], until: datetime) -> list[Claim]:
    made = []
    request, left = "", 0
    for row in rows:
        if want.batch == 1:
            name = ""
        elif row.id in carriers:
            name = new_request()
        elif _is_alone(row):
            name = f"{ALONE}-{new_request()}"
        else:
            request, left = (new_request(), want.batch) if left == 0 else (request, left)
            name, left = request, left - 1
        made.append(Claim(row.id, row.attempts + 1, until, want.channel, name, row.incident_id))
    return made


def _bundled(made: Sequence[Claim], bundles: dict[int, list[int]]) -> list[Claim]:
    if not bundles:
        return list(made)
    by_id = {claim.message_id: claim for claim in made}
    inside = {message_id for carried in bundles.values() for message_id in carried}
    whole = []
    for claim in made:
        if claim.message_id in inside:
            continue
        carried = tuple(by_id[message_id] for message_id in bundles.get(claim.message_id, ()))
        whole.append(claim._replace(carried=carried) if carried else claim)
    return whole


def _barred(session: Session, rows: Sequence[Any]) -> dict[int, str]:
    """The sign-off guard: for each message that may not leave, the sentence why."""
    words: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row in rows:
        words[row.dispatch_key, row.template_id].append(row.id)
    keys = {key for key, _ in words}
    dispatches = {row.key: row for row in session.execute(_guarded(keys)).all()}
    named = {template for _, template in words}
    public = set(
        session.scalars(
            select(MessageTemplate.id).where(MessageTemplate.id.in_(named), MessageTemplate.public.is_(True))
        )
    )
    why = {pair: _may_not(session, dispatches[pair[0]], pair[1] in public) for pair in words}
    return {message_id: reason for pair, ids in words.items() if (reason := why[pair]) for message_id in ids}


def _guarded(keys: set[str]) -> Rows:
    return select(Dispatch.key, Dispatch.public_hash, Dispatch.sign_offs_needed, Dispatch.incident_id).where(
        Dispatch.key.in_(keys)
    )


def _may_not(session: Session, dispatch: Any, public: bool) -> str:
    if dispatch.public_hash is None:
        return "public words without a sign-off may not leave" if public else ""
    have = sign_off.approvals(session, dispatch.incident_id or 0, dispatch.public_hash)
    needed = max(dispatch.sign_offs_needed, FEWEST_SIGN_OFFS)
    return "" if have >= needed else f"public words with {have} of {needed} sign-offs may not leave"


def bar(session: Session, barred: dict[int, str], now: datetime) -> None:
    """Fails what may not leave, in a transaction of its own: it locks incidents first, as everyone does."""
    for message_id, reason in sorted(barred.items()):
        message = moves.lock(session, message_id)
        if message.state is State.PENDING:
            moves.fail(session, message, reason, now)
