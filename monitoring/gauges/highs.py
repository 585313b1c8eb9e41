"""When a count as high was last seen."""

from array import array
from collections.abc import Mapping
from math import log, log1p
from typing import Any, Self

from monitoring.packing import packed, unpacked

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
        """What can still be asked for, as JSON: heights that were seen later than all above them."""
        kept, latest = [], NEVER
        for place in range(BINS - 1, -1, -1):
            if self._seen[place] > latest:
                latest = self._seen[place]
                kept.append((place, latest))
        return {
            "places": packed(array("B", [place for place, _ in kept])),
            "steps": packed(array("I", [step for _, step in kept])),
        }

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Takes up where `state()` left off."""
        self._seen = array("I", [NEVER] * BINS)
        for place, step in zip(unpacked("B", state["places"]), unpacked("I", state["steps"]), strict=True):
            self._seen[place] = step
        return self
