"""Which entries of the protocol are past the day on which somebody was to look at them again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from protocol.entry_keys import entry_keys
from protocol.history_rows import EntryVersion, ProtocolVersion
from protocol.kinds import EntryKind
from protocol.people import Role
from protocol.stewardship import EntryKey, Kept, kept_in
from protocol.who import who


@dataclass(frozen=True)
class Watched:
    """An entry with its owner, the person who is that just now, and the day of its review, if there is one.

    `overdue` are the days since that day, negative while it is to come; `changed_at` is its last change.
    """

    kind: EntryKind
    key: str
    owner: str | None
    person: str | None
    review: date | None
    overdue: int | None
    changed_at: datetime | None


def watched(session: Session, now: datetime) -> list[Watched]:
    """Every entry, those longest overdue first and those without a review date last. Reads only."""
    kept, changed = kept_in(session), _last_changes(session)
    people = _people(session, {one.owner for one in kept.values() if one.owner}, now)
    found = [
        _watched((kind, key), kept.get((kind, key), Kept()), people, changed, now)
        for kind, keys in entry_keys(session).items()
        for key in keys
    ]
    return sorted(found, key=lambda one: one.review or date.max)


def stale(entries: Sequence[Watched], within: timedelta = timedelta(0)) -> list[Watched]:
    """Those whose day has come, or comes within this time."""
    return [one for one in entries if one.overdue is not None and one.overdue >= -within.days]


def _watched(
    place: EntryKey,
    kept: Kept,
    people: Mapping[str, str | None],
    changed: Mapping[EntryKey, datetime],
    now: datetime,
) -> Watched:
    overdue = (now.date() - kept.review).days if kept.review else None
    person = people.get(kept.owner, kept.owner) if kept.owner else None
    return Watched(*place, kept.owner, person, kept.review, overdue, changed.get(place))


def _people(session: Session, owners: set[str], now: datetime) -> dict[str, str | None]:
    """Who it is just now that holds each role among the owners."""
    roles = session.scalars(select(Role.key).where(Role.key.in_(owners))).all()
    duties = {key: who(session, key, now).member for key in roles}
    return {key: member.key if member else None for key, member in duties.items()}


def _last_changes(session: Session) -> dict[EntryKey, datetime]:
    last = (
        select(EntryVersion.kind, EntryVersion.key, func.max(ProtocolVersion.at))
        .join(ProtocolVersion, ProtocolVersion.id == EntryVersion.version_id)
        .group_by(EntryVersion.kind, EntryVersion.key)
    )
    found: dict[EntryKey, datetime] = {}
    for kind, key, at in session.execute(last):
        place = (kind, key.partition("/")[0] if kind is EntryKind.MESSAGE else key)
        found[place] = max(at, found.get(place, at))
    return found
