"""The calendar in a company file: rotations, overrides, protocol tasks, and whose public holidays people have."""

import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from protocol.company_parts import CLOSED, BothLanguages, Days, KeptEntry, Key, TimeOfDay, Zone
from protocol.free_days import NONE, read_place
from protocol.recurrence import read_rule
from protocol.words import Rest

INHERIT = "inherit"
"""Instead of a place: the team's public holidays, or else the company's."""

UNITS = {"week": 168, "day": 24, "hour": 1}
LONGEST = 52 * 168


def read_length(value: str) -> str:
    """How long a turn is, in one spelling. Raises ValueError for what is no length."""
    found = re.fullmatch(r"\s*(\d{1,4})\s*(week|day|hour)s?\s*", value)
    hours = int(found[1]) * UNITS[found[2]] if found else 0
    if not 1 <= hours <= LONGEST:
        raise ValueError(f'"{value}" is not a length of up to a year; write it like 1 week, 2 days or 12 hours')
    return length_text(hours)


def length_text(hours: int) -> str:
    """`1 week`, `36 hours`: in the largest unit that fits."""
    unit, size = next((unit, size) for unit, size in UNITS.items() if hours % size == 0)
    number = hours // size
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def length_hours(length: str) -> int:
    """The hours of a length that `read_length` gave."""
    number, unit = length.split()
    return int(number) * UNITS[unit.removesuffix("s")]


def read_holidays(value: str) -> str:
    """A place, or one of the two words instead of one. Raises ValueError for an unknown one."""
    return value if value in (NONE, INHERIT) else read_place(value)


def _read_no(value: object) -> object:
    return "NO" if value is False else value  # YAML reads the code of Norway as a no


def _read_off(value: object) -> object:
    return "off" if value is False else value  # YAML reads off as a no


def _without_zone(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise ValueError(f'"{value.isoformat(" ")}" names a time zone; leave it out, time_zone says it')
    return value


Holidays = Annotated[str, BeforeValidator(_read_no), AfterValidator(read_holidays)]
AtRest = Annotated[Rest, BeforeValidator(_read_off)]
Length = Annotated[str, AfterValidator(read_length)]
Rule = Annotated[str, AfterValidator(read_rule)]
Shown = Annotated[datetime, AfterValidator(_without_zone)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class _Part(BaseModel):
    model_config = CLOSED


class ShiftEntry(_Part):
    """Hours on one day or a span of days; a night passes midnight and belongs to the day on which it starts."""

    days: Days
    starts: TimeOfDay
    ends: TimeOfDay


class RotationEntry(KeptEntry):
    """Members who take turns for a role or a team, in this order, by the clocks of the rotation's own time zone."""

    key: Key
    role: Key | None = None
    team: Key | None = None
    members: list[Key] = Field(min_length=1)
    time_zone: Zone
    hand_over: TimeOfDay
    weekday: Weekday | None = None
    length: Length
    starts: date
    ends: date | None = Field(default=None, description="Over at the hand-over of this day.")
    on_holidays: AtRest = Rest.WORK
    outside_hours: AtRest = Rest.WORK
    shifts: list[ShiftEntry] = Field(default=[], description="Only within these hours. Left out: at all hours.")


class OverrideEntry(_Part):
    """Somebody on duty instead of whose turn it is; a moment without time zone is of the rotation's."""

    rotation: Key
    member: Key
    starts: datetime
    ends: datetime
    why: str = ""


class TaskEntry(KeptEntry):
    """A planned protocol task of a role or a member, once or by an RRULE, by the clocks of its own time zone."""

    key: Key
    names: BothLanguages
    role: Key | None = None
    member: Key | None = None
    place: str = ""
    starts: Shown
    time_zone: Zone
    recurrence: Rule = ""
    reminder: int | None = Field(default=None, ge=0, le=40_320, description="Minutes before.")
