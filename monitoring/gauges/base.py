"""What every gauge promises."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Measure:
    """What stands now.

    `score` is what the levels are compared with; `observed` the count in the window that speaks, `window` that window,
    `expected` the usual count per that window (for this hour of the week where known), `highest_in` how far back no
    equal count is remembered; None where unknown.
    """

    score: float
    observed: float
    window: timedelta
    expected: float | None
    highest_in: timedelta | None


class Gauge(ABC):
    """Measures one series in one pass, without look-ahead and in bounded memory."""

    @abstractmethod
    def add(self, at: datetime, value: float, series: str = "") -> None:
        """Takes one count; a late one goes into its own step of time, one older than is remembered changes nothing."""

    @abstractmethod
    def advance(self, now: datetime) -> None:
        """Moves time on without a count."""

    @abstractmethod
    def measure(self) -> Measure | None:
        """What stands now; None while the usual is not known."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Everything that the next count needs, as JSON."""

    @abstractmethod
    def restore(self, state: Mapping[str, Any]) -> None:
        """Takes up where `state()` of a gauge with the same parameters left off."""

    @property
    @abstractmethod
    def memory(self) -> timedelta:
        """How far back stored readings must be replayed to learn anew."""
