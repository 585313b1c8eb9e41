"""The people of a company file, loaded into the store in a few statements per thousand, with their lists."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from protocol.company_contacts import load_contacts
from protocol.company_format import MemberEntry
from protocol.company_parts import QuietHours, weekdays
from protocol.company_places import local_moment, stored_place
from protocol.people import Absence, Contact, Member, Membership, Responsibility, Team, WorkingHours
from protocol.responsibilities import RACI_COLUMNS, raci_rows
from protocol.row_sets import insert_rows, row_set
from protocol.upserting import replace_lists
from protocol.vault import Vault

AT_ONCE = 1000
COLUMNS: Mapping[str, type] = {
    "key": str,
    "name": str,
    "title": str,
    "language": str,
    "time_zone": str,
    "responsibilities": str,
    "drill_roster": bool,
    "quiet_starts": time,
    "quiet_ends": time,
    "holidays": str,
}
HOURS: Mapping[str, type] = {"weekday": int, "starts": time, "ends": time}
ABSENCES: Mapping[str, type] = {"starts": datetime, "ends": datetime, "reason": str}
Rows = list[tuple[Any, ...]]


def load_people(
    session: Session, vault: Vault, entries: Sequence[MemberEntry], told: Callable[[int], None]
) -> dict[str, int]:
    """Stores them all; answers their numbers by key. `told` is given how many stand."""
    session.flush()
    numbers: dict[str, int] = {}
    for start in range(0, len(entries), AT_ONCE):
        some = entries[start : start + AT_ONCE]
        theirs = _load_members(session, some)
        load_contacts(session, vault, [(theirs[entry.key], entry) for entry in some])
        _load_lists(session, {theirs[entry.key]: entry for entry in some})
        numbers |= theirs
        told(len(numbers))
    forget_people(session)
    return numbers


def forget_people(session: Session) -> None:
    """What the session knows of people is read again: rows were written past it."""
    for row in [*session.identity_map.values()]:
        if isinstance(row, Member | Contact | WorkingHours | Absence | Membership | Responsibility | Team):
            session.expire(row)


def night(quiet: QuietHours | None) -> tuple[time | None, time | None]:
    """When quiet hours start and end, as rows keep them."""
    return (quiet.starts, quiet.ends) if quiet else (None, None)


def _load_members(session: Session, entries: Sequence[MemberEntry]) -> dict[str, int]:
    known = _known(session, entries)
    wanted = [_values(entry, known.get(entry.key)) for entry in entries]
    new = [tuple(values.values()) for values in wanted if values["key"] not in known]
    changed = [
        {"number": row.id, **values}
        for values in wanted
        if (row := known.get(values["key"])) and any(getattr(row, name) != value for name, value in values.items())
    ]
    insert_rows(session, Member, COLUMNS, new)
    if changed:
        session.connection().execute(update(Member).where(Member.id == bindparam("number")), changed)
    stored = _known(session, entries) if new else known
    return {entry.key: stored[entry.key].id for entry in entries}


def _known(session: Session, entries: Sequence[MemberEntry]) -> dict[str, Any]:
    given = row_set(session, "given", {"key": str}, ([entry.key] for entry in entries))
    query = select(Member.id, *(getattr(Member, name) for name in COLUMNS)).join(given, given.c.key == Member.key)
    return {row.key: row for row in session.execute(query)}


def _values(entry: MemberEntry, row: Any) -> dict[str, Any]:
    """A member's row as the entry wants it, in the order of COLUMNS; what it does not say stays as it is."""
    starts, ends = night(entry.quiet_hours)
    as_it_is = row.holidays if row else None
    own = {name: getattr(entry, name) for name in COLUMNS if name not in ("quiet_starts", "quiet_ends", "holidays")}
    holidays = as_it_is if entry.holidays is None else stored_place(entry.holidays)
    return {**own, "quiet_starts": starts, "quiet_ends": ends, "holidays": holidays}


def _load_lists(session: Session, members: Mapping[int, MemberEntry]) -> None:
    hours = {number: _hours(entry) for number, entry in members.items()}
    absences = {number: _absences(entry) for number, entry in members.items()}
    parts = {number: [tuple(row.values()) for row in raci_rows(entry.raci)] for number, entry in members.items()}
    replace_lists(session, WorkingHours, "member_id", HOURS, hours)
    replace_lists(session, Absence, "member_id", ABSENCES, absences)
    replace_lists(session, Responsibility, "member_id", RACI_COLUMNS, parts)


def _hours(entry: MemberEntry) -> Rows:
    return [(day, span.starts, span.ends) for span in entry.hours for day in weekdays(span.days)]


def _absences(entry: MemberEntry) -> Rows:
    return [
        (
            local_moment(span.starts, entry.time_zone).astimezone(UTC),
            local_moment(span.ends, entry.time_zone).astimezone(UTC),
            span.reason,
        )
        for span in entry.absences
    ]
