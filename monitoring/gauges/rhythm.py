"""How much more or less than usual is usual at this time of the day."""

from array import array
from collections.abc import Mapping
from itertools import accumulate
from math import log
from typing import Any, Self

from monitoring.gauges.hours import Hours
from monitoring.packing import packed, unpacked

HOURS = 24
DAYS = 5  # over which the usual of an hour is a mean


class Rhythm:
    """The logarithm of an hour's usual count over that of all hours; 0 while the hour is not known.

    `floor` is added to both, so that the hours of a quiet series hardly differ. What was learned counts from the next
    `fit` on. The shifts are 32-bit on purpose: they are stored as they are.
    """

    def __init__(self, floor: float, longest: int, step_seconds: int) -> None:
        self.hours = Hours(HOURS, DAYS, step_seconds)
        self._floor = floor
        self._longest = longest
        self._full = 3600 // step_seconds
        self._shifts = array("f", [0.0] * HOURS)
        self._lay_out()

    def fit(self) -> None:
        """Takes over what was learned."""
        usual, floor = self.hours.by_hour(), self._floor
        mean = self.hours.mean + floor
        self._shifts = array("f", [0.0 if count is None else log((count + floor) / mean) for count in usual])
        self._lay_out()

    def shift(self, step: int, window: int) -> float:
        """The mean over the `window` steps that end with this one."""
        end = step % self._day + self._longest + 1
        return (self._sums[end] - self._sums[end - window]) / window

    def state(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {"hours": self.hours.state(), "shifts": packed(self._shifts)}

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Takes up where `state()` left off."""
        self.hours.restore(state["hours"])
        self._shifts = unpacked("f", state["shifts"])
        self._lay_out()
        return self

    def _lay_out(self) -> None:
        """Sums over the end of a day and the whole next one, so that the mean of any window is one subtraction."""
        self._day = HOURS * self._full
        steps = [shift for shift in self._shifts for _ in range(self._full)]
        self._sums = list(accumulate(steps[-self._longest :] + steps, initial=0.0))
