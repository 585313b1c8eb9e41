"""Turns of a rotation by the clocks of its time zone: nine o'clock stays nine o'clock when the clocks change."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Turn:
    """The how-manieth turn it is, from 0, and its span in UTC."""

    number: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Pattern:
    """When hand-overs are: from the first `weekday` on or after `starts`, every so many hours as clocks show them."""

    time_zone: str
    hand_over: time
    hours: int
    starts: date
    ends: date | None = None
    weekday: int | None = None

    def turn_at(self, at: datetime) -> Turn | None:
        """The turn of a moment; None before the first one and after the end. A hand-over belongs to the new turn."""
        try:
            return self._turn_at(at)
        except OverflowError:  # beyond the years that there are
            return None

    def start_of(self, number: int) -> datetime:
        """The moment at which a turn begins, in UTC."""
        return moment_of(self._first + number * timedelta(hours=self.hours), self.time_zone)

    def _turn_at(self, at: datetime) -> Turn | None:
        number = (_shown(at, self.time_zone) - self._first) // timedelta(hours=self.hours)
        while self.start_of(number) > at:
            number -= 1
        while self.start_of(number + 1) <= at:
            number += 1
        over = self._over
        if number < 0 or (over is not None and at >= over):
            return None
        ends = self.start_of(number + 1)
        return Turn(number, self.start_of(number), min(ends, over) if over else ends)

    @property
    def _first(self) -> datetime:
        days = 0 if self.weekday is None else (self.weekday - self.starts.weekday()) % 7
        return datetime.combine(self.starts + timedelta(days=days), self.hand_over)

    @property
    def _over(self) -> datetime | None:
        if self.ends is None:
            return None
        return moment_of(datetime.combine(self.ends, self.hand_over), self.time_zone)


@lru_cache(maxsize=4096)
def moment_of(shown: datetime, zone: str) -> datetime:
    """When clocks show this, in UTC: the first time of two, and when they jump over it, the moment of the jump."""
    clocks = ZoneInfo(zone)
    moment = shown.replace(tzinfo=clocks, fold=0).astimezone(UTC)
    if _shown(moment, zone) == shown:
        return moment
    before, after = shown.replace(tzinfo=clocks, fold=1).astimezone(UTC), moment
    offset = before.astimezone(clocks).utcoffset()
    while after - before > SECOND:
        middle = before + ((after - before) // 2 // SECOND) * SECOND
        if middle.astimezone(clocks).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _shown(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
