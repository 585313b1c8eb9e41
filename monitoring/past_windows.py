"""A sliding window over steps of time, and the windows that have become past: nothing that comes can change them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from monitoring.trailing import Trailing


@dataclass(frozen=True, slots=True)
class Past:
    """A window that became past: its last step, its count, and the count of that step alone."""

    step: int
    count: float
    of_step: float


class PastWindows:
    """The count of the newest `size` steps; what is `size` steps old is given out once, to be learned from.

    A window in which nothing was heard at all is not given out: an outage of the feed teaches nothing.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._sums = Trailing(2 * size)
        self._heard = 0  # a bit for each step, the lowest is the newest
        self._first: int | None = None

    @property
    def newest(self) -> int | None:
        """The newest step; None before the first count."""
        return self._sums.newest

    @property
    def count(self) -> float:
        """The count of the newest window."""
        return self._sums.last(self.size)

    def add(self, step: int, amount: float) -> Iterator[Past]:
        """Adds to a step; the windows that become past by it. It must be read to its end."""
        yield from self.advance(step)
        newest = self._sums.newest
        place = 0 if newest is None else newest - step
        if place < self.size:  # an older one lies in a window that was given out
            self._sums.add(step, amount)
            self._heard |= 1 << place
            self._first = step if self._first is None else min(step, self._first)

    def advance(self, step: int) -> Iterator[Past]:
        """Moves on to a step, and gives out what becomes past by it. It must be read to its end."""
        newest = self._sums.newest
        if newest is None or step <= newest:
            return
        for moved in range(newest + 1, min(step, newest + 2 * self.size) + 1):
            self._sums.advance(moved)
            self._heard = self._heard << 1 & (1 << 2 * self.size) - 1
            past = moved - self.size
            whole = self._first is not None and past - self.size + 1 >= self._first
            if whole and self._heard >> self.size:
                yield Past(past, self._sums.total - self.count, self._sums.at(past))
        if step > newest + 2 * self.size:
            self._sums.advance(step)
            self._heard = 0

    def state(self) -> dict[str, Any]:
        """The steps as JSON."""
        return {"sums": self._sums.state(), "heard": self._heard, "first": self._first}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` left off."""
        self._sums.restore(state["sums"])
        self._heard, self._first = state["heard"], state["first"]
