"""Mentions of what the protocol follows, counted by minute; of a mention itself nothing is stored."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from monitoring import seen
from monitoring.breaches import Doors
from monitoring.followed import Followed
from monitoring.intake import AHEAD, take_counts
from monitoring.readings import CountValue
from monitoring.rows import Breach

MOST_REACH = 1_000_000_000
NEGATIVE = -0.05
"""A sentiment at or below this is negative; the compound score of VADER is read so."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that was said somewhere. Text and author are personal data: they are looked at and forgotten.

    `channels` are the listening channels whose lists it is held against; none: those of all. Without an `id` it is
    told from others by source, author, moment and text. Reach is how many people may have seen it.
    """

    source: str
    at: datetime
    text: str
    id: str = ""
    author: str = ""
    channels: frozenset[str] = frozenset()
    reach: int = 0
    sentiment: float | None = None

    @property
    def print(self) -> seen.Print:
        """What it is known by when it comes again."""
        if self.id:
            return self.source, seen.digest("id", self.id)
        return self.source, seen.digest("text", self.author, self.at.isoformat(), self.text)


@dataclass(frozen=True)
class Counted:
    """How many mentions were counted, came again, or hold nothing that is followed; and the breaches they caused."""

    counted: int
    repeated: int
    unmatched: int
    breaches: tuple[Breach, ...]


def count_mentions(
    session: Session, followed: Followed, mentions: Iterable[Mention], now: datetime, doors: Doors
) -> Counted:
    """Counts each mention once in its series, and marks it as seen, in the caller's write.

    One that holds nothing that is followed leaves no trace; it counts if it comes again after the lists have grown.
    """
    every = list(mentions)
    matched = [(one, series) for one in every if (series := followed.series_of(one.text, one.channels))]
    first = {one.print: (one, series) for one, series in reversed(matched)}
    # All are marked before any rule is locked, in one order: no two writers wait for each other crosswise.
    fresh = seen.mark(session, first, now)
    counts = [count for told in sorted(fresh) for count in _counts(*first[told])]
    breaches = take_counts(session, counts, now, doors).breaches
    return Counted(len(fresh), len(matched) - len(fresh), len(every) - len(matched), breaches)


def mention_fault(at: datetime, now: datetime, ahead: timedelta = AHEAD) -> str | None:
    """What is wrong with the moment of a mention; None when it may be counted."""
    if at > now + ahead:
        minutes = round((at - now) / timedelta(minutes=1))
        return f"at lies {minutes:,} minutes in the future; set the clock of its source, or its time zone."
    if at < now - seen.REMEMBERED:
        days = seen.REMEMBERED.days
        return f"at lies more than {days} days back, where nobody knows whether it was counted; post readings instead."
    return None


def _counts(mention: Mention, series: Iterable[str]) -> Iterator[CountValue]:
    negative = mention.sentiment is not None and mention.sentiment <= NEGATIVE
    for name in series:
        yield CountValue(name, mention.at, 1)
        if negative:
            yield CountValue(f"{name}.negative", mention.at, 1)
        if mention.reach:
            yield CountValue(f"{name}.reach", mention.at, mention.reach)
