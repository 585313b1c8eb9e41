"""What one cell of the calendar means: a hand-over, a length, a recurrence, a place with its public holidays."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from protocol.calendar_format import INHERIT, ShiftEntry, length_text, read_length
from protocol.company_format import Hours
from protocol.company_parts import DAYS
from protocol.free_days import NONE, read_place
from protocol.recurrence import EXAMPLE, read_rule
from protocol.words import Language
from protocol.workbook.choices import PLACES
from protocol.workbook.columns import folded, spoken
from protocol.workbook.faults import Unreadable
from protocol.workbook.time_cells import DAY_WORDS, day_spans, first_moment

SPANISH_DAYS = dict(zip(DAYS, ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"), strict=True))
_SPANISH_UNITS = {
    "week": ("semana", "semanas"),
    "day": ("día", "días"),
    "hour": ("hora", "horas"),
}
_UNIT_WORDS = {
    **{folded(word): unit for unit, words in _SPANISH_UNITS.items() for word in words},
    **{word: unit for unit in _SPANISH_UNITS for word in (unit, f"{unit}s")},
    "h": "hour",
    "d": "day",
}
_LENGTH = re.compile(r"\s*(\d{1,4})\s*([^\W\d_]+)\.?\s*")
_HAND_OVER = re.compile(r"\s*(?:([^\W\d_]+)\.?,?\s+)?(?:(?:a las|at)\s+)?(\d{1,2})(?:[:.h](\d{2}))?(?::00)?\s*h?\s*")
_OFTEN = {
    "FREQ=DAILY": ("cada dia", "diario", "diaria", "todos los dias", "daily", "every day"),
    "FREQ=WEEKLY": ("cada semana", "semanal", "weekly", "every week"),
    "FREQ=MONTHLY": ("cada mes", "mensual", "monthly", "every month"),
    "FREQ=YEARLY": ("cada ano", "anual", "yearly", "every year"),
}
_RULES = {word: rule for rule, words in _OFTEN.items() for word in words}


def hand_over(text: str) -> tuple[str | None, time]:
    """`lun 09:00` as a weekday and a time; `09:00` has no weekday."""
    found = _HAND_OVER.fullmatch(text)
    day = DAY_WORDS.get(folded(found[1])[:3]) if found and found[1] else None
    if found is None or (found[1] and day is None) or not (int(found[2]) < 24 and int(found[3] or 0) < 60):
        raise Unreadable("hand_over")
    return day, time(int(found[2]), int(found[3] or 0))


def hand_over_text(weekday: str | None, moment: time, language: Language) -> str:
    """The same as people write it."""
    day = SPANISH_DAYS[weekday] if weekday and language is Language.ES else weekday
    return f"{day} {moment:%H:%M}" if day else f"{moment:%H:%M}"


def length(text: str) -> str:
    """`2 semanas` or `2 weeks`, in the spelling of the company file."""
    found = _LENGTH.fullmatch(text)
    unit = _UNIT_WORDS.get(folded(found[2])) if found else None
    if found is None or unit is None:
        raise Unreadable("length")
    try:
        return read_length(f"{found[1]} {unit}")
    except ValueError:
        raise Unreadable("length") from None


def spoken_length(hours: int, language: Language) -> str:
    """The length in words of one language."""
    number, unit = length_text(hours).split()
    one, more = _SPANISH_UNITS[unit.removesuffix("s")]
    return f"{number} {unit}" if language is Language.EN else f"{number} {one if number == '1' else more}"


def shifts(text: str) -> list[ShiftEntry]:
    """`lun-vie 08:00-20:00; sáb-dom 22-6`: hours within which a rotation works."""
    try:
        return [ShiftEntry(days=days, starts=starts, ends=ends) for days, starts, ends in day_spans(text)]
    except Unreadable:
        raise Unreadable("shifts") from None


def hours_text(hours: Sequence[Hours | ShiftEntry], language: Language) -> str:
    """Hours of days as people write them."""
    return "; ".join(f"{_days(one.days, language)} {one.starts:%H:%M}-{one.ends:%H:%M}" for one in hours)


def rule(text: str) -> str:
    """`cada semana`, or an RRULE."""
    try:
        return _RULES.get(folded(text)) or read_rule(text)
    except ValueError:
        raise Unreadable("recurrence", choices=EXAMPLE) from None


def place(text: str) -> str:
    """A country or a region, or one of the two words instead of one."""
    word = next((choice.value for choice in PLACES if folded(text) in choice.names()), None)
    try:
        return word or read_place(text)
    except ValueError:
        raise Unreadable("holidays") from None


def place_text(said: str, language: Language) -> str:
    """The same as people write it."""
    return spoken(PLACES, said, language) if said in (NONE, INHERIT) else said


def day(value: object) -> date:
    """A day without an hour."""
    moment = first_moment(value)
    if moment.tzinfo or moment.time() != time():
        raise Unreadable("day")
    return moment.date()


def shown(value: object) -> datetime:
    """A moment as clocks show it, without a time zone."""
    moment = first_moment(value)
    if moment.tzinfo:
        raise Unreadable("moment_zone")
    return moment


def _days(days: str, language: Language) -> str:
    spanish = language is Language.ES
    return re.sub(r"[a-z]+", lambda day: SPANISH_DAYS[day.group()], days) if spanish else days
