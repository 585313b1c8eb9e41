"""Several signals at once: all, any, or so many of them, within a while of each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitoring import sentences
from monitoring.gauges.base import Gauge, Measure
from monitoring.levels import Ladder
from monitoring.sentences import Reasons
from protocol.words import Level


@dataclass
class Signal:
    """One part of a combination: a gauge over its series, its levels, and when each was last reached."""

    series: tuple[str, ...]
    gauge: Gauge
    ladder: Ladder
    reached_at: dict[Level, datetime]
    said: Reasons

    def level_since(self, since: datetime) -> Level | None:
        """The highest level that was reached at or after this moment."""
        ranked = sorted(self.reached_at, key=lambda level: level.rank, reverse=True)
        return next((level for level in ranked if self.reached_at[level] >= since), None)


class CombinationGauge(Gauge):
    """The rank (yellow 1, orange 2, red 3) that at least `need` of the signals have reached within `within`."""

    def __init__(self, signals: Sequence[tuple[tuple[str, ...], Gauge, Ladder]], need: int, within: timedelta) -> None:
        self.signals = [Signal(series, gauge, ladder, {}, {}) for series, gauge, ladder in signals]
        self.need = need
        self.within = within
        self._now: datetime | None = None

    @property
    def by_clock(self) -> bool:
        """Where one of its signals is."""
        return any(signal.gauge.by_clock for signal in self.signals)

    @property
    def memory(self) -> timedelta:
        """How far back a count still matters to any of the signals."""
        return max(signal.gauge.memory for signal in self.signals) + self.within

    def add(self, at: datetime, value: float, series: str = "") -> None:
        """Shows one count to the signals that watch its series, and the clock to all."""
        for signal in self.signals:
            if series in signal.series:
                signal.gauge.add(at, value, series)
        self.advance(at)

    def advance(self, now: datetime) -> None:
        """Moves the clock on, and notes what each signal has reached."""
        self._now = now if self._now is None else max(now, self._now)
        for signal in self.signals:
            signal.gauge.advance(self._now)
            self._note(signal, self._now)

    def measure(self) -> Measure | None:
        """The rank as the score; the count is how many signals are at it."""
        if self._now is None:
            return None
        ranks = sorted((self._rank(signal) for signal in self.signals), reverse=True)
        score = ranks[self.need - 1]
        speaking = sum(rank >= max(score, 1) for rank in ranks)
        return Measure(float(score), float(speaking), self.within, float(self.need))

    def reasons(self, measure: Measure, limit: float, at: datetime) -> Reasons:
        """`2 of 2 signals. 812 mentions …; 128 inquiries ….`"""
        parts = [signal.said for signal in self.signals if self._rank(signal) >= limit]
        return sentences.combined(parts, len(self.signals))

    def state(self) -> dict[str, Any]:
        """The state of every signal."""
        return {"now": self._now.isoformat() if self._now else None, "signals": [_state(one) for one in self.signals]}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state()` left off."""
        self._now = datetime.fromisoformat(state["now"]) if state["now"] else None
        for signal, kept in zip(self.signals, state["signals"], strict=True):
            signal.gauge.restore(kept["gauge"])
            signal.said = kept["said"]
            signal.reached_at = {Level(word): datetime.fromisoformat(at) for word, at in kept["reached_at"].items()}

    def _rank(self, signal: Signal) -> int:
        assert self._now is not None
        level = signal.level_since(self._now - self.within)
        return level.rank if level else 0

    def _note(self, signal: Signal, now: datetime) -> None:
        measure = signal.gauge.measure()
        level = signal.ladder.reached(measure) if measure else None
        if measure is None or level is None:
            return
        known = signal.level_since(now - self.within)
        if not signal.said or known is None or level.rank >= known.rank:
            signal.said = signal.gauge.reasons(measure, signal.ladder.limit(level), now)
        signal.reached_at |= {band.level: now for band in signal.ladder.bands if band.level.rank <= level.rank}


def _state(signal: Signal) -> dict[str, Any]:
    reached = {level.value: at.isoformat() for level, at in signal.reached_at.items()}
    return {"gauge": signal.gauge.state(), "reached_at": reached, "said": signal.said}
