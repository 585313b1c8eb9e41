"""The plain count over a sliding window, as it is or against the mean of a longer past."""

from datetime import datetime, timedelta
from typing import Any

from monitoring import sentences
from monitoring.coverage import Coverage
from monitoring.gauges.base import Gauge, Measure
from monitoring.sentences import Reasons
from monitoring.trailing import Trailing

STEPS_PER_WINDOW = 12
WARM_UP = timedelta(days=1)


class CountGauge(Gauge):
    """The count over the window. The window moves in steps of a twelfth of itself.

    So finer readings see between 11 and 12 twelfths of it.
    """

    def __init__(self, window: timedelta, unit: str = "mentions", minimum: float = 0.0) -> None:
        self.window = window
        self.unit = unit
        self.minimum = minimum
        self._seconds = window.total_seconds() / STEPS_PER_WINDOW
        self._recent = Trailing(STEPS_PER_WINDOW)

    @property
    def memory(self) -> timedelta:
        """How far back a count still matters."""
        return self.window

    def add(self, at: datetime, value: float, series: str = "") -> None:
        """Takes one count into its step."""
        self._recent.add(self._step(at), value)

    def advance(self, now: datetime) -> None:
        """Moves the window on."""
        self._recent.advance(self._step(now))

    def measure(self) -> Measure | None:
        """The count as the score; enough when the minimum is reached as well."""
        count = self._recent.total
        return Measure(count, count, self.window, enough=count / self.minimum if self.minimum else 1.0)

    def threshold(self, measure: Measure, limit: float) -> float:
        """The count at which the level is reached."""
        return max(limit, self.minimum)

    def reasons(self, measure: Measure, limit: float, at: datetime) -> Reasons:
        """`1,254 mentions in the last hour; the limit is 1,000.`"""
        return sentences.counted(self.unit, measure.observed, self.window, self.threshold(measure, limit))

    def state(self) -> dict[str, Any]:
        """The steps of the window."""
        return {"recent": self._recent.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` left off."""
        self._recent.restore(state["recent"])

    def _step(self, at: datetime) -> int:
        return int(at.timestamp() // self._seconds)


class RatioGauge(CountGauge):
    """The count over the window as a multiple of the mean of the baseline.

    The mean is per time that readings cover, so an outage of the feed does not lower it; nothing is measured before one
    day is covered. Source: the benchmark of the listening (1 h against the 3-day mean).
    """

    def __init__(self, window: timedelta, baseline: timedelta, unit: str = "mentions", minimum: float = 1.0) -> None:
        super().__init__(window, unit, minimum)
        self.baseline = baseline
        size = round(baseline / window * STEPS_PER_WINDOW)
        self._usual = Trailing(size)
        self._covered = Coverage(size, STEPS_PER_WINDOW)

    @property
    def memory(self) -> timedelta:
        """How far back a count still matters."""
        return self.baseline

    def add(self, at: datetime, value: float, series: str = "") -> None:
        """Takes one count into the window and into the baseline."""
        super().add(at, value)
        step = self._step(at)
        self._usual.add(step, value)
        self._covered.mark(step)

    def advance(self, now: datetime) -> None:
        """Moves the window and the baseline on."""
        super().advance(now)
        self._usual.advance(self._step(now))
        self._covered.advance(self._step(now))

    def measure(self) -> Measure | None:
        """The count over the usual count; None before a day is covered."""
        covered = self._covered.count * self._seconds
        if covered < WARM_UP.total_seconds():
            return None
        count = self._recent.total
        usual = self._usual.total / covered * self.window.total_seconds()
        score = count / usual if usual else (float("inf") if count else 0.0)
        return Measure(score, count, self.window, usual, enough=count / self.minimum)

    def threshold(self, measure: Measure, limit: float) -> float:
        """The count at which the level is reached."""
        return max(limit * (measure.expected or 0.0), self.minimum)

    def reasons(self, measure: Measure, limit: float, at: datetime) -> Reasons:
        """`3,041 mentions in the last hour, 5.5 × the usual 552 (mean of the last 3 days); the limit is 4 ×.`"""
        known = min(self.baseline, timedelta(hours=round(self._covered.count * self._seconds / 3600)))
        usual = sentences.Usual(measure.expected or 0.0, known, self.minimum)
        return sentences.compared(self.unit, measure.observed, self.window, limit, usual)

    def state(self) -> dict[str, Any]:
        """The steps of the window and of the baseline; some 3 kB for five-minute steps over three days."""
        return super().state() | {"usual": self._usual.state(), "covered": self._covered.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` left off."""
        super().restore(state)
        self._usual.restore(state["usual"])
        self._covered.restore(state["covered"])
