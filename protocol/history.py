"""Every change of the protocol is a version: who made it, when, why, and what it changed. Nothing in it is altered."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from protocol.entries import entries_now
from protocol.history_rows import GONE, EntryVersion, ProtocolVersion, packed, print_of
from protocol.installation import Installation
from protocol.kinds import EntryKind
from protocol.messages import MessageTemplate
from protocol.words import Remedy

AT_ONCE = 1000


@dataclass(frozen=True)
class Author:
    """Who changes the protocol, why, and by which command."""

    by: str
    source: str
    why: str = ""


BEFORE = Author("–", "–", "what stood in the protocol when its history began")


@dataclass
class Recorded:
    """The version that a change became; None while it is not known, and when nothing changed."""

    version: int | None = None
    changes: int = 0


@contextmanager
def recorded(
    session: Session, author: Author, now: datetime, told: Callable[[int], None] = lambda _: None
) -> Iterator[Recorded]:
    """Makes a version of what is changed meanwhile in the caller's transaction; no change, no version. `now` is UTC.

    `told` is given how many entries were looked at.
    """
    session.execute(select(Installation.id).with_for_update())  # one change after the other
    done = Recorded()
    now = max(now, session.scalar(select(func.max(ProtocolVersion.at))) or now)  # it may have waited for another one
    begin_history(session, now, told)
    of_old = _texts_of_no_version(session)
    yield done
    _record(session, author, now, done, told)
    if done.version is not None:
        new = _texts_of_no_version(session) - of_old
        session.execute(update(MessageTemplate).where(MessageTemplate.id.in_(new)).values(since=done.version))


def begin_history(session: Session, now: datetime, told: Callable[[int], None] = lambda _: None) -> int | None:
    """Makes what stands in the protocol its first version, unless it has one; answers its number if it is new."""
    first = Recorded()
    if current_version(session) is None:
        _record(session, BEFORE, now, first, told)
    return first.version


def current_version(session: Session) -> int | None:
    """The number of the newest version; None before the first."""
    return session.scalar(select(func.max(ProtocolVersion.id)))


def version_at(session: Session, moment: datetime) -> int:
    """The number of the version that stood at a moment. Raises Remedy for one before the first."""
    found = session.scalar(select(func.max(ProtocolVersion.id)).where(ProtocolVersion.at <= moment))
    if found is not None:
        return found
    first = session.scalar(select(func.min(ProtocolVersion.at)))
    if first is None:
        raise Remedy("The protocol has no history yet; it begins with the next crisis load or crisis protocol import.")
    before = session.scalar(select(ProtocolVersion.id).where(ProtocolVersion.source == BEFORE.source))
    if before is not None:
        return before  # nobody knows since when it stood so
    raise Remedy(f"The history of the protocol begins on {first:%Y-%m-%d %H:%M:%S} UTC; give a later moment.")


def versions(session: Session, last: int | None = None) -> Sequence[ProtocolVersion]:
    """Every version up to that number, the newest first."""
    query = select(ProtocolVersion).order_by(ProtocolVersion.id.desc())
    return session.scalars(query if last is None else query.where(ProtocolVersion.id <= last)).all()


def _record(session: Session, author: Author, now: datetime, done: Recorded, told: Callable[[int], None]) -> None:
    session.flush()
    before = _hashes(session)
    rows: list[dict[str, object]] = []
    for number, entry in enumerate(entries_now(session), start=1):
        if number % AT_ONCE == 0:
            told(number)
        document = packed(entry.document)
        print_ = print_of(document)
        if before.pop((entry.kind, entry.key), GONE) == print_:
            continue
        said = {"kind": entry.kind, "key": entry.key, "member_id": entry.member_id}
        rows.append({**said, "hash": print_, "document": document})
        if len(rows) == AT_ONCE:
            _keep(session, author, now, done, rows)
    gone = [place for place, print_ in before.items() if print_ != GONE]
    rows += [{"kind": kind, "key": key, "member_id": None, "hash": GONE, "document": None} for kind, key in gone]
    _keep(session, author, now, done, rows)


def _keep(session: Session, author: Author, now: datetime, done: Recorded, rows: list[dict[str, object]]) -> None:
    """Writes the rows of the version, which they make if there is none yet, and empties the list."""
    if not rows:
        return
    if done.version is None:
        version = ProtocolVersion(at=now, by=author.by, why=author.why, source=author.source)
        session.add(version)
        session.flush()
        done.version = version.id
    session.execute(insert(EntryVersion), [{**row, "version_id": done.version} for row in rows])
    done.changes += len(rows)
    rows.clear()


def _texts_of_no_version(session: Session) -> set[int]:
    """Texts from before the history, and those that were just written."""
    return set(session.scalars(select(MessageTemplate.id).where(MessageTemplate.since.is_(None))))


def _hashes(session: Session) -> dict[tuple[EntryKind, str], str]:
    """The hash of each entry as the newest version knows it."""
    newest = select(func.max(EntryVersion.id)).group_by(EntryVersion.kind, EntryVersion.key)
    query = select(EntryVersion.kind, EntryVersion.key, EntryVersion.hash).where(EntryVersion.id.in_(newest))
    return {(kind, key): print_ for kind, key, print_ in session.execute(query)}
