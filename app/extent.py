"""What an order comes to, counted in the store: messages, languages, segments, and who is not told, or not yet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.direct import Placed
from notifiers.providers.base import Outgoing
from notifiers.rows import Dispatch, Message, Withheld
from notifiers.segments import sms_size
from notifiers.states import Reason, State
from notifiers.wording import Scribe
from protocol.people import Member
from protocol.row_sets import Rows
from protocol.words import Channel, Language, Remedy

EXACT = 2000  # up to so many messages every text is written out
SAMPLE = 500  # of more, so many for each channel and language
AT_ONCE = 500
NAMED = 3


@dataclass(frozen=True)
class OfChannel:
    """The new messages of one channel. `waiting` are held for later; `segments` only of SMS."""

    channel: Channel
    messages: int
    languages: Mapping[Language, int]
    segments: int | None
    waiting: int = 0


@dataclass(frozen=True)
class NotTold:
    """People who are not told, or not yet, for one reason. `keys` are some of them; `until`, when they will be."""

    reason: Reason
    channel: str
    number: int
    keys: Sequence[str] = ()
    until: datetime | None = None


@dataclass(frozen=True)
class Extent:
    """What an order comes to. `before`: the states of what was enqueued earlier; `about`: segments are estimated."""

    people: int
    channels: Sequence[OfChannel]
    not_told: Sequence[NotTold]
    before: Counter[State]
    about: bool

    @property
    def messages(self) -> int:
        """New messages on all channels."""
        return sum(one.messages for one in self.channels)


def measure(session: Session, scribe: Scribe, placed: Placed) -> Extent:
    """Counts what was enqueued. Raises Remedy when a text of it cannot be written."""
    fresh = (Message.dispatch_key == placed.dispatch, Message.id > placed.last)
    grouped = select(Message.channel, Message.language, func.count()).where(*fresh)
    counted = {
        (channel, language): number
        for channel, language, number in session.execute(grouped.group_by(Message.channel, Message.language)).all()
    }
    total = sum(counted.values())
    steps = {place: 1 if total <= EXACT else ceil(number / SAMPLE) for place, number in counted.items()}
    segments = {
        place: _segments(session, scribe, placed, place, step) * counted[place] for place, step in steps.items()
    }
    waiting = _waiting(session, placed)
    return Extent(
        people=session.scalar(select(func.count(Message.member_id.distinct())).where(*fresh)) or 0,
        channels=[_of_channel(channel, counted, segments, waiting) for channel in Channel if _has(counted, channel)],
        not_told=[*_withheld(session, placed.dispatch), *waiting],
        before=_before(session, placed),
        about=total > EXACT,
    )


def _has(counted: Mapping[tuple[Channel, Language], int], channel: Channel) -> bool:
    return any(place[0] is channel for place in counted)


def _of_channel(
    channel: Channel,
    counted: Mapping[tuple[Channel, Language], int],
    segments: Mapping[tuple[Channel, Language], float],
    waiting: Sequence[NotTold],
) -> OfChannel:
    languages = {language: number for (of, language), number in counted.items() if of is channel}
    whole = round(sum(number for (of, _), number in segments.items() if of is channel))
    held = sum(one.number for one in waiting if one.channel == channel)
    return OfChannel(channel, sum(languages.values()), languages, whole if channel is Channel.SMS else None, held)


def _segments(session: Session, scribe: Scribe, placed: Placed, place: tuple[Channel, Language], step: int) -> float:
    """Segments a message, over every text or each `step`th: all of them are tried, whatever their channel."""
    numbered = (
        select(Message.id, func.row_number().over(order_by=Message.id).label("place"))
        .where(Message.dispatch_key == placed.dispatch, Message.id > placed.last)
        .where(Message.channel == place[0], Message.language == place[1])
        .subquery()
    )
    ids = session.scalars(select(numbered.c.id).where(numbered.c.place % step == 0)).all()
    found = 0
    for start in range(0, len(ids), AT_ONCE):
        written = scribe.outgoing(session, dict.fromkeys(ids[start : start + AT_ONCE], ()))
        found += sum(_size(session, placed, words) for words in written.values())
    return found / len(ids) if ids else 0.0


def _size(session: Session, placed: Placed, words: Outgoing | Remedy) -> int:
    if isinstance(words, Outgoing):
        return sms_size(words.body).segments if words.channel == Channel.SMS else 0
    dispatch = session.get_one(Dispatch, placed.dispatch)
    hint = "" if dispatch.incident_id else " If an incident gives it, name one with --incident."
    raise Remedy(f'The message "{dispatch.template}" was not sent. {words}{hint}')


def _before(session: Session, placed: Placed) -> Counter[State]:
    states = select(Message.state, func.count()).where(
        Message.dispatch_key == placed.dispatch, Message.id <= placed.last
    )
    return Counter(dict(session.execute(states.group_by(Message.state)).all()))


def _waiting(session: Session, placed: Placed) -> list[NotTold]:
    held = (
        select(Message.held, Message.channel, func.count(), func.max(Message.next_at))
        .where(Message.dispatch_key == placed.dispatch, Message.id > placed.last)
        .where(Message.state == State.PENDING, Message.held.is_not(None))
        .group_by(Message.held, Message.channel)
        .order_by(Message.held, Message.channel)
    )
    return [
        NotTold(reason, channel, number, until=until)
        for reason, channel, number, until in session.execute(held).all()
        if reason is not None
    ]


def _withheld(session: Session, dispatch: str) -> list[NotTold]:
    counted = select(Withheld.reason, Withheld.channel, func.count()).where(Withheld.dispatch_key == dispatch)
    grouped = counted.group_by(Withheld.reason, Withheld.channel).order_by(Withheld.reason, Withheld.channel)
    return [
        NotTold(reason, channel, number, session.scalars(_some(dispatch, reason, channel)).all())
        for reason, channel, number in session.execute(grouped).all()
    ]


def _some(dispatch: str, reason: Reason, channel: str) -> Rows:
    query = select(Member.key).join(Withheld, Withheld.member_id == Member.id)
    those = query.where(Withheld.dispatch_key == dispatch, Withheld.reason == reason, Withheld.channel == channel)
    return those.order_by(Member.key).limit(NAMED)
