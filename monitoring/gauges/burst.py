"""The burst gauge: is what is being said now rare for this series, over five minutes and over three hours alike?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from math import expm1, inf, log, log1p, prod, sqrt
from typing import Any

from monitoring.gauges.base import Gauge, Measure
from monitoring.gauges.highs import Highs
from monitoring.gauges.hours import Hours
from monitoring.gauges.tail import Tail

YELLOW, ORANGE, RED = 2.1, 3.0, 4.0
"""Levels of the score. Chosen in docs/decisions/0019 on the series of bench/listening."""

STEP = timedelta(minutes=5)
WINDOWS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))
HALF_LIFE = timedelta(days=14)  # after which what was learned weighs half
TAIL_SHARE = 0.1  # of all steps, that count as the tail
PRIOR = timedelta(minutes=150)  # of a tail, assumed beforehand, lest the first days promise what they do not know
SMALL = 2.0  # counts of five minutes are raised by so much before they are compared; those of a window by its root more
MINIMUM = 5.0  # fewer in the longest window are never a burst
DAYS, WEEKS = 5, 4  # over which the usual of an hour is a mean
WARM_UP = timedelta(days=1)
REFIT = timedelta(hours=1)
TOLD = 1.0  # from this score on it is told since when the count is the highest; finding out costs a little
_ERA = 16  # half-lives after which all weights are made lighter, so that they stay within their numbers
_GRAIN = 1024  # counts are kept in 1024ths: their sums are then exact, whatever order they arrive in


class BurstGauge(Gauge):
    """How rare the counts of all windows are: the geometric mean of −log10 of the share of steps that reach them.

    A step is learned when it has left the longest window, so that a burst is not compared with itself and counts may
    arrive in any order within that window. A silent feed teaches zeros for as long as the longest window, then nothing.
    Fewer than `minimum` counts in the longest window score 0. `step` divides the hour and every window.
    """

    def __init__(
        self,
        *,
        step: timedelta = STEP,
        windows: Sequence[timedelta] = WINDOWS,
        half_life: timedelta = HALF_LIFE,
        tail_share: float = TAIL_SHARE,
        prior: timedelta = PRIOR,
        small: float = SMALL,
        minimum: float = MINIMUM,
    ) -> None:
        self._seconds = round(step.total_seconds())
        self._windows = tuple(windows)
        self._sizes = tuple(max(1, round(window / step)) for window in windows)
        self._longest = max(self._sizes)
        self._half_life = half_life
        self._half_steps = round(half_life / step)
        self._warm = round(WARM_UP / step)
        self._refit = max(1, round(REFIT / step))
        self._minimum = minimum
        self._counts = [0.0] * (2 * self._longest)
        self._heard = [False] * (2 * self._longest)
        self._now: int | None = None
        self._first = 0
        self._silent = 0
        self._taught = 0
        self._limit = inf  # the height that one step teaches the hours at most: a burst is not usual
        self._era = 0  # at its beginning a step weighs 1; eras are the same for every series, whenever it began
        self._floors = [small * sqrt(window / STEP) for window in windows]
        self._a_step = small * (step / STEP)
        self._tails = [Tail(tail_share, prior / step) for _ in windows]
        self._highs = [Highs() for _ in windows]
        self._day = Hours(24, DAYS, self._seconds)
        self._week = Hours(7 * 24, WEEKS, self._seconds)
        self._measured: Measure | None = None
        self._stale = True

    @property
    def memory(self) -> timedelta:
        """Four half-lives: what is older weighs less than a sixteenth."""
        return 4 * self._half_life

    def add(self, at: datetime, value: float, series: str = "") -> None:
        """Takes one count; a late one goes into its own step, one older than the longest window changes nothing."""
        step = self._step(at)
        if self._now is None:
            self._now = self._first = step
        self._move(step)
        place = step - self._now - 1
        if place < -self._longest:
            return
        self._counts[place] += round(value * _GRAIN) / _GRAIN
        self._heard[place] = True
        self._first = min(self._first, step)
        self._stale = True

    def advance(self, now: datetime) -> None:
        """Moves time on without a count."""
        if self._now is not None:
            self._move(self._step(now))

    def measure(self) -> Measure | None:
        """What stands now; None before a day was learned."""
        if self._stale:
            self._measured = self._measure() if self._taught >= self._warm else None
            self._stale = False
        return self._measured

    def _step(self, at: datetime) -> int:
        return int(at.timestamp() // self._seconds)

    def _move(self, step: int) -> None:
        assert self._now is not None
        ahead = step - self._now
        if ahead <= 0:
            return
        # After so many steps all that was heard has left; the rest of a long silence teaches nothing.
        for now in range(self._now + 1, self._now + 1 + min(ahead, 3 * self._longest)):
            del self._counts[0], self._heard[0]
            self._counts.append(0.0)
            self._heard.append(False)
            self._teach(now - self._longest)
        self._now = step
        self._stale = True

    def _teach(self, step: int) -> None:
        """Learns the step that has just left the longest window."""
        last = self._longest - 1
        self._silent = 0 if self._heard[last] else min(self._silent + 1, self._longest + 1)
        if step < self._first or self._silent > self._longest:
            return
        weight = self._weight(step)
        for place, size in enumerate(self._sizes):
            if step - self._first >= size - 1:
                count = sum(self._counts[last - size + 1 : last + 1])
                self._tails[place].learn(self._height(place, count, step), weight)
                self._highs[place].learn(count, step)
        self._taught += 1
        self._teach_hours(step, self._counts[last])
        if self._taught == self._warm or (self._taught > self._warm and step % self._refit == 0):
            self._fit(weight)

    def _teach_hours(self, step: int, count: float) -> None:
        beyond = self._height(0, count * self._sizes[0], step) - self._limit
        if beyond > 0:
            floor = self._floors[0]
            count = floor * expm1(log1p(count * self._sizes[0] / floor) - beyond) / self._sizes[0]
        self._day.learn(step, count)
        self._week.learn(step, count)

    def _height(self, place: int, count: float, step: int) -> float:
        """The logarithm of a window's count, half of the way to what it would be at an hour like any other."""
        size = self._sizes[place]
        height = log1p(count / self._floors[place])
        usual = self._day.usual(step, size)
        if usual is None:
            return height
        floor = self._a_step * size
        return height - log((usual + floor) / (self._day.mean * size + floor)) / 2

    def _weight(self, step: int) -> float:
        era, into = divmod(step, _ERA * self._half_steps)
        if era != self._era:
            factor = 2.0 ** (_ERA * (self._era - era))
            for tail in self._tails:
                tail.fade(factor)
            self._era = era
        return float(2 ** (into / self._half_steps))

    def _fit(self, weight: float) -> None:
        for tail in self._tails:
            tail.fit(weight)
        self._limit = self._tails[0].height(YELLOW)

    def _measure(self) -> Measure:
        assert self._now is not None
        counts = [sum(self._counts[-size:]) for size in self._sizes]
        heights = [self._height(place, count, self._now) for place, count in enumerate(counts)]
        surprises = [tail.surprise(height) for tail, height in zip(self._tails, heights, strict=True)]
        score = prod(surprises) ** (1 / len(surprises)) if max(counts) >= self._minimum else 0.0
        loudest = surprises.index(max(surprises))
        highest_in = self._highest_in(loudest, counts[loudest]) if score >= TOLD else None
        return Measure(score, counts[loudest], self._windows[loudest], self._expected(self._sizes[loudest]), highest_in)

    def _expected(self, size: int) -> float:
        """By the hour of the week, or of the day in the first week."""
        assert self._now is not None
        usual = self._week.usual(self._now, size)
        if usual is None:
            usual = self._day.usual(self._now, size)
        return self._day.mean * size if usual is None else usual

    def _highest_in(self, place: int, observed: float) -> timedelta:
        """Since when no count as high is remembered, at least: what was learned is remembered to a quarter."""
        assert self._now is not None
        size = self._sizes[place]
        sums = list(accumulate(self._counts[self._longest - size :], initial=0.0))
        before = [later - earlier for earlier, later in zip(sums, sums[size:-1], strict=False)]
        if max(before) >= observed:
            ago = next(ago for ago, count in enumerate(reversed(before), 1) if count >= observed)
            return timedelta(seconds=ago * self._seconds)
        step = self._highs[place].last(observed)
        since = self._first if step is None else step
        return timedelta(seconds=(self._now - since) * self._seconds)

    def state(self) -> dict[str, Any]:
        """Everything that the next count needs, as JSON; some 3 kB."""
        return {
            "now": self._now,
            "first": self._first,
            "silent": self._silent,
            "taught": self._taught,
            "era": self._era,
            "limit": self._limit if self._limit < inf else None,
            "counts": [int(count) if count.is_integer() else count for count in self._counts],
            "heard": "".join("1" if heard else "0" for heard in self._heard),
            "tails": [tail.state() for tail in self._tails],
            "highs": [highs.state() for highs in self._highs],
            "day": self._day.state(),
            "week": self._week.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Takes up where `state()` of a gauge with the same parameters left off."""
        self._now, self._first, self._era = state["now"], state["first"], state["era"]
        self._silent, self._taught = state["silent"], state["taught"]
        self._limit = inf if state["limit"] is None else state["limit"]
        self._counts = [float(count) for count in state["counts"]]
        self._heard = [heard == "1" for heard in state["heard"]]
        for tail, kept in zip(self._tails, state["tails"], strict=True):
            tail.restore(kept)
        for highs, kept in zip(self._highs, state["highs"], strict=True):
            highs.restore(kept)
        self._day.restore(state["day"])
        self._week.restore(state["week"])
        self._stale = True
