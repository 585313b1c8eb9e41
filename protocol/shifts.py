"""Turns of a rotation by the clocks of its time zone: nine o'clock stays nine o'clock when the clocks change."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
LAST_MINUTE = time(23, 59)
"""Hours until then last until midnight: people have no way to write 24:00."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Turn:
    """The how-manieth turn it is, from 0, and its span in UTC."""

    number: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Shift:
    """Hours of a weekday (0 is Monday), as clocks show them. What ends no later than it starts ends the next day."""

    weekday: int
    starts: time
    ends: time

    def span(self, day: date, zone: str) -> Span:
        """The shift that begins on a day, in UTC. Empty where the clocks jump over all of it."""
        till_midnight = self.ends >= LAST_MINUTE
        last = day if self.starts < self.ends and not till_midnight else day + DAY
        ends = datetime.combine(last, time() if till_midnight else self.ends)
        return moment_of(datetime.combine(day, self.starts), zone), moment_of(ends, zone)


@dataclass(frozen=True)
class Pattern:
    """When hand-overs are: from the first `weekday` on or after `starts`, every so many hours as clocks show them.

    With `shifts` somebody is on turn within them only.
    """

    time_zone: str
    hand_over: time
    hours: int
    starts: date
    ends: date | None = None
    weekday: int | None = None
    shifts: tuple[Shift, ...] = ()

    def turn_at(self, at: datetime) -> Turn | None:
        """The turn of a moment; None before the first one and after the end. A hand-over belongs to the new turn."""
        try:
            return self._turn_at(at)
        except OverflowError:  # beyond the years that there are
            return None

    def part_at(self, at: datetime) -> Turn | None:
        """What the shifts leave of the turn of a moment, around it; None outside of them, and when it is nobody's turn.

        It may begin earlier than it says, never end later.
        """
        turn = self.turn_at(at)
        if turn is None or not self.shifts:
            return turn
        day_before = _shown(at, self.time_zone).date() - DAY  # its shifts may pass midnight
        begun = takewhile(lambda part: part.starts <= at, self.parts(turn, day_before))
        return next((part for part in begun if at < part.ends), None)

    def parts(self, turn: Turn, since: date = date.min) -> Iterator[Turn]:
        """What the shifts that begin on a day or later leave of a turn, in order; what touches is one."""
        if not self.shifts:
            yield turn
            return
        part: Turn | None = None
        for starts, ends in self._within(turn, since):
            if part is not None and starts <= part.ends:
                part = replace(part, ends=max(part.ends, ends))
                continue
            if part is not None:
                yield part
            part = Turn(turn.number, starts, ends)
        if part is not None:
            yield part

    def shift_edges(self, starts: datetime, ends: datetime) -> Iterator[datetime]:
        """The moments of a span at which shifts begin and end."""
        if self.shifts:
            spans = self._spans(_shown(starts, self.time_zone).date() - DAY)
            for span in takewhile(lambda span: span[0] < ends, spans):
                yield from span

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

    def _within(self, turn: Turn, since: date) -> Iterator[Span]:
        spans = self._spans(max(since, _shown(turn.starts, self.time_zone).date() - DAY))
        for starts, ends in takewhile(lambda span: span[0] < turn.ends, spans):
            if max(starts, turn.starts) < min(ends, turn.ends):
                yield max(starts, turn.starts), min(ends, turn.ends)

    def _spans(self, day: date) -> Iterator[Span]:
        """Of all shifts from a day on, without end, in the order in which they begin."""
        while True:
            today = (shift for shift in self.shifts if shift.weekday == day.weekday())
            yield from sorted(shift.span(day, self.time_zone) for shift in today)
            day += DAY

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
