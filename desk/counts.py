"""Inquiries as counts by the minute: all of them, by reason and by channel, for monitoring to watch."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from desk.rows import Inquiry

SERIES = "inquiries"


@dataclass(frozen=True)
class Count:
    """So many inquiries of a series in the minute that begins at `at`, to be added to what it has."""

    series: str
    at: datetime
    number: int


def counted(inquiries: Iterable[Inquiry]) -> list[Count]:
    """By series and minute how many of these came: `inquiries`, `inquiries.REASON` and `inquiries.CHANNEL`."""
    found: Counter[tuple[str, datetime]] = Counter()
    for inquiry in inquiries:
        minute = inquiry.at.replace(second=0, microsecond=0)
        found.update((series, minute) for series in series_of(inquiry))
    return [Count(series, at, number) for (series, at), number in sorted(found.items())]


def series_of(inquiry: Inquiry) -> list[str]:
    """The series that an inquiry counts in, each once, though a reason may be called like a channel."""
    return list(dict.fromkeys((SERIES, f"{SERIES}.{inquiry.reason}", f"{SERIES}.{inquiry.channel}")))
