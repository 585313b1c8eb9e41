"""The small parts of a company file: keys, contacts, times of day, days, time zones, texts in both languages."""

import re
from datetime import time
from typing import Annotated
from zoneinfo import available_timezones

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

ZONES = available_timezones()
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_phone(value: str) -> str:
    """A telephone number in E.164. Raises ValueError for what cannot be one."""
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        number = None
    # Numbers reserved for fiction are possible, but not valid: they must work in samples and drills.
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError(f'"{value}" is not a phone number; write it with its country, like "+34 600 000 001"')
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def read_address(value: str) -> str:
    """An e-mail address, normalised. Raises ValueError for what cannot be one."""
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        if "special-use or reserved name" in reason and value.count("@") == 1:
            return value.strip()  # example domains: samples and drills need them
        raise ValueError(f'"{value}" is not an e-mail address ({reason}); correct it') from None


def _read_time(value: object) -> object:
    if isinstance(value, int) and 10 * 60 <= value < 24 * 60:
        return time(value // 60, value % 60)  # YAML reads an unquoted 18:00 (not 09:00) as a number of minutes
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    if isinstance(value, time):
        return value
    raise ValueError(f'"{value}" is not a time of day; write it like "09:00"')


def _read_chat(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", value):
        raise ValueError("a chat contact is an Apprise address; write it with its scheme, like tgram://TOKEN/CHAT")
    return value


def _read_days(value: str) -> str:
    if not weekdays(value):
        raise ValueError(f'"{value}" is not a day or a span of days; write it like mon or mon-fri')
    return value


def read_zone(value: str) -> str:
    """The name of a time zone. Raises ValueError for an unknown one."""
    if value not in ZONES:
        raise ValueError(f'"{value}" is not a time zone; write it like Europe/Madrid')
    return value


def weekdays(days: str) -> list[int]:
    """`mon-fri` as 0 to 4; nothing when it cannot be read or runs backwards."""
    first, _, last = days.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        return []
    return list(range(DAYS.index(first), DAYS.index(last or first) + 1))


KEY = re.compile(r"^[a-z0-9]+([.-][a-z0-9]+)*$")
Key = Annotated[str, Field(pattern=KEY.pattern, max_length=60)]
Phone = Annotated[str, AfterValidator(read_phone)]
Address = Annotated[str, AfterValidator(read_address)]
Chat = Annotated[str, AfterValidator(_read_chat)]
TimeOfDay = Annotated[time, BeforeValidator(_read_time)]
Days = Annotated[str, AfterValidator(_read_days)]
Zone = Annotated[str, AfterValidator(read_zone)]


CLOSED = ConfigDict(extra="forbid", frozen=True)
"""Of every group of keys in a company file: one that is not known is a fault."""


class _Part(BaseModel):
    model_config = CLOSED


class BothLanguages(_Part):
    """The same words in both languages."""

    es: str
    en: str


class QuietHours(_Part):
    """A night, in each person's own time zone; it may pass midnight."""

    starts: TimeOfDay
    ends: TimeOfDay
