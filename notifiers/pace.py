"""The pace of a sending number or address: a token bucket in a row, which all senders share and take slices from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from notifiers.rows import Pace
from protocol.store import insert_new

BURST = 1.0  # seconds of the rate that a bucket holds at the most


@dataclass(frozen=True)
class Rate:
    """How fast one number or address may send: messages a second."""

    sender: str
    a_second: float


def take(session: Session, rate: Rate, wanted: int, now: datetime) -> int:
    """Takes up to `wanted` tokens in the caller's transaction; answers how many there were. `now` is real time."""
    full = max(rate.a_second * BURST, 1.0)
    bucket = select(Pace.tokens, Pace.filled_at).where(Pace.sender == rate.sender).with_for_update()
    row = session.execute(bucket).first()
    if row is None:
        insert_new(session, Pace, [{"sender": rate.sender, "tokens": full, "filled_at": now}], ["sender"])
        row = session.execute(bucket).one()
    since = max(0.0, (now - row.filled_at).total_seconds())
    have = min(full, row.tokens + since * rate.a_second)
    taken = min(wanted, int(have))
    moved = {"tokens": have - taken, "filled_at": max(now, row.filled_at)}
    session.execute(update(Pace).where(Pace.sender == rate.sender).values(moved))
    return taken


def give_back(session: Session, rate: Rate, unused: int) -> None:
    """Puts tokens back that nothing was found for."""
    if unused > 0:
        session.execute(update(Pace).where(Pace.sender == rate.sender).values(tokens=Pace.tokens + unused))
