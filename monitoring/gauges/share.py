"""The share of one count in another, over the same window: negative mentions among all."""

from datetime import datetime, timedelta
from typing import Any

from monitoring import sentences
from monitoring.gauges.base import Gauge, Measure
from monitoring.gauges.counted import STEPS_PER_WINDOW
from monitoring.sentences import Reasons
from monitoring.trailing import Trailing


class ShareGauge(Gauge):
    """The share in per cent; enough when the whole reaches the minimum count."""

    def __init__(self, part: str, whole: str, window: timedelta, unit: str, minimum: float) -> None:
        self.part = part
        self.whole = whole
        self.window = window
        self.unit = unit
        self.minimum = minimum
        self._seconds = window.total_seconds() / STEPS_PER_WINDOW
        self._counts = {part: Trailing(STEPS_PER_WINDOW), whole: Trailing(STEPS_PER_WINDOW)}

    @property
    def memory(self) -> timedelta:
        """How far back a count still matters."""
        return self.window

    def add(self, at: datetime, value: float, series: str = "") -> None:
        """Takes one count of either series, and moves both on: where nothing was counted, there was nothing."""
        step = int(at.timestamp() // self._seconds)
        for name, counts in self._counts.items():
            if name == series:
                counts.add(step, value)
            else:
                counts.advance(step)

    def advance(self, now: datetime) -> None:
        """Moves both windows on."""
        for counts in self._counts.values():
            counts.advance(int(now.timestamp() // self._seconds))

    def measure(self) -> Measure | None:
        """The share in per cent, at most 100: a part may arrive before its whole."""
        part, whole = self._counts[self.part].total, self._counts[self.whole].total
        share = min(100 * part / whole, 100.0) if whole else 0.0
        return Measure(share, part, self.window, whole, enough=whole / self.minimum)

    def reasons(self, measure: Measure, limit: float, at: datetime) -> Reasons:
        """`41.2 % of 310 in the last hour are negative mentions (128); the limit is 30 %.`"""
        return sentences.shared(self.unit, measure.observed, measure.expected or 0.0, self.window, limit)

    def state(self) -> dict[str, Any]:
        """The steps of both windows."""
        return {"part": self._counts[self.part].state(), "whole": self._counts[self.whole].state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` left off."""
        self._counts[self.part].restore(state["part"])
        self._counts[self.whole].restore(state["whole"])
