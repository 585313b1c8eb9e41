"""How many standard deviations the count over the window lies above its exponentially weighted mean."""

import math
from datetime import datetime, timedelta
from typing import Any

from monitoring import sentences
from monitoring.gauges.base import Gauge, Measure
from monitoring.past_windows import PastWindows
from monitoring.sentences import Reasons

STEPS_PER_WINDOW = 6
WARM_UP = timedelta(days=1)
LEAST_DEVIATION = 1.0


class EwmaGauge(Gauge):
    """The z score of the window's count. What it learns from has left the window, so a burst does not hide itself.

    Mean and variance are weighted exponentially with the given half-life (Roberts 1959). Nothing is measured before a
    day was learned.
    """

    def __init__(self, window: timedelta, half_life: timedelta, unit: str = "mentions", minimum: float = 1.0) -> None:
        self.window = window
        self.half_life = half_life
        self.unit = unit
        self.minimum = minimum
        self._seconds = window.total_seconds() / STEPS_PER_WINDOW
        self._weight = 1 - 0.5 ** (self._seconds / half_life.total_seconds())
        self._recent = PastWindows(STEPS_PER_WINDOW)
        self._mean = 0.0
        self._variance = 0.0
        self._learned = 0

    @property
    def memory(self) -> timedelta:
        """How far back a count still matters much."""
        return 5 * self.half_life

    def add(self, at: datetime, value: float, series: str = "") -> None:
        """Takes one count; the windows that thereby become past are learned."""
        for past in self._recent.add(self._step(at), value):
            self._learn(past.count)

    def advance(self, now: datetime) -> None:
        """Moves the window on; what thereby becomes past is learned."""
        for past in self._recent.advance(self._step(now)):
            self._learn(past.count)

    def measure(self) -> Measure | None:
        """The z score; None before a day was learned."""
        if self._learned * self._seconds < WARM_UP.total_seconds():
            return None
        count = self._recent.count
        spread = max(math.sqrt(self._variance), math.sqrt(self._mean), LEAST_DEVIATION)
        score = (count - self._mean) / spread
        return Measure(score, count, self.window, self._mean, enough=count / self.minimum)

    def threshold(self, measure: Measure, limit: float) -> float:
        """The count at which the level is reached."""
        spread = max(math.sqrt(self._variance), math.sqrt(self._mean), LEAST_DEVIATION)
        return max(self._mean + limit * spread, self.minimum)

    def reasons(self, measure: Measure, limit: float, at: datetime) -> Reasons:
        """`812 mentions in the last 30 minutes, 7.1 standard deviations above the usual 96; the limit is 5.`"""
        return sentences.deviating(
            self.unit, measure.observed, self.window, measure.score, measure.expected or 0.0, limit
        )

    def state(self) -> dict[str, Any]:
        """Two windows of steps and what was learned."""
        return {"recent": self._recent.state(), "learned": [self._mean, self._variance, self._learned]}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` left off."""
        self._recent.restore(state["recent"])
        self._mean, self._variance, self._learned = state["learned"]

    def _step(self, at: datetime) -> int:
        return int(at.timestamp() // self._seconds)

    def _learn(self, count: float) -> None:
        # While little is known each window weighs the same; the first one would otherwise stay for days.
        self._learned += 1
        weight = max(self._weight, 1 / self._learned)
        off = count - self._mean
        self._mean += weight * off
        self._variance = (1 - weight) * (self._variance + weight * off * off)
