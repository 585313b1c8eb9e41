"""How improbable the count over the window is for this hour of the week."""

import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from monitoring.gauges.base import Gauge, Measure
from monitoring.packing import packed_narrow, unpacked_narrow
from monitoring.past_windows import Past, PastWindows

STEPS_PER_WINDOW = 12
WARM_UP = timedelta(days=1)
HOURS_OF_WEEK = 168
TRUST = 0.5  # how many hours the hour of the day counts for, beside those of the hour of the week itself
FORGET = 0.8  # what a week leaves of the week before
LEAST_DISPERSION = 0.02
ASSUMED = (0.5, 0.05)  # the dispersion beforehand, and what that is worth: most of a day
_LN10 = math.log(10)


class SeasonalGauge(Gauge):
    """−log10 of the tail probability of a negative binomial whose mean is the usual count of this hour of the week.

    The hour of the week leans on the hour of the day, and that on all hours, while little is known of it. The tail is
    Wilson and Hilferty's cube root of the gamma distribution of the same mean and variance. Hours are UTC.
    """

    def __init__(self, window: timedelta, unit: str = "mentions", minimum: float = 1.0) -> None:
        self.window = window
        self.unit = unit
        self.minimum = minimum
        self._seconds = window.total_seconds() / STEPS_PER_WINDOW
        self._recent = PastWindows(STEPS_PER_WINDOW)
        self._sums = [0.0] * HOURS_OF_WEEK
        self._weights = [0.0] * HOURS_OF_WEEK
        self._spread = [0.0, 0.0]  # squared surprise beyond Poisson over squared mean, and the weight of it
        self._learned = 0

    @property
    def memory(self) -> timedelta:
        """How far back a count still matters much."""
        return timedelta(weeks=4)

    def add(self, at: datetime, value: float, series: str = "") -> None:
        """Takes one count; the windows that thereby become past are learned."""
        for past in self._recent.add(self._step(at), value):
            self._learn(past)

    def advance(self, now: datetime) -> None:
        """Moves the window on; what thereby becomes past is learned."""
        for past in self._recent.advance(self._step(now)):
            self._learn(past)

    def measure(self) -> Measure | None:
        """How improbable the count is; None before a day was learned."""
        newest = self._recent.newest
        if newest is None or self._learned * self._seconds < WARM_UP.total_seconds():
            return None
        count = self._recent.count
        usual = self._usual(newest)
        return Measure(self._improbable(count, usual), count, self.window, usual, enough=count / self.minimum)

    def state(self) -> dict[str, Any]:
        """Two windows of steps and the hours of the week; some 4 kB."""
        learned = [*self._spread, self._learned]
        return {
            "recent": self._recent.state(),
            "sums": packed_narrow(self._sums),
            "weights": packed_narrow(self._weights),
            "learned": learned,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` left off."""
        self._recent.restore(state["recent"])
        self._sums = list(unpacked_narrow(state["sums"]))
        self._weights = list(unpacked_narrow(state["weights"]))
        *self._spread, self._learned = state["learned"]

    def _learn(self, past: Past) -> None:
        share = self._seconds / timedelta(weeks=2).total_seconds()
        if self._learned * self._seconds >= WARM_UP.total_seconds():
            usual = max(self._usual(past.step), 1.0)
            # A burst may not teach that bursts are usual: what is far out counts as ten times the usual.
            surprise = (min(past.count, 10 * usual) - usual) ** 2 - usual
            self._spread[0] += share * (surprise / usual**2 - self._spread[0])
            self._spread[1] += share * (1 - self._spread[1])
        hour, weight = self._hour(past.step), self._seconds / 3600
        keep = 1 - (1 - FORGET) * weight if self._weights[hour] >= 1 else 1.0
        self._sums[hour] = self._sums[hour] * keep + past.of_step
        self._weights[hour] = self._weights[hour] * keep + weight
        self._learned += 1

    def _usual(self, newest: int) -> float:
        """The usual count of the window that ends with this step: its steps may lie in several hours."""
        hours = Counter(self._hour(newest - back) for back in range(STEPS_PER_WINDOW))
        return sum(steps * self._rate(hour) for hour, steps in hours.items()) * self._seconds / 3600

    def _rate(self, hour: int) -> float:
        """Counts an hour."""
        all_hours = sum(self._sums) / max(sum(self._weights), 1e-9)
        same = range(hour % 24, HOURS_OF_WEEK, 24)
        weight = sum(self._weights[place] for place in same)
        of_day = (sum(self._sums[place] for place in same) + all_hours) / (weight + 1)
        return (self._sums[hour] + TRUST * of_day) / (self._weights[hour] + TRUST)

    def _improbable(self, count: float, usual: float) -> float:
        mean = max(usual, 0.5)
        if count <= mean:
            return 0.0
        assumed, worth = ASSUMED
        dispersion = max((self._spread[0] + assumed * worth) / (self._spread[1] + worth), LEAST_DISPERSION)
        shape = 1 / (1 / mean + dispersion)
        deviation = ((count / mean) ** (1 / 3) - (1 - 1 / (9 * shape))) * 3 * math.sqrt(shape)
        return improbability(deviation)

    def _step(self, at: datetime) -> int:
        return int(at.timestamp() // self._seconds)

    def _hour(self, step: int) -> int:
        moment = datetime.fromtimestamp(step * self._seconds, UTC)
        return moment.weekday() * 24 + moment.hour


def improbability(deviation: float) -> float:
    """−log10 of the probability that a standard normal exceeds this."""
    if deviation < 20:
        return -math.log10(max(math.erfc(deviation / math.sqrt(2)) / 2, 1e-300))
    return (deviation**2 / 2 + math.log(deviation * math.sqrt(2 * math.pi))) / _LN10
