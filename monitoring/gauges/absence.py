"""How long a series has been silent."""

from datetime import datetime, timedelta
from typing import Any

from monitoring import sentences
from monitoring.gauges.base import Gauge, Measure
from monitoring.sentences import Reasons


class AbsenceGauge(Gauge):
    """Minutes since the newest reading. A series that never spoke is not missed: it may not be connected yet."""

    unit = "readings"

    def __init__(self) -> None:
        self._last: datetime | None = None
        self._now: datetime | None = None

    @property
    def by_clock(self) -> bool:
        """It does nothing else."""
        return True

    @property
    def memory(self) -> timedelta:
        """How far back the last reading may lie and still be missed."""
        return timedelta(days=7)

    def add(self, at: datetime, value: float, series: str = "") -> None:
        """Notes that there was a reading."""
        self._last = at if self._last is None else max(at, self._last)
        self.advance(at)

    def advance(self, now: datetime) -> None:
        """Moves the clock on."""
        self._now = now if self._now is None else max(now, self._now)

    def measure(self) -> Measure | None:
        """The silence in minutes; None before the first reading."""
        if self._last is None or self._now is None:
            return None
        silence = self._now - self._last
        return Measure(silence / timedelta(minutes=1), 0.0, silence)

    def reasons(self, measure: Measure, limit: float, at: datetime) -> Reasons:
        """`No reading since 2026-03-03 14:05 UTC, for 20 minutes: nobody listens there just now.`"""
        return sentences.silent(at - measure.window, measure.window)

    def state(self) -> dict[str, Any]:
        """The two moments."""
        return {
            "last": self._last.isoformat() if self._last else None,
            "now": self._now.isoformat() if self._now else None,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` left off."""
        self._last = datetime.fromisoformat(state["last"]) if state["last"] else None
        self._now = datetime.fromisoformat(state["now"]) if state["now"] else None
