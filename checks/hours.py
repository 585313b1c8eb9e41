"""Every hour of the next 30 days, and the spans of it in which something is missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol import rota
from protocol.people import Absence

DAYS = 30
HOUR = timedelta(hours=1)
SHOWN = 3


@dataclass(frozen=True)
class Gap:
    """A span in which something is missing."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Hours:
    """The hours to sample. `fresh` are those that may differ from the hour before: who is there changed."""

    moments: Sequence[datetime]
    fresh: frozenset[datetime]

    def gaps(self, missing: Callable[[datetime], bool]) -> list[Gap]:
        """The spans of hours in which it is missing."""
        found: list[Gap] = []
        gone = False
        for moment in self.moments:
            was, gone = gone, missing(moment) if moment in self.fresh else gone
            if gone and not was:
                found.append(Gap(moment, moment + HOUR))
            elif gone:
                found[-1] = Gap(found[-1].starts, moment + HOUR)
        return found


def next_hours(session: Session, now: datetime) -> Hours:
    """The hours from now on."""
    moments = [now + number * HOUR for number in range(DAYS * 24)]
    absences = (edge for absence in session.scalars(select(Absence)) for edge in (absence.starts, absence.ends))
    edges = [*absences, *rota.edges(session)]
    fresh = {after for before, after in pairwise(moments) if any(before < edge <= after for edge in edges)}
    return Hours(moments, frozenset({now, *fresh}))


def in_words(gaps: Sequence[Gap]) -> str:
    """`from 2026-03-03 21:00 to 2026-03-05 09:00 UTC`, the first few of them."""
    spans = [f"from {gap.starts:%Y-%m-%d %H:%M} to {gap.ends:%Y-%m-%d %H:%M} UTC" for gap in gaps[:SHOWN]]
    more = f" and {len(gaps) - SHOWN} more times" if len(gaps) > SHOWN else ""
    return ", ".join(spans) + more
