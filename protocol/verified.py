"""When a contact was last confirmed by its person: a moment in the store, a day (UTC) in files."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time

from protocol.people import Contact

NOON = time(12, tzinfo=UTC)


def day_of(moment: datetime) -> date:
    """The day that a file says."""
    return moment.astimezone(UTC).date()


def later_confirmed(stored: datetime | None, said: date | None) -> datetime | None:
    """The later of what the store and what a file says: an older file takes back nobody's word."""
    if said is None or (stored is not None and said <= day_of(stored)):
        return stored
    return datetime.combine(said, NOON)


def later_days(stored: Mapping[str, date], said: Mapping[str, date]) -> dict[str, date]:
    """The same by contact."""
    return {contact: max(days[contact] for days in (stored, said) if contact in days) for contact in {**stored, **said}}


def confirmed_days(contacts: Iterable[tuple[str, Contact]]) -> dict[str, date]:
    """By value, the latest day that any of these contacts was confirmed."""
    found: dict[str, date] = {}
    for value, contact in contacts:
        if contact.verified_at is not None:
            found = later_days(found, {value: day_of(contact.verified_at)})
    return found
