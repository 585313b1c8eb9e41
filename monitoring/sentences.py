"""How a rule says its numbers."""

import math
from datetime import timedelta

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))


def amount(value: float) -> str:
    """A count as people read it: `1,254`, `12`, `0.4`."""
    return f"{value:,.0f}" if value >= 10 or value.is_integer() else f"{value:.1f}"


def multiple(ratio: float) -> str:
    """A ratio with one decimal, rounded down, so that it never shows a limit that was not reached."""
    return f"{math.floor(ratio * 10) / 10:,.1f}"


def last(span: timedelta) -> str:
    """`the last hour`, `the last 15 minutes`, `the last 3 days`, in the largest unit that fits; whole minutes."""
    seconds = round(span.total_seconds() / 60) * 60
    for unit, length in _UNITS:
        if seconds % length == 0:
            number = seconds // length
            return f"the last {unit}" if number == 1 else f"the last {number} {unit}s"
    raise ValueError(f"{span} has no name")
