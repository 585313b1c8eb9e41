"""What the store says of members, as plain documents and back: contacts stand in them as their fingerprints."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from protocol.calendar_export import local_text
from protocol.company import WITHDRAWN
from protocol.company_export import hours_of
from protocol.company_format import MemberEntry
from protocol.people import Absence, Contact, Member, Responsibility, WorkingHours
from protocol.row_sets import Rows
from protocol.words import Channel

Document = dict[str, Any]
PLAIN = ("name", "title", "time_zone", "responsibilities", "drill_roster", "holidays")


def member_documents(session: Session, numbers: Sequence[int]) -> Iterator[tuple[int, Document]]:
    """The document of each of these members, whose numbers rise; a few statements for all of them.

    Confirmations, opt-outs and bounces are not in it: those are the person's and the provider's word.
    """
    contacts = _by_member(session, _contacts(numbers))
    hours = _by_member(session, _of(WorkingHours, numbers, "weekday", "starts", "ends"))
    absences = _by_member(session, _of(Absence, numbers, "starts", "id", "ends", "reason"))
    parts = _by_member(session, _of(Responsibility, numbers, "part", "position", "area"))
    wanted = set(numbers)
    columns = [column for column in Member.__table__.columns if column.name not in ("key", "erased_at")]
    for row in session.connection().execute(select(*columns).where(_among(Member.id, numbers)).order_by(Member.id)):
        if row.id not in wanted:
            continue
        document = {name: getattr(row, name) for name in PLAIN} | {
            "language": row.language.value,
            "quiet_hours": [_clock(row.quiet_starts), _clock(row.quiet_ends)] if row.quiet_starts else None,
            "contacts": [[one.channel.value, one.fingerprint, one.shared] for one in contacts.get(row.id, ())],
            "hours": [[one.weekday, _clock(one.starts), _clock(one.ends)] for one in hours.get(row.id, ())],
            "absences": [
                [one.starts.isoformat(), one.ends.isoformat(), one.reason] for one in absences.get(row.id, ())
            ],
            "raci": [[one.part.value, one.area] for one in parts.get(row.id, ())],
        }
        yield row.id, {name: value for name, value in document.items() if value not in (None, "", [], False)}


def member_entry(key: str, document: Document, opened: Mapping[tuple[str, str], str]) -> MemberEntry:
    """The member that a document says; `opened` are the contacts that are left, by channel and fingerprint."""
    zone = document["time_zone"]
    quiet = document.get("quiet_hours")
    contacts = [
        (channel, opened.get((channel, print_)), shared) for channel, print_, shared in document.get("contacts", ())
    ]
    raci: defaultdict[str, list[str]] = defaultdict(list)
    for part, area in document.get("raci", ()):
        raci[part].append(area)
    return MemberEntry.model_validate(
        {
            **{name: document[name] for name in (*PLAIN, "language", "owner", "review") if name in document},
            "key": key,
            "quiet_hours": {"starts": quiet[0], "ends": quiet[1]} if quiet else None,
            **{c.value: [value for channel, value, _ in contacts if channel == c and value] for c in Channel},
            "shared": [
                value for c in Channel for channel, value, shared in contacts if channel == c and shared and value
            ],
            "hours": hours_of(
                (day, time.fromisoformat(s), time.fromisoformat(e)) for day, s, e in document.get("hours", ())
            ),
            "absences": [
                {"starts": _local(starts, zone), "ends": _local(ends, zone), "reason": reason}
                for starts, ends, reason in document.get("absences", ())
            ],
            "raci": raci,
        }
    )


def _contacts(numbers: Sequence[int]) -> Rows:
    query = select(Contact.member_id, Contact.channel, Contact.fingerprint, Contact.shared)
    kept = Contact.opted_out_at.is_distinct_from(WITHDRAWN)
    return query.where(_among(Contact.member_id, numbers), kept).order_by(Contact.channel, Contact.position, Contact.id)


def _of(table: Any, numbers: Sequence[int], *names: str) -> Rows:
    """These columns, in the order of the first two."""
    columns = [getattr(table, name) for name in names]
    return select(table.member_id, *columns).where(_among(table.member_id, numbers)).order_by(*columns[:2])


def _among(column: Any, numbers: Sequence[int]) -> ColumnElement[bool]:
    """Between the first and the last: PostgreSQL reads the whole table for a list of a thousand numbers."""
    found: ColumnElement[bool] = column.between(numbers[0], numbers[-1])
    return found


def _by_member(session: Session, query: Rows) -> Mapping[int, Sequence[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in session.connection().execute(query).all():
        found[row[0]].append(row)
    return found


@lru_cache(maxsize=2048)
def _clock(moment: time) -> str:
    return moment.isoformat("minutes")


def _local(moment: str, zone: str) -> datetime:
    return local_text(datetime.fromisoformat(moment), zone)
