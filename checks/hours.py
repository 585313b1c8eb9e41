"""The next 30 days, from one change of who is there to the next, and the spans in which something is missing."""

from bisect import bisect
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol import rota
from protocol.people import Absence
from protocol.words import Language

DAYS = timedelta(days=30)
SHOWN = 3
_SAID = {
    Language.EN: ("from {starts:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} UTC", " and {number} more times"),
    Language.ES: ("del {starts:%Y-%m-%d %H:%M} al {ends:%Y-%m-%d %H:%M} UTC", " y {number} veces más"),
}


@dataclass(frozen=True)
class Gap:
    """A span in which something is missing."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Hours:
    """The moments at which other people may be there than before, from now to the end of the span, both included.

    `states`, one for each moment: where it is the same, so is everybody who may be asked, and one look is enough.
    """

    moments: Sequence[datetime]
    states: Sequence[Hashable]

    def gaps(self, missing: Callable[[datetime], bool]) -> list[Gap]:
        """The spans in which it is missing; what follows without a break is one."""
        found: list[Gap] = []
        known: dict[Hashable, bool] = {}
        for state, (moment, after) in zip(self.states, pairwise(self.moments), strict=False):
            if state not in known:
                known[state] = missing(moment)
            if not known[state]:
                continue
            if found and found[-1].ends == moment:
                found[-1] = Gap(found[-1].starts, after)
            else:
                found.append(Gap(moment, after))
        return found


def next_hours(session: Session, now: datetime) -> Hours:
    """The next 30 days."""
    end = now + DAYS
    absences = (edge for absence in session.scalars(select(Absence)) for edge in (absence.starts, absence.ends))
    edges = _between(now, end, (*absences, *rota.edges(session)))
    limited = rota.limited(session)
    shifts = (edge for pattern in limited for edge in pattern.shift_edges(now, end))
    moments = [now, *_between(now, end, (*edges, *shifts)), end]
    return Hours(
        moments, [(bisect(edges, at), *(pattern.part_at(at) is None for pattern in limited)) for at in moments]
    )


def in_words(gaps: Sequence[Gap], language: Language = Language.EN) -> str:
    """`from 2026-03-03 21:00 to 2026-03-05 09:00 UTC`, the first few of them."""
    span, rest = _SAID[language]
    spans = [span.format(starts=gap.starts, ends=gap.ends) for gap in gaps[:SHOWN]]
    more = rest.format(number=len(gaps) - SHOWN) if len(gaps) > SHOWN else ""
    return ", ".join(spans) + more


def _between(now: datetime, end: datetime, edges: Iterable[datetime]) -> list[datetime]:
    return sorted({edge for edge in edges if now < edge < end})
