"""The usual count of every hour of a day or of a week."""

from array import array
from collections.abc import Mapping
from typing import Any, Self

from monitoring.packing import packed, unpacked


class Hours:
    """Mean counts per step, hour by hour (UTC), over the last `rounds` days or weeks.

    An hour is known when as many steps as it has were learned. The means are 32-bit on purpose: they are stored as they
    are.
    """

    def __init__(self, hours: int, rounds: int, step_seconds: int) -> None:
        self.mean = 0.0  # of all hours, over as many rounds
        self._hours = hours
        self._full = 3600 // step_seconds
        self._most = rounds * self._full
        self._learned = 0
        self._means = array("f", [0.0] * hours)
        self._code = "B" if self._most < 256 else "H"
        self._steps = array(self._code, [0] * hours)

    def learn(self, step: int, count: float) -> None:
        """Takes the count of one step into the mean of its hour."""
        hour = step // self._full % self._hours
        if self._steps[hour] < self._most:
            self._steps[hour] += 1
        if self._learned < self._most * self._hours:
            self._learned += 1
        self._means[hour] += (count - self._means[hour]) / self._steps[hour]
        self.mean += (count - self.mean) / self._learned

    def by_hour(self) -> list[float | None]:
        """The usual count of a step in each hour; None where it is not known."""
        pairs = zip(self._means, self._steps, strict=True)
        return [mean if steps >= self._full else None for mean, steps in pairs]

    def usual(self, step: int, window: int) -> float | None:
        """The usual count of the `window` steps that end with this one; None where an hour is not known."""
        total, full = 0.0, self._full
        while window > 0:
            hour = step // full % self._hours
            if self._steps[hour] < full:
                return None
            inside = min(window, step % full + 1)
            total += inside * self._means[hour]
            step, window = step - inside, window - inside
        return total

    def state(self) -> dict[str, Any]:
        """All of it as JSON."""
        means, steps = packed(self._means), packed(self._steps)
        return {"means": means, "steps": steps, "mean": self.mean, "learned": self._learned}

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Takes up where `state()` left off."""
        self._means, self._steps = unpacked("f", state["means"]), unpacked(self._code, state["steps"])
        self.mean, self._learned = state["mean"], state["learned"]
        return self
