"""A clock that is set by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 3, 3, 21, 0, tzinfo=UTC)


@dataclass
class SetClock:
    """Stands still until it is set."""

    moment: datetime = NOW

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment

    def later(self, **span: float) -> datetime:
        """Moves on by a span (`minutes=5`)."""
        self.moment += timedelta(**span)
        return self.moment
