"""What the cells of a rule mean: numbers, spans of time, limits."""

import re
from collections.abc import Callable

from monitoring.levels import LEAVE
from monitoring.parameters import Band
from monitoring.workbook.choices import NEED_WORDS
from protocol.workbook.cells import plain
from protocol.workbook.columns import folded, slug
from protocol.workbook.faults import Unreadable

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_SPAN = re.compile(r"([1-9]\d{0,3}) ?(m|h|d|min|minutos?|minutes?|hrs?|horas?|hours?|dias?|days?)")
Number = int | float


def rule_key(text: str) -> str:
    """The key of a rule, in small letters."""
    small = text.lower()
    if not _KEY.fullmatch(small) or len(small) > 60:
        raise Unreadable("rule_key", choices=slug(text) or "mentions-burst")
    return small


def decimal(value: object) -> Number:
    """A number as a spreadsheet keeps it, or written with a point or a comma; one that may mean thousands is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if float(value).is_integer() else value
    text = plain(value)
    if not _NUMBER.fullmatch(text) or _THOUSANDS.fullmatch(text):
        raise Unreadable("decimal")
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def number_text(number: Number) -> Number | str:
    """A number as a cell that `decimal` reads back, whether a spreadsheet or a text keeps it."""
    whole = int(number) if float(number).is_integer() else number
    return f"{whole}0" if _THOUSANDS.fullmatch(str(whole)) else whole


def span(text: str) -> str:
    """A span of time as a rules file says it: `2h` of `2 h`, `2 horas` and `2 hours`."""
    found = _SPAN.fullmatch(folded(text))
    if found is None:
        raise Unreadable("span")
    return found[1] + found[2][0]


def limit(value: object) -> Number | dict[str, Number]:
    """A limit, or where a level is entered and where it is left: `4 / 3`."""
    if not isinstance(value, str) or "/" not in value:
        return _side(value)
    enter, leave = (part.strip() for part in value.split("/", 1))
    return {"enter": _side(enter), "leave": _side(leave)}


def limit_text(band: Band) -> Number | str:
    """A limit as a cell that `limit` reads back."""
    enter = number_text(band.enter)
    return enter if band.leave == band.enter * LEAVE else f"{enter} / {number_text(band.leave)}"


def need(text: str) -> str | int:
    """How many signals a combination needs."""
    if re.fullmatch(r"[1-9][0-9]{0,2}", text):
        return int(text)
    found = next((one.value for one in NEED_WORDS if folded(text) in one.names()), None)
    if found is None:
        raise Unreadable("need")
    return found


def _side(value: object) -> Number:
    try:
        return decimal(value)
    except Unreadable:
        raise Unreadable("band") from None


SPANS = ("window", "baseline", "half_life", "sustained", "hold", "clear", "within")
TEXTS = ("unit", "of")
READERS: dict[str, Callable[[str], object]] = {**dict.fromkeys(SPANS, span), "need": need}
"""How the columns are understood that hold one parameter as text; `minimum` and the levels are numbers."""
