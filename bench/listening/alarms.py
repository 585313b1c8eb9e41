"""Alarms: what a gauge says of a series reading by reading, and the rows at which the latch opens."""

from collections.abc import Sequence
from datetime import datetime

from bench.listening.series import Labelled
from monitoring.alarms import Latch, News
from monitoring.gauges.base import Gauge
from protocol.words import Level

CALM_BELOW = 0.7

Scores = Sequence[float | None]


def measured(gauge: Gauge, series: Labelled) -> list[float | None]:
    """The gauge's score at every reading, as each would have been known then."""
    scores: list[float | None] = []
    for at, value in zip(series.instants, series.values, strict=True):
        gauge.add(at, value)
        measure = gauge.measure()
        scores.append(measure.score if measure else None)
    return scores


def opened(instants: Sequence[datetime], scores: Scores, threshold: float) -> list[int]:
    """The rows at which an alarm opens: once per burst, by the product's own latch."""
    latch, rows = Latch(), []
    for row, (at, score) in enumerate(zip(instants, scores, strict=True)):
        known = score or 0.0
        level = Level.YELLOW if known >= threshold else None
        if level is None and latch.level is None:
            continue  # nothing is open and nothing opens: most rows, and a curve passes them hundreds of times
        if latch.see(at, level, known < CALM_BELOW * threshold, live=True) is News.OPENED:
            rows.append(row)
    return rows
