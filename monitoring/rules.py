"""A rule: a gauge, the levels of its score, and the latch; a sentence with every alarm."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from monitoring.alarms import Alarm, Latch, News, Patience
from monitoring.gauges.base import Gauge, Measure
from monitoring.levels import Ladder
from monitoring.sentences import back_to_green
from protocol.words import Level


class Rule:
    """Watches what its gauge measures and announces the levels that are reached."""

    def __init__(
        self,
        name: str,
        gauge: Gauge,
        levels: Mapping[Level, float | tuple[float, float]],
        patience: Patience | None = None,
    ) -> None:
        self.name = name
        self.gauge = gauge
        self.ladder = Ladder(levels)
        self.latch = Latch(patience)
        self.last_at: datetime | None = None

    @property
    def memory(self) -> timedelta:
        """How far back a reading still matters."""
        return self.gauge.memory

    def observe(self, at: datetime, value: float, live: bool = True, series: str = "") -> Alarm | None:
        """Takes one reading, in whatever order they come; the alarm that it opens, raises or ends.

        The levels are judged as of the newest reading. `live` is false for a reading too old to call anybody: its alarm
        is announced again by the first live one. Whoever calls keeps repeated readings out.
        """
        self.gauge.add(at, value, series)
        self.last_at = at if self.last_at is None else max(at, self.last_at)
        return self._judge(self.last_at, live)

    def advance(self, now: datetime) -> Alarm | None:
        """Looks at the clock without a reading: for silence, and for what the clock alone decides."""
        self.gauge.advance(now)
        self.last_at = now if self.last_at is None else max(now, self.last_at)
        return self._judge(self.last_at, live=True)

    @property
    def window(self) -> timedelta:
        """The window whose counts a plot of it shows."""
        return self.gauge.window

    def limit(self) -> float | None:
        """The count per window at which the lowest level is reached just now; None where no count alone decides."""
        measure = self.gauge.measure() if self.gauge.by_count else None
        return None if measure is None else self.gauge.threshold(measure, self.ladder.bands[0].enter)

    def state(self) -> dict[str, Any]:
        """Everything that the next reading needs, as JSON."""
        at = self.last_at.isoformat() if self.last_at else None
        return {"last_at": at, "latch": self.latch.state(), "gauge": self.gauge.state()}

    def restore(self, state: dict[str, Any]) -> Self:
        """Takes up where `state()` of a rule with the same parameters left off.

        Of a former release it takes what was told; its gauge has to learn anew: see `has_learned`.
        """
        self.last_at = datetime.fromisoformat(state["last_at"]) if state["last_at"] else None
        self.latch.restore(state["latch"])
        if has_learned(state):
            self.gauge.restore(state["gauge"])
        return self

    def _judge(self, at: datetime, live: bool) -> Alarm | None:
        measure = self.gauge.measure()
        if measure is None:
            return None
        calm = self.ladder.kept(measure) is None
        news = self.latch.see(at, self.ladder.reached(measure), calm, live)
        if news is None:
            return None
        if news is News.CALMED:
            since = self.latch.calm_since or at
            return self._alarm(at, Level.GREEN, measure, self.ladder.bands[0].enter, news, back_to_green(since), live)
        level = self.latch.spoken
        limit = self.ladder.limit(level)
        return self._alarm(at, level, measure, limit, news, self.gauge.reasons(measure, limit, at), live)

    def _alarm(
        self,
        at: datetime,
        level: Level,
        measure: Measure,
        limit: float,
        news: News,
        reasons: dict[str, str],
        live: bool,
    ) -> Alarm:
        threshold = self.gauge.threshold(measure, limit)
        numbers = {
            "score": _finite(measure.score),
            "limit": limit,
            "observed": measure.observed,
            "expected": measure.expected,
            "window_minutes": measure.window / timedelta(minutes=1),
        }
        return Alarm(
            at, level, self.name, reasons, measure.observed, measure.expected or 0.0, threshold, news, live, numbers
        )


def has_learned(state: dict[str, Any]) -> bool:
    """Whether a state holds what this release's gauges learned."""
    return "gauge" in state


def _finite(score: float) -> float | None:
    return score if math.isfinite(score) else None
