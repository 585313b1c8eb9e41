"""Which steps of time readings cover, so that an outage of the feed does not count as silence."""

from typing import Any


class Coverage:
    """The steps with a reading, and those between two readings at most `bridge` steps apart; in any order."""

    def __init__(self, size: int, bridge: int) -> None:
        self.size = size
        self.bridge = bridge
        self.newest: int | None = None
        self._bits = 0  # the lowest bit is the newest step
        self._full = (1 << size) - 1

    @property
    def count(self) -> int:
        """How many of the last `size` steps are covered."""
        return self._bits.bit_count()

    def advance(self, step: int) -> None:
        """Moves on to a step, which is not covered yet."""
        if self.newest is not None and step > self.newest:
            self._bits = self._bits << (step - self.newest) & self._full if step - self.newest < self.size else 0
        self.newest = step if self.newest is None else max(step, self.newest)

    def mark(self, step: int) -> None:
        """A reading of this step came."""
        self.advance(step)
        assert self.newest is not None
        place = self.newest - step
        if place >= self.size or self._bits >> place & 1:
            return
        self._bits |= 1 << place
        self._bridge_older(place)
        self._bridge_newer(place)

    def state(self) -> dict[str, Any]:
        """The steps as JSON."""
        return {"newest": self.newest, "bits": f"{self._bits:x}"}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` left off."""
        self.newest, self._bits = state["newest"], int(state["bits"], 16)

    def _bridge_older(self, place: int) -> None:
        older = self._bits >> (place + 1)
        gap = (older & -older).bit_length()  # 1 when the step before is covered
        if 1 < gap <= self.bridge:
            self._bits |= ((1 << gap) - 1) << place

    def _bridge_newer(self, place: int) -> None:
        newer = self._bits & ((1 << place) - 1)
        gap = place - newer.bit_length() + 1
        if newer and 1 < gap <= self.bridge:
            self._bits |= ((1 << gap) - 1) << (place - gap + 1)
