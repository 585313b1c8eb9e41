"""When a count as high was last seen."""

from array import array
from collections.abc import Mapping
from math import log, log1p
from typing import Any, Self

from monitoring.gauges.packed import packed, unpacked

BINS = 64
WIDTH = log(1.25)
NEVER = 0


class Highs:
    """The last step of every height of count, to within a quarter; 64 bins reach some million and a half."""

    def __init__(self) -> None:
        self._seen = array("I", [NEVER] * BINS)

    def learn(self, count: float, step: int) -> None:
        """Takes one count."""
        place = int(log1p(count) / WIDTH)
        self._seen[place if place < BINS else BINS - 1] = step

    def last(self, count: float) -> int | None:
        """The last step with a count as high, or lower by less than a quarter; None if there was none."""
        step = max(self._seen[min(int(log1p(count) / WIDTH), BINS - 1) :])
        return None if step == NEVER else step

    def state(self) -> dict[str, Any]:
        """All of it as JSON; heights never seen at the ends are left out."""
        filled = [place for place, step in enumerate(self._seen) if step != NEVER] or [0]
        return {"from": filled[0], "seen": packed(self._seen[filled[0] : filled[-1] + 1])}

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Takes up where `state()` left off."""
        seen = unpacked("I", state["seen"])
        self._seen = array("I", [NEVER] * BINS)
        self._seen[state["from"] : state["from"] + len(seen)] = seen
        return self
