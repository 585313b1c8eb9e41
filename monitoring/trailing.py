"""A sum over the last so many steps of time."""

from collections import deque
from typing import Any

from monitoring.packing import packed_narrow, unpacked_narrow


class Trailing:
    """The sum of what was added during the last `size` steps, in constant time and memory.

    Steps are whole numbers that grow with time. What comes late is added to its own step, so that the order in which
    counts arrive does not matter.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.total = 0.0
        self.newest: int | None = None
        self._sums: deque[float] = deque(maxlen=size)

    def advance(self, step: int) -> None:
        """Moves on to `step`, forgetting what falls out; an earlier one changes nothing."""
        if self.newest is None or step - self.newest >= self.size:
            self.newest, self.total = (step if self.newest is None else max(step, self.newest)), 0.0
            self._sums = deque([0.0] * self.size, maxlen=self.size)
            return
        for _ in range(step - self.newest):
            self.total -= self._sums[0]
            self._sums.append(0.0)
        self.newest = max(step, self.newest)

    def add(self, step: int, amount: float) -> bool:
        """Adds to a step; False when it lies too far back to be remembered."""
        self.advance(step)
        assert self.newest is not None
        place = self.size - 1 - (self.newest - step)
        if place < 0:
            return False
        self._sums[place] += amount
        self.total += amount
        return True

    def last(self, steps: int) -> float:
        """The sum over the newest `steps`, at most `size`."""
        return sum(self._sums[place] for place in range(self.size - steps, self.size)) if self._sums else 0.0

    def at(self, step: int) -> float:
        """What stands at one step; 0 for one that is not remembered."""
        if self.newest is None or not 0 <= self.newest - step < self.size:
            return 0.0
        return self._sums[self.size - 1 - (self.newest - step)]

    def state(self) -> dict[str, Any]:
        """The sums as JSON. The total is kept, not recomputed, so that a restart rounds as no restart would have."""
        return {"newest": self.newest, "total": self.total, "sums": packed_narrow(self._sums)}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` left off."""
        self.newest = state["newest"]
        self.total = float(state["total"])
        self._sums = deque(unpacked_narrow(state["sums"]), maxlen=self.size)
