"""Limits per person and channel: who had enough lately waits, and what waits leaves as one text."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from notifiers.rows import Attempt, Dispatch, Message
from notifiers.states import Outcome, Reason
from protocol.practice import ChannelLimit
from protocol.words import Channel

BUNDLE = 8  # messages that one text carries at the most
USUAL = {  # (messages, minutes); generous: it is for the loop that nobody thought of
    Channel.SMS: (12, 10),
    Channel.VOICE: (4, 10),
    Channel.EMAIL: (40, 10),
    Channel.CHAT: (40, 10),
}


@dataclass(frozen=True)
class Limit:
    """So many messages within so long."""

    count: int
    within: timedelta


Mates = Mapping[int, Hashable]
"""Of messages that waited, by number: those with the same value may leave as one text."""


def limits(session: Session) -> dict[Channel, Limit]:
    """The limit of each channel: the company's own, or the usual one."""
    own = {row.channel: (row.count, row.minutes) for row in session.scalars(select(ChannelLimit))}
    return {channel: Limit(count, timedelta(minutes=span)) for channel, (count, span) in (USUAL | own).items()}


def mates(session: Session, rows: Iterable[Any]) -> Mates:
    """Which of the rows (id, contact_id, dispatch_key, held) may leave together: what waited, to one contact.

    Signed-off words leave as they were signed, and a drill is not mixed with what is meant.
    """
    waited = [row for row in rows if row.held is not None]
    if not waited:
        return {}
    keys = {row.dispatch_key for row in waited}
    drills: dict[str, bool] = dict(
        session.execute(
            select(Dispatch.key, Dispatch.drill).where(Dispatch.key.in_(keys), Dispatch.public_hash.is_(None))
        ).all()
    )
    return {row.id: (row.contact_id, drills[row.dispatch_key]) for row in waited if row.dispatch_key in drills}


def over(
    session: Session, limit: Limit, rows: Sequence[Any], speeds: dict[int, float], together: Mates, now: datetime
) -> dict[int, datetime]:
    """Of candidate rows (id, contact_id, incident_id), those whose person had enough: message id to when it may leave.

    What was handed over counts, and what may have been; several that leave as one text count once. In an incident with
    compressed time the span is compressed as well.
    """
    late: dict[int, datetime] = {}
    seats: dict[Hashable, int] = defaultdict(int)  # left in a text that has its place already
    for speed, same in _by_speed(rows, speeds).items():
        within = limit.within / speed
        contacts = {row.contact_id for row in same}
        lately = _lately(session, contacts, now - within)
        if not lately and len(contacts) == len(same):
            continue  # nobody heard anything lately, and nobody is to hear two things now
        room = {contact: limit.count - had for contact, (had, _) in lately.items()}
        for row in same:
            mate = together.get(row.id)
            if seats[mate] > 0:
                seats[mate] -= 1
                continue
            left = room.setdefault(row.contact_id, limit.count)
            room[row.contact_id] = left - 1
            if left <= 0:
                first = lately[row.contact_id][1] if row.contact_id in lately else now
                late[row.id] = max(first + within, now + timedelta(seconds=1))
            elif mate is not None:
                seats[mate] = BUNDLE - 1
    return late


def postpone(session: Session, late: dict[int, datetime]) -> None:
    """Lets messages wait, with the reason."""
    by_moment: dict[datetime, list[int]] = defaultdict(list)
    for message_id, moment in late.items():
        by_moment[moment].append(message_id)
    for moment, ids in by_moment.items():
        waits = {"next_at": moment, "held": Reason.THROTTLED, "reason": "throttled: the person had enough lately"}
        session.execute(update(Message).where(Message.id.in_(ids)).values(waits))


def bundles(rows: Iterable[Any], together: Mates) -> dict[int, list[int]]:
    """Those of the rows that leave together: carrier's id to the ids of the messages it carries."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for row in rows:
        if row.id in together:
            groups[together[row.id]].append(row.id)
    texts = [ids[start : start + BUNDLE] for ids in groups.values() for start in range(0, len(ids), BUNDLE)]
    return {ids[0]: ids[1:] for ids in texts if len(ids) > 1}


def _by_speed(rows: Sequence[Any], speeds: dict[int, float]) -> dict[float, list[Any]]:
    found: dict[float, list[Any]] = defaultdict(list)
    for row in rows:
        found[speeds.get(row.incident_id, 1.0)].append(row)
    return found


def _lately(session: Session, contacts: Collection[int], since: datetime) -> dict[int, tuple[int, datetime]]:
    # What is on its way just now has no end yet; what nobody knows about may have arrived.
    moment = func.coalesce(Attempt.ended_at, Attempt.claimed_at)
    handed_over = (
        select(Message.contact_id, func.count(), func.min(moment, type_=Attempt.claimed_at.type))
        .join(Attempt, Attempt.message_id == Message.id)
        .where(
            Message.contact_id.in_(contacts),
            Message.carried_by.is_(None),
            Message.priority > 0,  # a code, or what asks for an answer, is neither held nor counted
            Attempt.outcome.in_((Outcome.ACCEPTED, Outcome.UNKNOWN)) | Attempt.outcome.is_(None),
            moment > since,
        )
        .group_by(Message.contact_id)
    )
    return {contact: (had, first or since) for contact, had, first in session.execute(handed_over).all()}
