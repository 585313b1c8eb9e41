"""What was counted already, by source and a digest of its id: twice is once, for as long as it is remembered."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, delete, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from monitoring.listening_rows import SeenMention
from protocol.row_sets import row_set

REMEMBERED = timedelta(days=30)
"""So long it is known that something was counted. What is older than that when it comes is not taken in."""
REFRESHED = timedelta(days=1)
AT_ONCE = 1000
Print = tuple[str, str]  # source, digest


def digest(*parts: str) -> str:
    """32 hexadecimal digits of these texts, in this order."""
    told = blake2b(digest_size=16)
    for part in parts:
        written = part.encode("utf-8", "surrogatepass")
        told.update(f"{len(written)}:".encode())
        told.update(written)
    return told.hexdigest()


def mark(session: Session, prints: Iterable[Print], now: datetime) -> set[Print]:
    """Marks all of them as seen; those that were not, each once. In the caller's write."""
    wanted = sorted(set(prints))
    fresh: set[Print] = set()
    for start in range(0, len(wanted), AT_ONCE):
        fresh |= _mark(session, wanted[start : start + AT_ONCE], now)
    return fresh


def refresh(session: Session, source: str, now: datetime) -> None:
    """What came from a source is still there: it is remembered for longer."""
    theirs = (SeenMention.source == source, SeenMention.last_at < now - REFRESHED)
    session.execute(update(SeenMention).where(*theirs).values(last_at=now))


def to_forget(now: datetime) -> Delete:
    """Deletes what nobody sent for as long as it is remembered."""
    return delete(SeenMention).where(SeenMention.last_at < now - REMEMBERED - REFRESHED)


def forget(session: Session, now: datetime) -> int:
    """Does so; how many were forgotten."""
    return cast("CursorResult[Any]", session.execute(to_forget(now))).rowcount


def _mark(session: Session, prints: Sequence[Print], now: datetime) -> set[Print]:
    in_sqlite = session.get_bind().dialect.name == "sqlite"
    columns = {"source": str, "digest": str, "last_at": datetime}
    given = row_set(session, "given", columns, [(*one, now) for one in prints])
    # SQLite needs a WHERE before ON CONFLICT: without it, ON would begin a join.
    rows = select(given.c.source, given.c.digest, given.c.last_at).where(literal_column("1") == literal_column("1"))
    insert = sqlite.insert if in_sqlite else postgresql.insert
    statement = insert(SeenMention).from_select(list(columns), rows).on_conflict_do_nothing()
    returned = session.execute(statement.returning(SeenMention.source, SeenMention.digest)).all()
    fresh = {(source, told) for source, told in returned}
    known = [one for one in prints if one not in fresh]
    if known:
        _refresh(session, known, now)
    return fresh


def _refresh(session: Session, known: Sequence[Print], now: datetime) -> None:
    given = row_set(session, "given", {"source": str, "digest": str}, known)
    theirs = select(given.c.source).where(given.c.source == SeenMention.source, given.c.digest == SeenMention.digest)
    old = SeenMention.last_at < now - REFRESHED
    session.execute(
        update(SeenMention).where(old, theirs.exists()).values(last_at=now),
        execution_options={"synchronize_session": False},
    )
