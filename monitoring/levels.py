"""The scores at which a level is entered and left."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitoring.gauges.base import Measure
from protocol.words import Level

LEAVE = 0.7
"""The share of its enter score below which a level is left. Source: the benchmark of the listening."""


@dataclass(frozen=True, slots=True)
class Band:
    """One level: reached at `enter`, left below `leave`."""

    level: Level
    enter: float
    leave: float


class Ladder:
    """The levels of a rule, from yellow to red."""

    def __init__(self, levels: Mapping[Level, float | tuple[float, float]]) -> None:
        bands = (_band(level, said) for level, said in levels.items())
        self.bands = tuple(sorted(bands, key=lambda band: band.level.rank))

    def reached(self, measure: Measure) -> Level | None:
        """The highest level whose enter score is reached, with enough counts; None for green."""
        if measure.enough < 1:
            return None
        return next((band.level for band in reversed(self.bands) if measure.score >= band.enter), None)

    def kept(self, measure: Measure) -> Level | None:
        """The highest level that this measure would not leave; None when it is calm."""
        if measure.enough < LEAVE:
            return None
        return next((band.level for band in reversed(self.bands) if measure.score >= band.leave), None)

    def limit(self, level: Level) -> float:
        """The enter score of a level."""
        return next(band.enter for band in self.bands if band.level is level)


def _band(level: Level, said: float | tuple[float, float]) -> Band:
    enter, leave = said if isinstance(said, tuple) else (said, said * LEAVE)
    return Band(level, enter, leave)
