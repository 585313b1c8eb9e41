"""The counts of the last steps of time, over twice the longest window."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import accumulate
from typing import Any, Self

_GRAIN = 1024  # counts are kept in 1024ths: their sums are then exact, whatever order they arrive in


class Recent:
    """Counts by step; `now` is the newest, and a count may come as late as the longest window reaches.

    The older half has left the longest window, and is kept for the windows that end there.
    """

    def __init__(self, longest: int) -> None:
        self.now: int | None = None
        self.first = 0  # the earliest step with a count
        self._longest = longest
        self._counts = [0.0] * (2 * longest)
        self._heard = [False] * (2 * longest)

    def add(self, step: int, count: float) -> bool:
        """Takes a count into its step; False, and nothing changes, when that has left the longest window."""
        if self.now is None:
            self.now = self.first = step
        place = step - self.now - 1
        if place < -self._longest:
            return False
        self._counts[place] += round(count * _GRAIN) / _GRAIN
        self._heard[place] = True
        self.first = min(self.first, step)
        return True

    def move_on(self) -> None:
        """Begins an empty step; the oldest is forgotten."""
        del self._counts[0], self._heard[0]
        self._counts.append(0.0)
        self._heard.append(False)

    def total(self, window: int) -> float:
        """The count of the last `window` steps."""
        return sum(self._counts[-window:])

    def total_left(self, window: int) -> float:
        """The count of the `window` steps up to the one that left the longest window last."""
        return sum(self._counts[self._longest - window : self._longest])

    def heard_left(self) -> bool:
        """Whether there was a count in the step that left the longest window last."""
        return self._heard[self._longest - 1]

    def steps_since(self, count: float, window: int) -> int | None:
        """How many steps ago the window held as much, within the longest window; None if it did not."""
        sums = list(accumulate(self._counts[self._longest - window :], initial=0.0))
        before = [later - earlier for earlier, later in zip(sums, sums[window:-1], strict=False)]
        return next((ago for ago, total in enumerate(reversed(before), 1) if total >= count), None)

    def state(self) -> dict[str, Any]:
        """All of it as JSON."""
        counts = [int(count) if count.is_integer() else count for count in self._counts]
        heard = "".join("1" if heard else "0" for heard in self._heard)
        return {"now": self.now, "first": self.first, "counts": counts, "heard": f"{int(heard, 2):x}"}

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Takes up where `state()` left off."""
        self.now, self.first = state["now"], state["first"]
        self._counts = [float(count) for count in state["counts"]]
        self._heard = [heard == "1" for heard in f"{int(state['heard'], 16):0{2 * self._longest}b}"]
        return self


def steps(span: timedelta, step: timedelta) -> int:
    """How many steps a span has; one at least."""
    return max(1, round(span / step))
