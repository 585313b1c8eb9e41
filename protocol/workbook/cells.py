"""What one cell means: its text as a phone number, a moment, a choice, a list; or why it cannot be understood."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache

import phonenumbers

from protocol.addresses import read_address, read_phone
from protocol.company_format import Hours
from protocol.company_parts import DAYS, KEY, ZONES, QuietHours
from protocol.raci import read_area
from protocol.words import Language
from protocol.workbook.columns import Choices, folded, slug, spoken
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
_ZONES = {name.casefold(): name for name in ZONES}
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - the first day of spreadsheets, which know no time zone
_QUOTED = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?=[,;\n]|$)|([^,;\n]*))([,;\n]|$)')
_AND = re.compile(r"\s+(?:y|e|and|&)\s+", re.IGNORECASE)


def plain(value: object) -> str:
    """The text of a cell, whatever a spreadsheet keeps in it; numbers without a needless `.0`."""
    if value is None:
        return ""
    if isinstance(value, str):
        return (value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value).strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return f"{value:%Y-%m-%d}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "auto" if value.second else "minutes")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)


def key(text: str) -> str:
    """A key, in small letters."""
    small = text.lower()
    if not KEY.fullmatch(small) or len(small) > 60:
        raise Unreadable("key", choices=slug(text) or "ana.ruiz")
    return small


def choice(choices: Choices, language: Language) -> Callable[[str], str]:
    """Understands the words of a drop-down in both languages."""
    values = {name: one.value for one in choices for name in one.names()}

    def read(text: str) -> str:
        try:
            return values[folded(text)]
        except KeyError:
            words = ", ".join(spoken(choices, one.value, language) for one in choices)
            raise Unreadable("choice", choices=words) from None

    return read


def zone(text: str) -> str:
    """A time zone, in whatever case."""
    wanted = text.replace(" ", "_").casefold()
    found = _ZONES.get(wanted)
    if found is None:
        cities = sorted(name for name in ZONES if name.casefold().rsplit("/", 1)[-1] == wanted)
        near = cities or get_close_matches(text, sorted(ZONES), 1, 0.7) or ["Europe/Madrid"]
        raise Unreadable("zone", choices=near[0])
    return found


def phones(country: str) -> Callable[[str], list[str]]:
    """Understands several numbers; one without a prefix is of the country (two letters)."""

    def read(text: str) -> list[str]:
        return _each_once(
            [phone(part, country) for part in re.split(r"[,;\n/]|\s+(?:y|and|o|or)\s+", text) if part.strip()]
        )

    return read


def phone(text: str, country: str) -> str:
    """A number in E.164, also from `0034…`, `600 12 34 56` and what a spreadsheet makes of them."""
    written = re.sub(r"^\s*00", "+", text.strip().removesuffix(".0"))
    if re.search(r"[^\W\d_]", written):
        raise Unreadable("phone")
    try:
        number = phonenumbers.parse(written, country)
        return read_phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    except (phonenumbers.NumberParseException, ValueError):
        raise Unreadable("phone") from None


def addresses(text: str) -> list[str]:
    """One or more e-mail addresses."""
    parts = [part.removeprefix("mailto:").strip("<>") for part in re.split(r"[,;\s]+|\s+(?:y|and)\s+", text) if part]
    try:
        return _each_once([read_address(part) for part in parts if part not in ("y", "and")])
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable("email") from None


def chats(text: str) -> list[str]:
    """Apprise addresses, apart by white space; they may hold commas."""
    parts = text.split()
    if not all(re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", part) for part in parts):
        raise Unreadable("chat")
    return _each_once(parts)


def any_contacts(country: str) -> Callable[[str], list[str]]:
    """Understands contacts of whatever channel; a number without a prefix is of the country."""

    def read(text: str) -> list[str]:
        return _each_once([_any_contact(entry, country) for entry in listed(text)])

    return read


def confirmed(country: str) -> Callable[[str], dict[str, date]]:
    """Understands contacts, each followed by the day on which its person confirmed it."""

    def read(text: str) -> dict[str, date]:
        found: dict[str, date] = {}
        for entry in listed(text):
            contact, _, day = entry.rpartition(" ")
            if not contact:
                raise Unreadable("confirmed")
            found[_any_contact(contact, country)] = _moment(day)[0].date()
        return found

    return read


def areas(text: str) -> list[str]:
    """Functions or areas of steps."""
    try:
        return _each_once([read_area(entry) for entry in listed(text)])
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable("area") from None


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


def number(least: int, most: int) -> Callable[[str], int]:
    """Understands a whole number within these bounds."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,6}", text) or not least <= int(text) <= most:
            raise Unreadable("number", least=least, most=most)
        return int(text)

    return read


def listed(text: str) -> list[str]:
    """The entries of a list; one that holds a comma, a semicolon or a line break stands in quotes."""
    found = []
    for match in _QUOTED.finditer(text):
        quoted, bare, ended = match.groups()
        entry = quoted.replace('""', '"') if quoted is not None else bare.strip()
        if entry or quoted is not None:
            found.append(entry)
        if not ended:
            break
    return found


def list_text(entries: Sequence[str]) -> str:
    """The list as one text that `listed` reads back."""
    return "; ".join(_quoted(entry) for entry in entries)


def names(text: str, known: Callable[[str], str | None]) -> list[str]:
    """The keys of several people in one cell. `known` answers the key of a name; who is unknown stays as said."""
    if text and (alone := known(text)):
        return [alone]
    found: list[str] = []
    for part in listed(text):
        whole = known(part)
        found += [whole] if whole else [known(one) or one for one in _AND.split(part.strip()) if one]
    return found


def _any_contact(text: str, country: str) -> str:
    if "://" in text:
        if len(text.split()) > 1:
            raise Unreadable("chat")
        return chats(text)[0]
    return addresses(text)[0] if "@" in text else phone(text, country)


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


def _quoted(entry: str) -> str:
    if entry and entry == entry.strip() and not re.search(r'[",;\n]', entry):
        return entry
    return '"' + entry.replace('"', '""') + '"'


def _each_once(values: list[str]) -> list[str]:
    seen: set[str] = set()
    for value in values:
        if value.lower() in seen:
            raise Unreadable("value_twice", item=value)
        seen.add(value.lower())
    return values
