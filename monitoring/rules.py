"""The rules: one pass over the readings of a series, no look-ahead, a sentence with every alarm."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from monitoring import sentences
from monitoring.alarms import Alarm, Latch, News
from monitoring.sentences import Facts, Usual
from monitoring.trailing import Trailing
from protocol.words import Level

STEPS_PER_WINDOW = 12
CALM_BELOW = 0.7
WARM_UP = timedelta(days=1)


class Rule(ABC):
    """Watches the sum over a sliding window and announces the levels it reaches.

    The window moves in steps of a twelfth of itself, so finer readings see between 11 and 12 twelfths of it.
    """

    def __init__(self, name: str, levels: Mapping[Level, float], window: timedelta, unit: str) -> None:
        self.name = name
        self.window = window
        self.last_at: datetime | None = None
        self._limits = sorted(levels.items(), key=lambda entry: entry[0].rank)
        self._unit = unit
        self._step_seconds = window.total_seconds() / STEPS_PER_WINDOW
        self._recent = Trailing(STEPS_PER_WINDOW)
        self._latch = Latch()

    @property
    def memory(self) -> timedelta:
        """How far back a reading still matters."""
        return self.window

    def observe(self, at: datetime, value: float, live: bool = True) -> Alarm | None:
        """Takes one reading; the alarm that it opens or raises. A reading not newer than the last changes nothing.

        `live` is false for a reading too old to call anybody: its alarm is announced again by the first live one.
        """
        if self.last_at is not None and at <= self.last_at:
            return None
        self._take(at, value)
        self.last_at = at
        expected = self._expected()
        return None if expected is None else self._judge(at, expected, live)

    def limit(self) -> float | None:
        """The count per window at which the lowest level is reached just now; None while it is not known."""
        expected = self._expected()
        return None if expected is None else self._threshold(self._limits[0][1], expected)

    def state(self) -> dict[str, Any]:
        """Everything that the next reading needs, as JSON."""
        at = self.last_at.isoformat() if self.last_at else None
        return {"last_at": at, "recent": self._recent.state(), "latch": self._latch.state()}

    def restore(self, state: dict[str, Any]) -> Self:
        """Takes up where `state()` of a rule with the same parameters left off."""
        self.last_at = datetime.fromisoformat(state["last_at"]) if state["last_at"] else None
        self._recent.restore(state["recent"])
        self._latch.restore(state["latch"])
        return self

    @abstractmethod
    def _expected(self) -> float | None:
        """The usual count per window; None while it is not known."""

    @abstractmethod
    def _threshold(self, limit: float, expected: float) -> float:
        """The count per window at which a limit is reached."""

    @abstractmethod
    def _facts(self, limit: float, expected: float) -> Facts:
        """The numbers that the sentence of an alarm says."""

    def _take(self, at: datetime, value: float) -> None:
        self._recent.advance(self._steps_to(at))
        self._recent.add(value)

    def _steps_to(self, at: datetime) -> int:
        if self.last_at is None:
            return 0
        return int(at.timestamp() // self._step_seconds - self.last_at.timestamp() // self._step_seconds)

    def _judge(self, at: datetime, expected: float, live: bool) -> Alarm | None:
        observed = self._recent.total
        reached = [entry for entry in self._limits if observed >= self._threshold(entry[1], expected)]
        level, limit = reached[-1] if reached else (None, 0.0)
        calm = observed < CALM_BELOW * self._threshold(self._limits[0][1], expected)
        news = self._latch.see(at, level, calm, live)
        if news is None or level is None:
            return None
        facts, threshold = self._facts(limit, expected), self._threshold(limit, expected)
        why, why_es = sentences.english(facts), sentences.spanish(facts)
        return Alarm(at, level, self.name, why, why_es, observed, expected, threshold, raised=news is News.RAISED)


class RatioRule(Rule):
    """Fires when the window reaches a multiple of the mean of the baseline, and at least a minimum count.

    `levels` are the multiples; `minimum` is above 0, or a series of zeros would reach them all. The mean is per time
    that readings cover, so an outage of the feed does not lower it; nothing fires before one day is covered.
    Source: design/monitoring.md (1 h against the 3-day mean).
    """

    def __init__(
        self,
        name: str,
        levels: Mapping[Level, float],
        *,
        window: timedelta = timedelta(hours=1),
        baseline: timedelta = timedelta(days=3),
        minimum: float,
        unit: str = "mentions",
    ) -> None:
        super().__init__(name, levels, window, unit)
        self.baseline = baseline
        self.minimum = minimum
        size = round(baseline / window * STEPS_PER_WINDOW)
        self._usual = Trailing(size)
        self._covered = Trailing(size)

    @property
    def memory(self) -> timedelta:
        """How far back a reading still matters."""
        return self.baseline

    def state(self) -> dict[str, Any]:
        """Everything that the next reading needs, as JSON; some 7 kB for five-minute steps over three days."""
        return super().state() | {"usual": self._usual.state(), "covered": self._covered.state()}

    def restore(self, state: dict[str, Any]) -> Self:
        """Takes up where `state()` of a rule with the same parameters left off."""
        self._usual.restore(state["usual"])
        self._covered.restore(state["covered"])
        return super().restore(state)

    def _take(self, at: datetime, value: float) -> None:
        super()._take(at, value)
        if self.last_at is None:
            return  # the first reading covers a span that nobody knows
        steps = self._steps_to(at)
        self._usual.advance(steps)
        self._usual.add(value)
        self._covered.advance(steps)
        self._covered.add(min(at - self.last_at, self.window).total_seconds())

    def _expected(self) -> float | None:
        if self._covered.total < WARM_UP.total_seconds():
            return None
        return self._usual.total / self._covered.total * self.window.total_seconds()

    def _threshold(self, limit: float, expected: float) -> float:
        return max(limit * expected, self.minimum)

    def _facts(self, limit: float, expected: float) -> Facts:
        known = min(self.baseline, timedelta(hours=round(self._covered.total / 3600)))
        return Facts(self._recent.total, self._unit, self.window, limit, Usual(expected, known, self.minimum))


class StaticRule(Rule):
    """Fires when the window reaches a fixed count; `levels` are the counts."""

    def __init__(
        self,
        name: str,
        levels: Mapping[Level, float],
        *,
        window: timedelta = timedelta(hours=1),
        unit: str = "mentions",
    ) -> None:
        super().__init__(name, levels, window, unit)

    def _expected(self) -> float:
        return 0.0

    def _threshold(self, limit: float, expected: float) -> float:
        return limit

    def _facts(self, limit: float, expected: float) -> Facts:
        return Facts(self._recent.total, self._unit, self.window, limit)
