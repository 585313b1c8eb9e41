"""Placeholder on this branch only until the burst gauge is merged."""

from datetime import datetime, timedelta
from typing import Any

from monitoring.gauges.base import Gauge, Measure

YELLOW, ORANGE, RED = 4.0, 6.0, 9.0


class BurstGauge(Gauge):
    """See the burst branch."""

    def __init__(self, unit: str = "mentions", minimum: float | None = None) -> None:
        self.unit = unit

    @property
    def memory(self) -> timedelta:
        """None."""
        return timedelta(0)

    def add(self, at: datetime, value: float, series: str = "") -> None:
        """Nothing."""

    def measure(self) -> Measure | None:
        """Nothing."""
        return None

    def state(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing."""
