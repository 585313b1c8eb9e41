"""An alarm, and the latch that lets one burst raise it once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from monitoring.sentences import Reasons
from protocol.words import Language, Level

CLEAR_AFTER = timedelta(minutes=30)
HOLD = timedelta(hours=12)


class News(StrEnum):
    """What a reading adds to what is known."""

    OPENED = "opened"
    RAISED = "raised"  # an open alarm reached a higher level
    CALMED = "calmed"  # back to green
    RESUMED = "resumed"  # the level is back while the alarm still speaks for it: nobody is called again


@dataclass(frozen=True)
class Alarm:
    """What a rule found at one reading, with the sentence that says why, by language, and the numbers behind it.

    `observed`, `expected` and `threshold` are counts per window, or scores where the rule compares those. `raised`
    marks a higher level of an alarm that was already open; `calmed`, at level green, that it is over, and `resumed`
    that it is not after all. One that is not `live` rests on a reading too old to call anybody.
    """

    at: datetime
    level: Level
    rule: str
    reasons: Reasons
    observed: float
    expected: float
    threshold: float
    news: News = News.OPENED
    live: bool = True
    numbers: dict[str, Any] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """The sentence in English."""
        return self.reasons[Language.EN]

    @property
    def why_es(self) -> str:
        """The sentence in Spanish."""
        return self.reasons[Language.ES]

    @property
    def raised(self) -> bool:
        """Whether an open alarm reached a higher level."""
        return self.news is News.RAISED

    @property
    def calmed(self) -> bool:
        """Whether it is over."""
        return self.news is News.CALMED

    @property
    def resumed(self) -> bool:
        """Whether it burns again, and was told before."""
        return self.news is News.RESUMED

    @property
    def is_told(self) -> bool:
        """Whether it is an alarm to tell of, and not how an older one goes on."""
        return self.news in (News.OPENED, News.RAISED)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a level must stand before it is told, how long one alarm speaks for all, and how long calm takes."""

    sustained: timedelta = timedelta(0)
    hold: timedelta = HOLD
    clear: timedelta = CLEAR_AFTER


class Latch:
    """Opens once, rises with the level, says once that it is green again, and may open anew when its hold is over.

    It clears after 30 quiet minutes, 12 h after it opened at the earliest; what burns again before then is not told,
    and what still burns when the hold is over is. Readings that come too late to call anybody
    open it untold; then the first live reading that is still over the limit tells. Source of the spans: the benchmark
    of the listening.
    """

    def __init__(self, patience: Patience | None = None) -> None:
        self.patience = patience or Patience()
        self.level: Level | None = None
        self._told: Level | None = None
        self._opened_at: datetime | None = None
        self._calm_since: datetime | None = None
        self._seen_at: datetime | None = None
        self._standing: dict[str, datetime] = {}  # since when each level has been reached without a break
        self._green: bool = True
        self._eased = False  # back to green was said since it opened
        self.spoken = Level.GREEN  # the level of the newest announcement, of this life

    @property
    def calm_since(self) -> datetime | None:
        """Since when the series has been calm; None while it is not."""
        return self._calm_since

    @property
    def standing(self) -> Level | None:
        """The highest level that was told and is not over; None when nothing is."""
        return None if self._green else self._told

    def see(self, at: datetime, level: Level | None, calm: bool, live: bool) -> News | None:
        """What to announce of this reading; None when it is nothing new. The first live word of an alarm opens it."""
        level = self._sustained(at, level)
        self._clear(at, calm)
        self._seen_at = at
        if level is None:
            return self._calmed(at, live)
        resumed = self._green and self._eased and live
        self._green = self._green and not live
        known = self._told if live else self.level
        if known is not None and level.rank <= known.rank:
            self.spoken = level
            return News.RESUMED if resumed else None
        self._opened_at = self._opened_at or at
        self.level = level if self.level is None or level.rank > self.level.rank else self.level
        self._told = level if live else self._told
        self.spoken = level
        return News.RAISED if known else News.OPENED

    def state(self) -> dict[str, Any]:
        """The latch as JSON."""
        return {
            "level": self.level,
            "told": self._told,
            "opened_at": _written(self._opened_at),
            "calm_since": _written(self._calm_since),
            "seen_at": _written(self._seen_at),
            "standing": {level: since.isoformat() for level, since in self._standing.items()},
            "green": self._green,
            "eased": self._eased,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` left off, of this release or of the one before."""
        self.level = Level(state["level"]) if state["level"] else None
        self._told = Level(state["told"]) if state["told"] else None
        self._opened_at = _read(state["opened_at"])
        self._calm_since = _read(state["calm_since"])
        self._seen_at = _read(state["seen_at"])
        standing = state.get("standing", {})
        self._standing = {level: datetime.fromisoformat(since) for level, since in standing.items()}
        self._green = state.get("green", self._told is None)
        self._eased = state.get("eased", False)

    def stand_anew(self) -> None:
        """Forgets since when each level has been reached, and nothing of what was told."""
        self._standing = {}

    def _sustained(self, at: datetime, level: Level | None) -> Level | None:
        """The highest level that has been reached for long enough."""
        wait = self.patience.sustained
        if not wait:
            return level
        reached = [one for one in Level if level and 0 < one.rank <= level.rank]
        self._standing = {one.value: self._standing.get(one.value, at) for one in reached}
        return next((one for one in reversed(reached) if at - self._standing[one.value] >= wait), None)

    def _clear(self, at: datetime, calm: bool) -> None:
        self._calm_since = (self._calm_since or at) if calm else None
        if self._opened_at is None or self._seen_at is None:
            return
        # After a silence as long as the hold nobody knows what happened: a burst then is a new one, never nothing.
        silent = at - self._seen_at >= max(self.patience.hold, self.patience.clear)
        over = self._rested(at) or self._eased
        if silent or (over and at - self._opened_at >= self.patience.hold):
            self.level = self._told = self._opened_at = None
            self._eased = False

    def _rested(self, at: datetime) -> bool:
        return self._calm_since is not None and at - self._calm_since >= self.patience.clear

    def _calmed(self, at: datetime, live: bool) -> News | None:
        if self._green or not live or not self._rested(at):
            return None
        self._green = True
        self._eased = self._opened_at is not None
        return News.CALMED


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
