"""The small parts of a company file: keys, contacts, times of day, days, time zones, texts in both languages."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, time
from itertools import groupby
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from protocol.addresses import read_address, read_chat, read_feed, read_phone

ZONES = available_timezones()
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _read_time(value: object) -> object:
    if isinstance(value, int) and 10 * 60 <= value < 24 * 60:
        return time(value // 60, value % 60)  # YAML reads an unquoted 18:00 (not 09:00) as a number of minutes
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:00)?", value):
        return time.fromisoformat(value)
    if isinstance(value, time):
        return value
    raise ValueError(f'"{value}" is not a time of day; write it like "09:00"')


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


def day_spans(hours: Iterable[tuple[int, time, time]]) -> list[tuple[str, time, time]]:
    """Hours of weekdays as people write them: days that follow one another with the same hours are one span."""
    days: dict[tuple[time, time], set[int]] = defaultdict(set)
    for weekday, starts, ends in hours:
        days[starts, ends].add(weekday)
    found = []
    for (starts, ends), same in days.items():
        for _, run in groupby(enumerate(sorted(same)), lambda pair: pair[1] - pair[0]):
            together = [weekday for _, weekday in run]
            found.append((together[0], starts, ends, together[-1]))
    return [
        (DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}", starts, ends)
        for first, starts, ends, last in sorted(found)
    ]


KEY = re.compile(r"^[a-z0-9]+([.-][a-z0-9]+)*$")
Key = Annotated[str, Field(pattern=KEY.pattern, max_length=60)]
Phone = Annotated[str, AfterValidator(read_phone)]
Address = Annotated[str, AfterValidator(read_address)]
Chat = Annotated[str, AfterValidator(read_chat)]
Feed = Annotated[str, AfterValidator(read_feed)]
TimeOfDay = Annotated[time, BeforeValidator(_read_time)]
Days = Annotated[str, AfterValidator(_read_days)]
Zone = Annotated[str, AfterValidator(read_zone)]


CLOSED = ConfigDict(extra="forbid", frozen=True)
"""Of every group of keys in a company file: one that is not known is a fault."""


class _Part(BaseModel):
    model_config = CLOSED


class KeptEntry(_Part):
    """An entry that somebody keeps up to date."""

    owner: Key | None = Field(default=None, description="Who keeps it up to date: a role or a member.")
    review: date | None = Field(default=None, description="The day by which it is to be looked at again.")


class BothLanguages(_Part):
    """The same words in both languages."""

    es: str
    en: str


class QuietHours(_Part):
    """A night, in each person's own time zone; it may pass midnight."""

    starts: TimeOfDay
    ends: TimeOfDay
