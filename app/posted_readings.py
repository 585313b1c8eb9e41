"""Readings as sources post them, judged one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.posted import Faults, fault_of, read_moment, read_name
from monitoring.intake import future_fault
from monitoring.readings import HIGHEST, ReadingValue
from protocol.words import Remedy

LONGEST_SERIES = 200
LONGEST_SOURCE = 200


@dataclass(frozen=True)
class Posted:
    """What can be taken in, and what cannot."""

    readings: tuple[ReadingValue, ...]
    faults: Faults


def judged(items: Iterable[tuple[int, Any]], now: datetime, ahead: timedelta) -> Posted:
    """The readings in some items; a broken one leaves the others standing."""
    readings, faults = [], Faults()
    latest = now + ahead
    for number, item in items:
        try:
            reading = _reading(item)
        except Remedy as fault:
            faults.note(number, str(fault))
            continue
        if reading.at > latest:
            faults.note(number, future_fault(reading, now, ahead) or "")
            continue
        readings.append(reading)
    return Posted(tuple(readings), faults)


def _reading(item: Any) -> ReadingValue:
    if isinstance(item, dict):
        get = item.get
        series = read_name(get("series"), "series", LONGEST_SERIES)
        at, value = read_moment(get("at")), read_value(get("value"))
        source = get("source")
        return ReadingValue(series, at, value, read_name(source, "source", LONGEST_SOURCE, 0) if source else "")
    raise Remedy(
        fault_of(item)
        or 'a reading is an object like {"series": "mentions", "at": "2026-03-03T21:05:00Z", "value": 12}.'
    )


def read_value(value: Any, what: str = "value") -> float:
    """A count that may be stored. Raises Remedy for anything else."""
    # The comparison is false for NaN too.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= HIGHEST:
        raise Remedy(f"{what} must be a number from 0 to {HIGHEST:g}; correct it.")
    return float(value)
