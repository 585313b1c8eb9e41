"""What one cell means: its text as a phone number, a moment, a choice, a list; or why it cannot be understood."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time
from difflib import get_close_matches

import phonenumbers

from protocol.addresses import read_address, read_feed, read_phone
from protocol.company_parts import KEY, ZONES
from protocol.raci import read_area
from protocol.words import Language
from protocol.workbook.columns import Choices, folded, slug, spoken
from protocol.workbook.faults import Unreadable

_ZONES = {name.casefold(): name for name in ZONES}
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
        return _each_once([any_contact(entry, country) for entry in listed(text)])

    return read


def areas(text: str) -> list[str]:
    """Functions or areas of steps."""
    try:
        return _each_once([read_area(entry) for entry in listed(text)])
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable("area") from None


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


def feeds(text: str) -> list[str]:
    """A list of addresses of feeds."""
    found = []
    for entry in listed(text):
        try:
            found.append(read_feed(entry))
        except ValueError:
            raise Unreadable("feed", item=entry) from None
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


def any_contact(text: str, country: str) -> str:
    """One contact of whatever channel."""
    if "://" in text:
        if len(text.split()) > 1:
            raise Unreadable("chat")
        return chats(text)[0]
    return addresses(text)[0] if "@" in text else phone(text, country)


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
