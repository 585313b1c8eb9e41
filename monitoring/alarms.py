"""An alarm, and the latch that lets one burst raise it once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from protocol.words import Level

CLEAR_AFTER = timedelta(minutes=30)
HOLD = timedelta(hours=12)


@dataclass(frozen=True)
class Alarm:
    """What a rule found at one reading, with the sentence that says why, in English and in Spanish.

    `observed`, `expected` and `threshold` are counts per window. `raised` marks a higher level of an alarm that was
    already open.
    """

    at: datetime
    level: Level
    rule: str
    why: str
    why_es: str
    observed: float
    expected: float
    threshold: float
    raised: bool = False


class News(StrEnum):
    """What a reading adds to what is known: an alarm opened, or an open one rose."""

    OPENED = "opened"
    RAISED = "raised"


class Latch:
    """Opens once, rises with the level, and clears after 30 quiet minutes, 12 h after it opened at the earliest.

    Readings that come too late to call anybody open it untold; then the first live reading that is still over the limit
    tells. Source of the spans: design/monitoring.md.
    """

    def __init__(self) -> None:
        self.level: Level | None = None
        self._told: Level | None = None
        self._opened_at: datetime | None = None
        self._calm_since: datetime | None = None
        self._seen_at: datetime | None = None

    def see(self, at: datetime, level: Level | None, calm: bool, live: bool) -> News | None:
        """What to announce of this reading; None when it is nothing new. The first live word of an alarm opens it."""
        self._clear(at, calm)
        self._seen_at = at
        if level is None:
            return None
        known = self._told if live else self.level
        if known is not None and level.rank <= known.rank:
            return None
        self._opened_at = self._opened_at or at
        self.level = level if self.level is None or level.rank > self.level.rank else self.level
        self._told = level if live else self._told
        return News.RAISED if known else News.OPENED

    def state(self) -> dict[str, Any]:
        """The latch as JSON."""
        return {
            "level": self.level,
            "told": self._told,
            "opened_at": _written(self._opened_at),
            "calm_since": _written(self._calm_since),
            "seen_at": _written(self._seen_at),
        }

    def restore(self, state: dict[str, Any]) -> Self:
        """Takes up where `state()` left off."""
        self.level = Level(state["level"]) if state["level"] else None
        self._told = Level(state["told"]) if state["told"] else None
        self._opened_at = _read(state["opened_at"])
        self._calm_since = _read(state["calm_since"])
        self._seen_at = _read(state["seen_at"])
        return self

    def _clear(self, at: datetime, calm: bool) -> None:
        if self._opened_at is None or self._seen_at is None:
            return
        # After a silence as long as the hold nobody knows what happened: a burst then is a new one, never nothing.
        silent = at - self._seen_at >= HOLD
        self._calm_since = (self._calm_since or at) if calm else None
        rested = self._calm_since is not None and at - self._calm_since >= CLEAR_AFTER
        if silent or (rested and at - self._opened_at >= HOLD):
            self.level = self._told = self._opened_at = self._calm_since = None


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
