"""A sum over the last so many steps of time."""

from array import array
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
        self._ring = array("d", bytes(8 * size))
        self._oldest = 0  # where the oldest step stands in the ring

    def advance(self, step: int) -> None:
        """Moves on to `step`, forgetting what falls out; an earlier one changes nothing."""
        if self.newest is None or step - self.newest >= self.size:
            self.newest, self.total = (step if self.newest is None else max(step, self.newest)), 0.0
            self._ring, self._oldest = array("d", bytes(8 * self.size)), 0
            return
        for _ in range(step - self.newest):
            self.total -= self._ring[self._oldest]
            self._ring[self._oldest] = 0.0
            self._oldest = (self._oldest + 1) % self.size
        self.newest = max(step, self.newest)

    def add(self, step: int, amount: float) -> bool:
        """Adds to a step; False when it lies too far back to be remembered."""
        self.advance(step)
        assert self.newest is not None
        place = self.size - 1 - (self.newest - step)
        if place < 0:
            return False
        self._ring[(self._oldest + place) % self.size] += amount
        self.total += amount
        return True

    def last(self, steps: int) -> float:
        """The sum over the newest `steps`, at most `size`."""
        first = self._oldest + self.size - steps
        return sum(self._ring[place % self.size] for place in range(first, self._oldest + self.size))

    def at(self, step: int) -> float:
        """What stands at one step; 0 for one that is not remembered."""
        if self.newest is None or not 0 <= self.newest - step < self.size:
            return 0.0
        return self._ring[(self._oldest + self.size - 1 - (self.newest - step)) % self.size]

    def state(self) -> dict[str, Any]:
        """The sums as JSON. The total is kept, not recomputed, so that a restart rounds as no restart would have."""
        in_order = self._ring[self._oldest :] + self._ring[: self._oldest]
        return {"newest": self.newest, "total": self.total, "sums": packed_narrow(in_order)}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` left off."""
        self.newest = state["newest"]
        self.total = float(state["total"])
        sums = unpacked_narrow(state["sums"])
        # A trail that nothing was added to yet may have been kept as no sums at all.
        self._ring, self._oldest = (sums if len(sums) == self.size else array("d", bytes(8 * self.size))), 0
