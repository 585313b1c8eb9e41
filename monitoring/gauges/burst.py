"""The burst gauge: is what is said now rare for this series, over five minutes and over three hours alike?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import expm1, inf, log1p, prod, sqrt
from typing import Any

from monitoring.gauges.base import Gauge, Measure
from monitoring.gauges.highs import Highs
from monitoring.gauges.hours import Hours
from monitoring.gauges.recent import Recent, steps
from monitoring.gauges.rhythm import Rhythm
from monitoring.gauges.tail import Tail

YELLOW, ORANGE, RED = 2.1, 3.0, 4.0
"""Levels of the score; yellow is the one that `bench/listening` judges. Chosen in docs/decisions/0019."""

STEP = timedelta(minutes=5)
WINDOWS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))
HALF_LIFE = timedelta(days=14)  # after which what was learned weighs half
TAIL_SHARE = 0.1  # of all steps, that count as the tail
PRIOR = timedelta(minutes=150)  # of a tail, assumed beforehand, lest the first days promise what they do not know
SMALL = 2.0  # counts of five minutes are raised by so much before they are compared; those of a window by its root more
MINIMUM = 5.0  # fewer in the longest window are never a burst
RHYTHM = 0.5  # how much of the way to the usual of the hour: none of it is 0, all of it 1
WEEKS = 4  # over which the usual of an hour of the week is a mean, for the sentence
WARM_UP = timedelta(days=1)
REFIT = timedelta(hours=1)
TOLD = 1.0  # from this score on it is told since when the count is the highest; finding out costs a little
_ERA = 16  # half-lives after which all weights are made lighter, so that they stay within their numbers


class BurstGauge(Gauge):
    """How rare the counts of all windows are: the geometric mean of −log10 of the share of steps that reach them.

    A step is learned when it has left the longest window, so that a burst is not compared with itself and counts may
    arrive in any order within that window. A silent feed teaches zeros for as long as the longest window, then nothing.
    `step` divides the hour and every window, and no window is longer than a day.
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
        rhythm: float = RHYTHM,
    ) -> None:
        self._seconds = round(step.total_seconds())
        self._windows = tuple(windows)
        self._sizes = tuple(steps(window, step) for window in windows)
        self._longest = max(self._sizes)
        self._half_life = half_life
        self._half_steps = steps(half_life, step)
        self._warm = steps(WARM_UP, step)
        self._refit = steps(REFIT, step)
        self._floors = [small * sqrt(window / STEP) for window in windows]
        self._minimum = minimum
        self._rhythm = rhythm
        self._recent = Recent(self._longest)
        self._silent = 0  # steps since anything was heard, up to the one that left the longest window last
        self._taught = 0
        self._era = 0  # at its beginning a step weighs 1; eras are the same for every series, whenever it began
        self._limit = inf  # the height that one step teaches the hours at most: a burst is not usual
        self._tails = [Tail(tail_share, prior / step) for _ in windows]
        self._highs = [Highs() for _ in windows]
        self._day = Rhythm(small * (step / STEP), self._longest, self._seconds)
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
        self._move(step)
        if self._recent.add(step, value):
            self._stale = True

    def advance(self, now: datetime) -> None:
        """Moves time on without a count."""
        self._move(self._step(now))

    def measure(self) -> Measure | None:
        """What stands now; None before a day was learned."""
        if self._stale:
            known = self._recent.now is not None and self._taught >= self._warm
            self._measured = self._measure(self._recent.now or 0) if known else None
            self._stale = False
        return self._measured

    def state(self) -> dict[str, Any]:
        """Everything that the next count needs, as JSON; three to four kB."""
        return {
            "recent": self._recent.state(),
            "silent": self._silent,
            "taught": self._taught,
            "era": self._era,
            "limit": self._limit if self._limit < inf else None,
            "tails": [tail.state() for tail in self._tails],
            "highs": [highs.state() for highs in self._highs],
            "day": self._day.state(),
            "week": self._week.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Takes up where `state()` of a gauge with the same parameters left off."""
        self._recent.restore(state["recent"])
        self._silent, self._taught, self._era = state["silent"], state["taught"], state["era"]
        self._limit = inf if state["limit"] is None else state["limit"]
        for tail, kept in zip(self._tails, state["tails"], strict=True):
            tail.restore(kept)
        for highs, kept in zip(self._highs, state["highs"], strict=True):
            highs.restore(kept)
        self._day.restore(state["day"])
        self._week.restore(state["week"])
        self._stale = True

    def _step(self, at: datetime) -> int:
        return int(at.timestamp() // self._seconds)

    def _move(self, step: int) -> None:
        before = self._recent.now
        if before is None or step <= before:
            return
        # After so many steps all that was heard has left; the rest of a long silence teaches nothing.
        for now in range(before + 1, before + 1 + min(step - before, 3 * self._longest)):
            self._recent.move_on()
            self._teach(now - self._longest)
        self._recent.now = step
        self._stale = True

    def _teach(self, step: int) -> None:
        """Learns the step that has just left the longest window."""
        recent = self._recent
        self._silent = 0 if recent.heard_left() else min(self._silent + 1, self._longest + 1)
        if step < recent.first or self._silent > self._longest:
            return
        weight = self._weight(step)
        for place, size in enumerate(self._sizes):
            if step - recent.first >= size - 1:
                count = recent.total_left(size)
                self._tails[place].learn(self._height(place, count, step), weight)
                self._highs[place].learn(count, step)
        self._taught += 1
        self._teach_hours(step, recent.total_left(1))
        if self._taught == self._warm or (self._taught > self._warm and step % self._refit == 0):
            self._fit(weight)

    def _teach_hours(self, step: int, count: float) -> None:
        size, floor = self._sizes[0], self._floors[0]
        beyond = self._height(0, count * size, step) - self._limit
        if beyond > 0:
            count = floor * expm1(log1p(count * size / floor) - beyond) / size
        self._day.hours.learn(step, count)
        self._week.learn(step, count)

    def _fit(self, weight: float) -> None:
        for tail in self._tails:
            tail.fit(weight)
        self._day.fit()
        self._limit = self._tails[0].height(YELLOW)

    def _weight(self, step: int) -> float:
        era, into = divmod(step, _ERA * self._half_steps)
        if era != self._era:
            for tail in self._tails:
                tail.fade(2.0 ** (_ERA * (self._era - era)))
            self._era = era
        return float(2 ** (into / self._half_steps))

    def _height(self, place: int, count: float, step: int) -> float:
        """The logarithm of a window's count, some of the way to what it would be at an hour like any other."""
        return log1p(count / self._floors[place]) - self._rhythm * self._day.shift(step, self._sizes[place])

    def _measure(self, now: int) -> Measure:
        counts = [self._recent.total(size) for size in self._sizes]
        surprises = [tail.surprise(self._height(place, counts[place], now)) for place, tail in enumerate(self._tails)]
        score = prod(surprises) ** (1 / len(surprises)) if max(counts) >= self._minimum else 0.0
        loudest = surprises.index(max(surprises))
        count, size = counts[loudest], self._sizes[loudest]
        highest_in = self._highest_in(now, loudest, count) if score >= TOLD else None
        return Measure(score, count, self._windows[loudest], self._expected(now, size), highest_in)

    def _expected(self, now: int, size: int) -> float:
        """By the hour of the week, or of the day in the first week."""
        usual = self._week.usual(now, size)
        if usual is None:
            usual = self._day.hours.usual(now, size)
        return self._day.hours.mean * size if usual is None else usual

    def _highest_in(self, now: int, place: int, count: float) -> timedelta:
        """Since when no count as high is remembered, at least: what was learned is remembered to a quarter."""
        ago = self._recent.steps_since(count, self._sizes[place])
        if ago is None:
            last = self._highs[place].last(count)
            ago = now - (self._recent.first if last is None else last)
        return timedelta(seconds=ago * self._seconds)
