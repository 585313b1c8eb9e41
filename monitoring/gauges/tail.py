"""How rare a height is: the usual ones in bins, slowly forgotten, and the tail fitted to the highest."""

from array import array
from collections.abc import Mapping
from math import log, log10
from typing import Any, Self

from monitoring.packing import packed, unpacked

BINS = 64
WIDTH = log(1.25)  # a bin is a quarter more than the one below
BELOW = 10  # bins for heights under 0
PRIOR_EXCESS = 0.3  # before anything is known a tail is a third above its beginning, as a mean
_LN10 = log(10)


class Tail:
    """Surprise of a height, as −log10 of the share of steps that reach it; heights are logarithms of counts.

    Beyond the tail's beginning the share falls by a power of the count (Hill's estimate, as the mean excess of the
    logarithms); below it is read off a straight line from the middle height. The weights of the bins are 32-bit on
    purpose: they are stored as they are.
    """

    def __init__(self, share: float, prior: float) -> None:
        """`share` of all steps count as the tail; `prior` is how many steps of a tail are assumed beforehand."""
        self.share = share
        self.prior = prior
        self._weights = array("f", [0.0] * BINS)
        self._middle, self._middle_surprise = -WIDTH, 0.0
        self._start, self._start_surprise, self._excess = 0.0, 0.0, PRIOR_EXCESS

    def learn(self, height: float, weight: float) -> None:
        """Takes one height into the usual."""
        place = int(height / WIDTH + BELOW)
        self._weights[0 if place < 0 else place if place < BINS else BINS - 1] += weight

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
        self._start, self._start_surprise = (place - BELOW) * WIDTH, log10(total / beyond)
        self._excess = (excess / weight + self.prior * PRIOR_EXCESS) / (beyond / weight + self.prior)
        while beyond < total / 2:
            place -= 1
            beyond += weights[place]
        self._middle = min((place - BELOW) * WIDTH, self._start - WIDTH)
        self._middle_surprise = min(log10(total / beyond), self._start_surprise)

    def surprise(self, height: float) -> float:
        """0 for a height that is always reached, 2 for one reached in a hundredth of all steps, and so on."""
        if height > self._start:
            return self._start_surprise + (height - self._start) / (self._excess * _LN10)
        share = (height - self._middle) / (self._start - self._middle)
        return max(0.0, self._middle_surprise + share * (self._start_surprise - self._middle_surprise))

    def height(self, surprise: float) -> float:
        """The height in the tail that is as surprising as this."""
        return self._start + (surprise - self._start_surprise) * self._excess * _LN10

    def state(self) -> dict[str, Any]:
        """All of it as JSON; empty bins at the ends are left out."""
        filled = [place for place, weight in enumerate(self._weights) if weight] or [0]
        fit = array("d", [self._middle, self._middle_surprise, self._start, self._start_surprise, self._excess])
        weights = packed(self._weights[filled[0] : filled[-1] + 1])
        return {"from": filled[0], "weights": weights, "fit": packed(fit)}

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Takes up where `state()` left off."""
        weights = unpacked("f", state["weights"])
        self._weights = array("f", [0.0] * BINS)
        self._weights[state["from"] : state["from"] + len(weights)] = weights
        self._middle, self._middle_surprise, self._start, self._start_surprise, self._excess = unpacked(
            "d", state["fit"]
        )
        return self
