"""A sum over the last so many steps of time."""

from collections import deque
from typing import Any, Self


class Trailing:
    """The sum of what was added during the last `size` steps, in constant time and memory."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.total = 0.0
        self._sums = deque([0.0])

    def advance(self, steps: int) -> None:
        """Moves on by `steps`, forgetting what falls out."""
        if steps >= self.size:
            self.total, self._sums = 0.0, deque([0.0])
            return
        for _ in range(steps):
            self._sums.append(0.0)
            if len(self._sums) > self.size:
                self.total -= self._sums.popleft()

    def add(self, amount: float) -> None:
        """Adds to the present step."""
        self._sums[-1] += amount
        self.total += amount

    def state(self) -> dict[str, Any]:
        """The sums as JSON. The total is kept, not recomputed, so that a restart rounds as no restart would have."""
        return {"total": _short(self.total), "sums": [_short(amount) for amount in self._sums]}

    def restore(self, state: dict[str, Any]) -> Self:
        """Takes up where `state()` left off."""
        self.total = float(state["total"])
        self._sums = deque(float(amount) for amount in state["sums"])
        return self


def _short(amount: float) -> float | int:
    return int(amount) if amount.is_integer() else amount
