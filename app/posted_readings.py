"""Readings as sources post them: JSON or NDJSON, judged line by line."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.posted_lines import NOT_JSON, NOT_JSON_LINE, LineFault, posted_items, posted_moment
from monitoring.intake import future_fault
from monitoring.readings import HIGHEST, ReadingValue
from protocol.words import Remedy

LONGEST_SERIES = 200


@dataclass(frozen=True)
class Posted:
    """What can be taken in, and what cannot."""

    readings: tuple[ReadingValue, ...]
    faults: tuple[LineFault, ...]


def read_posted(body: bytes, by_line: bool, now: datetime, ahead: timedelta) -> Posted:
    """Reads a body. Raises Remedy for one that is no JSON at all; a broken line leaves the others standing."""
    items = posted_items(body, by_line, "reading")
    judged = [(number, _judged(item, now, ahead)) for number, item in items]
    return Posted(
        readings=tuple(found for _, found in judged if isinstance(found, ReadingValue)),
        faults=tuple(LineFault(number, found) for number, found in judged if isinstance(found, str)),
    )


def _judged(item: Any, now: datetime, ahead: timedelta) -> ReadingValue | str:
    if item is NOT_JSON:
        return NOT_JSON_LINE
    if not isinstance(item, dict):
        return 'a reading is an object like {"series": "mentions", "at": "2026-03-03T21:05:00Z", "value": 12}.'
    try:
        reading = ReadingValue(_series(item.get("series")), posted_moment(item.get("at")), _count(item.get("value")))
    except Remedy as fault:
        return str(fault)
    return future_fault(reading, now, ahead) or reading


def _series(value: Any) -> str:
    # A control character or half a surrogate cannot be stored by every database.
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_SERIES or not value.isprintable():
        raise Remedy(f"series must be a name of 1 to {LONGEST_SERIES} printable characters; give one.")
    return value


def _count(value: Any) -> float:
    # The comparison is false for NaN too.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= HIGHEST:
        raise Remedy(f"value must be a number from 0 to {HIGHEST:g}; correct it.")
    return float(value)
