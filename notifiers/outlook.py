"""What stands in the outbox just now, in numbers: for the person who looks after it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from notifiers.rows import ChannelStop, Message, SenderLease, Withheld
from notifiers.states import State


@dataclass(frozen=True)
class Line:
    """Messages of one channel in one state; `held` is why they wait; `since` is when the oldest was due."""

    channel: str
    state: str
    held: str
    count: int
    since: datetime


@dataclass(frozen=True)
class Outlook:
    """The outbox: lines by channel and state, stopped channels with their reason, decisions not to send by reason."""

    lines: tuple[Line, ...]
    stopped: dict[str, tuple[str, datetime]]
    withheld: dict[str, int]
    sender: str | None  # on SQLite, the one that is at work


def outlook(session: Session, now: datetime) -> Outlook:
    """Looks at the outbox. `now` is real time."""
    columns = (Message.channel, Message.state, Message.held)
    counted = session.execute(
        select(*columns, func.count(), func.min(Message.next_at)).group_by(*columns).order_by(*columns)
    )
    stops = session.scalars(select(ChannelStop).where(ChannelStop.until > now))
    reasons = session.execute(select(Withheld.reason, func.count()).group_by(Withheld.reason))
    lease = session.get(SenderLease, 1)
    return Outlook(
        tuple(Line(str(c), str(s), str(h or ""), number, since) for c, s, h, number, since in counted),
        {str(row.channel): (row.reason, row.until) for row in stops},
        {str(reason): number for reason, number in reasons},
        lease.owner if lease is not None and lease.until > now else None,
    )


def needs_a_look(found: Outlook) -> bool:
    """Whether somebody should look: a channel is stopped, or something is in doubt or was given up."""
    unclear = (State.IN_DOUBT, State.UNRESOLVED)
    return bool(found.stopped) or any(line.state in unclear for line in found.lines)
