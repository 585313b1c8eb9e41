"""Recurrences of protocol tasks: the RRULE of RFC 5545, in one spelling, for what happens at most some times a day."""

import re
from datetime import UTC, datetime

from dateutil.rrule import rrulestr

PARTS = (
    "FREQ",
    "UNTIL",
    "COUNT",
    "INTERVAL",
    "BYMINUTE",
    "BYHOUR",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
    "WKST",
)
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
EXAMPLE = "FREQ=WEEKLY;BYDAY=MO"
_UNTIL = re.compile(r"\d{8}T\d{6}Z")
_ANY_DAY = datetime(2026, 1, 1, 9, tzinfo=UTC)


def read_rule(value: str) -> str:
    """The rule in one spelling; nothing for nothing. Raises ValueError for what is none."""
    text = re.sub(r"\s", "", value).upper().removeprefix("RRULE:").rstrip(";")
    if not text:
        return ""
    pairs = [part.partition("=") for part in text.split(";")]
    parts = {name: said for name, _, said in pairs}
    if len(parts) < len(pairs) or not {*parts} <= {*PARTS} or not all(parts.values()):
        raise ValueError(f'"{value}" is not a recurrence; write an RRULE like {EXAMPLE}')
    if parts.get("FREQ") not in FREQUENCIES:
        raise ValueError(f'"{value}" needs a frequency; write FREQ= and one of: {", ".join(FREQUENCIES)}')
    if "UNTIL" in parts and not _UNTIL.fullmatch(parts["UNTIL"]):
        raise ValueError(f'"{value}" must end at a moment in UTC; write UNTIL=20261231T230000Z')
    rule = ";".join(f"{name}={_spelled(name, parts[name])}" for name in PARTS if name in parts)
    try:
        rrulestr(rule, dtstart=_ANY_DAY)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f'"{value}" is not a recurrence; write an RRULE like {EXAMPLE}') from None
    return rule


def _spelled(name: str, said: str) -> str:
    """Numbers without leading zeros or a plus."""
    return said if name == "UNTIL" else re.sub(r"(?<!\d)\+?0*(?=\d)", "", said)
