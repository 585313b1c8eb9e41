"""The usual count of every hour of the week."""

from array import array
from collections.abc import Mapping
from typing import Any, Self

from monitoring.gauges.packed import packed, unpacked

HOURS = 7 * 24
WEEKS = 4  # a month back counts, more or less


class HoursOfTheWeek:
    """Mean counts per step; an hour is known when it was seen from its first minute to its last.

    The means are 32-bit on purpose: they are stored as they are.
    """

    def __init__(self, step_seconds: int) -> None:
        self._step_seconds = step_seconds
        self._full = max(1, 3600 // step_seconds)
        self._most = WEEKS * self._full
        self._means = array("f", [0.0] * HOURS)
        self._code = "B" if self._most < 256 else "L"
        self._steps = array(self._code, [0] * HOURS)

    def learn(self, step: int, count: float) -> None:
        """Takes the count of one step into the mean of its hour."""
        hour = self._hour(step)
        if self._steps[hour] < self._most:
            self._steps[hour] += 1
        self._means[hour] += (count - self._means[hour]) / self._steps[hour]

    def usual(self, step: int, window: int) -> float | None:
        """The usual count of the `window` steps that end with this one; None where an hour is not known."""
        total = 0.0
        while window > 0:
            hour = self._hour(step)
            if self._steps[hour] < self._full:
                return None
            inside = min(window, step % self._full + 1)
            total += inside * self._means[hour]
            step, window = step - inside, window - inside
        return total

    def state(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {"means": packed(self._means), "steps": packed(self._steps)}

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Takes up where `state()` left off."""
        self._means = unpacked("f", state["means"])
        self._steps = unpacked(self._code, state["steps"])
        return self

    def _hour(self, step: int) -> int:
        return step * self._step_seconds // 3600 % HOURS
