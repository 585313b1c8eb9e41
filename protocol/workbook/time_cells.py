"""What cells about hours, days and moments mean, however people write them."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from protocol.company_format import Hours
from protocol.company_parts import DAYS, QuietHours
from protocol.workbook.cells import any_contact, listed, plain
from protocol.workbook.columns import folded
from protocol.workbook.faults import Unreadable

DAY_WORDS = {
    **{day: day for day in DAYS},
    **dict(zip(("lun", "mar", "mie", "jue", "vie", "sab", "dom"), DAYS, strict=True)),
}
_TIME = r"(\d{1,2})(?:[:.h](\d{2}))?\s*h?"
_SPAN = re.compile(rf"{_TIME}\s*(?:-|–|a|to|until)\s*(?:las\s+)?{_TIME}")
_HOURS = re.compile(rf"([^\W\d_]+)\.?(?:\s*(?:-|–|\ba\b|\bto\b)\s*([^\W\d_]+)\.?)?[\s:,]+({_SPAN.pattern})")
_FILLER = re.compile(r"\b(?:de|from|las|los)\s+")
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%y")
_CLOCKS = ("", " %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - the first day of spreadsheets, which know no time zone


def hours(text: str) -> list[Hours]:
    """`lun-vie 09:00-18:30; sáb 10-14`, in either language."""
    spans = day_spans(text)
    if any(ends <= starts for _, starts, ends in spans):
        raise Unreadable("hours_backwards")
    return [Hours(days=days, starts=starts, ends=ends) for days, starts, ends in spans]


def day_spans(text: str) -> list[tuple[str, time, time]]:
    """Days in the spelling of a company file, each with hours that may pass midnight."""
    return [_day_span(part) for part in re.split(r"[;\n]", text) if part.strip()]


def night(text: str) -> QuietHours:
    """`22:00-07:00`."""
    found = _SPAN.fullmatch(_FILLER.sub("", text.strip().lower()))
    if found is None:
        raise Unreadable("night")
    starts, ends = _times(found.groups(), "night")
    if starts == ends:
        raise Unreadable("night_empty")
    return QuietHours(starts=starts, ends=ends)


def first_moment(value: object) -> datetime:
    """When something starts: a day begins at midnight."""
    return _moment(value)[0]


def last_moment(value: object) -> datetime:
    """When something ends: a day without an hour is included."""
    moment, has_hour = _moment(value)
    return moment if has_hour else moment + timedelta(days=1)


def confirmed(country: str) -> Callable[[str], dict[str, date]]:
    """Understands contacts, each followed by the day on which its person confirmed it."""

    def read(text: str) -> dict[str, date]:
        found: dict[str, date] = {}
        for entry in listed(text):
            contact, _, day = entry.rpartition(" ")
            if not contact:
                raise Unreadable("confirmed")
            found[any_contact(contact, country)] = first_moment(day).date()
        return found

    return read


@lru_cache(maxsize=1024)  # thousands work the same hours
def _day_span(text: str) -> tuple[str, time, time]:
    found = _HOURS.fullmatch(_FILLER.sub("", text.strip().lower()))
    if found is None:
        raise Unreadable("hours")
    first, last, _, *times = found.groups()
    days = [DAY_WORDS.get(folded(day)[:3]) for day in (first, last) if day]
    if None in days or (len(days) == 2 and DAYS.index(str(days[0])) > DAYS.index(str(days[1]))):
        raise Unreadable("hours")
    return "-".join(str(day) for day in days), *_times(times, "hours")


def _times(parts: Sequence[str | None], code: str) -> tuple[time, time]:
    first, first_minute, last, last_minute = (int(part or 0) for part in parts)
    try:
        return time(first, first_minute), time(last, last_minute)
    except ValueError:
        raise Unreadable(code) from None


def _moment(value: object) -> tuple[datetime, bool]:
    if isinstance(value, datetime):
        return value, value.time() != time()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day), False  # noqa: DTZ001 - the person's own time zone
    text = plain(value)
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        moment = _EPOCH + timedelta(seconds=round(float(text) * 86400))
        return moment, moment.time() != time()
    for day in _DATES:
        for clock in _CLOCKS:
            try:
                return datetime.strptime(text, day + clock), clock != ""  # noqa: DTZ007 - the person's own time zone
            except ValueError:
                continue
    return _full_moment(text), True


def _full_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("moment") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment
