"""What every gauge does, and what it measures."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitoring import sentences
from monitoring.sentences import Reasons


@dataclass(frozen=True, slots=True)
class Measure:
    """How a series stands. `score` is what the levels are compared with.

    `observed` is the count in the `window` that speaks, `expected` the usual one; `highest_in` is how far back no such
    count is remembered. `enough` is the share of the minimum count that is there: below 1 no level is reached.
    """

    score: float
    observed: float
    window: timedelta
    expected: float | None = None
    highest_in: timedelta | None = None
    enough: float = 1.0


class Gauge(ABC):
    """Takes the counts of one or several series, and says how they stand."""

    unit = "mentions"
    window = timedelta(hours=1)
    by_count = False  # whether a threshold is a count per window, which a plot can show

    @property
    def by_clock(self) -> bool:
        """Whether it speaks without a count, when time has passed; the clock of all others is that of their counts."""
        return False

    @abstractmethod
    def add(self, at: datetime, value: float, series: str = "") -> None:
        """Takes one count. A late one goes into its own step of time; one older than that memory changes nothing."""

    @abstractmethod
    def measure(self) -> Measure | None:
        """What stands now; None while the usual is not known."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Everything that the next count needs, as JSON; exact, so that a restart rounds as no restart would have."""

    @abstractmethod
    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` of a gauge with the same parameters left off."""

    @property
    @abstractmethod
    def memory(self) -> timedelta:
        """How far back a count still matters."""

    def advance(self, now: datetime) -> None:  # noqa: B027 - most gauges know time by their counts alone
        """Moves time on without a count."""

    def threshold(self, measure: Measure, limit: float) -> float:
        """The count per window, or the score, at which a level is reached whose limit this is."""
        return limit

    def reasons(self, measure: Measure, limit: float, at: datetime) -> Reasons:
        """Why a level is reached whose limit this is, by language; numbers only."""
        return sentences.standing_out(
            self.unit, measure.observed, measure.window, measure.expected, measure.highest_in, at
        )
