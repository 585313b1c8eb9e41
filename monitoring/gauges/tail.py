"""How rare a count is: the usual counts on a log scale, slowly forgotten, and the tail fitted to the highest."""

from array import array
from collections.abc import Mapping
from math import expm1, log, log1p, log10
from typing import Any, Self

from monitoring.gauges.packed import packed, unpacked

BINS = 64
WIDTH = log(1.25)  # a bin is a quarter more than the one below; 64 of them reach some five million
PRIOR_EXCESS = 0.3  # before anything is known a tail is a third above its beginning, as a mean
NEVER = 0
_LN10 = log(10)


class Tail:
    """Surprise of a count, as −log10 of the share of steps that reach it.

    Beyond the tail's beginning the share falls by a power of the count (Hill's estimate, as the mean excess of the
    logarithms); below it is read off a straight line from the middle count. Counts are raised by `floor` before they
    are compared, so that one and three mentions are nearly equal and a hundred and three hundred are not. The weights
    of the bins are 32-bit on purpose: they are stored as they are.
    """

    def __init__(self, floor: float, share: float, prior: float) -> None:
        """`share` of all steps count as the tail; `prior` is how many steps of a tail are assumed beforehand."""
        self.floor = floor
        self.share = share
        self.prior = prior
        self._weights = array("f", [0.0] * BINS)
        self._seen = array("I", [NEVER] * BINS)
        self._middle, self._middle_surprise = -WIDTH, 0.0
        self._start, self._start_surprise, self._excess = 0.0, 0.0, PRIOR_EXCESS

    def learn(self, count: float, weight: float, step: int) -> None:
        """Takes one count into the usual."""
        place = self._bin(count)
        self._weights[place] += weight
        self._seen[place] = step

    def fade(self, factor: float) -> None:
        """Makes all that was learned lighter, so that weights stay within their numbers."""
        self._weights = array("f", [weight * factor for weight in self._weights])

    def fit(self, weight: float) -> None:
        """Fits the tail anew; `weight` is what one step weighs now."""
        weights = self._weights
        total = sum(weights)
        place, beyond, steps = BINS, 0.0, 0.0
        while beyond < self.share * total:
            steps += beyond  # every step beyond is one bin further away than it was from the bin above
            place -= 1
            beyond += weights[place]
        excess = (steps + beyond / 2) * WIDTH
        self._start, self._start_surprise = place * WIDTH, log10(total / beyond)
        self._excess = (excess / weight + self.prior * PRIOR_EXCESS) / (beyond / weight + self.prior)
        while beyond < total / 2:
            place -= 1
            beyond += weights[place]
        self._middle = min(place * WIDTH, self._start - WIDTH)
        self._middle_surprise = min(log10(total / beyond), self._start_surprise)

    def surprise(self, count: float) -> float:
        """0 for a count that is always reached, 2 for one reached in a hundredth of all steps, and so on."""
        height = log1p(count / self.floor)
        if height > self._start:
            return self._start_surprise + (height - self._start) / (self._excess * _LN10)
        share = (height - self._middle) / (self._start - self._middle)
        return max(0.0, self._middle_surprise + share * (self._start_surprise - self._middle_surprise))

    def last_seen(self, count: float) -> int | None:
        """The last learned step with a count as high, or lower by less than a quarter; None if there was none."""
        step = max(self._seen[self._bin(count) :])
        return None if step == NEVER else step

    def state(self) -> dict[str, Any]:
        """All of it as JSON; bins that were never filled are left out."""
        filled = [place for place, step in enumerate(self._seen) if step != NEVER] or [0]
        span = slice(filled[0], filled[-1] + 1)
        fit = array("d", [self._middle, self._middle_surprise, self._start, self._start_surprise, self._excess])
        return {
            "from": span.start,
            "weights": packed(self._weights[span]),
            "seen": packed(self._seen[span]),
            "fit": packed(fit),
        }

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Takes up where `state()` left off."""
        weights, seen = unpacked("f", state["weights"]), unpacked("I", state["seen"])
        span = slice(state["from"], state["from"] + len(weights))
        self._weights, self._seen = array("f", [0.0] * BINS), array("I", [NEVER] * BINS)
        self._weights[span], self._seen[span] = weights, seen
        self._middle, self._middle_surprise, self._start, self._start_surprise, self._excess = unpacked(
            "d", state["fit"]
        )
        return self

    def count(self, surprise: float) -> float:
        """The count in the tail that is as surprising as this."""
        return self.floor * expm1(self._start + (surprise - self._start_surprise) * self._excess * _LN10)

    @property
    def middle(self) -> float:
        """The count that half of all steps reach."""
        return max(0.0, self.floor * expm1(self._middle))

    def _bin(self, count: float) -> int:
        return min(int(log1p(count / self.floor) / WIDTH), BINS - 1)
