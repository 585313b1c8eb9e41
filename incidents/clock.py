"""Time is given: the wall clock at the rim, and an incident's own clock for compressed drills."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from incidents.rows import Incident


class Clock(Protocol):
    """Tells the moment."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...


class WallClock:
    """The real time. Built once, in wiring."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class IncidentClock:
    """Maps real time to the incident's time: at `real` it stood at `base`, and runs `speed` times as fast."""

    real: datetime
    base: datetime
    speed: float

    def at(self, real_now: datetime) -> datetime:
        """The incident's time at a real moment."""
        return self.base + (real_now - self.real) * self.speed

    def real_of(self, moment: datetime) -> datetime:
        """The real moment at which the incident's clock shows this time."""
        return self.real + (moment - self.base) / self.speed


def clock_for(incident: Incident) -> IncidentClock:
    """The clock of an incident; speed 1 for the real thing."""
    return IncidentClock(incident.clock_real, incident.clock_base, incident.clock_speed)
