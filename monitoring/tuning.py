"""What each threshold would have meant, and the one that gives a wanted rate of alarms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitoring.alarms import Latch, News, Patience
from monitoring.known import Event
from monitoring.levels import LEAVE
from monitoring.outcome import NOTHING, Outcome, outcome
from monitoring.readings import ReadingValue
from monitoring.rules import Rule
from protocol.words import Level

STEPS = 40
QUIETEST = 0.5  # of all scores, from which on thresholds are tried


@dataclass(frozen=True)
class Scored:
    """The scores of the series of one rule through a gauge, with what is known to have happened."""

    at: tuple[datetime, ...]
    scores: tuple[float, ...]
    events: tuple[Event, ...]

    def outcome(self, threshold: float, patience: Patience) -> Outcome:
        """What a yellow level at this threshold would have opened."""
        return outcome(self._openings(threshold, patience), self.events, self.at[-1] - self.at[0])

    def _openings(self, threshold: float, patience: Patience) -> list[datetime]:
        latch, found = Latch(patience), []
        for at, score in zip(self.at, self.scores, strict=True):
            level = Level.YELLOW if score >= threshold else None
            if latch.see(at, level, calm=score < LEAVE * threshold, live=True) is News.OPENED:
                found.append(at)
        return found


@dataclass(frozen=True)
class Point:
    """One threshold and what it would have meant on all series together."""

    threshold: float
    outcome: Outcome


def scored(readings: Sequence[ReadingValue], rule: Rule, events: Sequence[Event] = ()) -> Scored:
    """The score at each reading of what one rule watches, in order of time; 0 where too little is counted or known."""
    once = {(one.at, one.series, one.source): one for one in readings}
    moments, scores = [], []
    for key in sorted(once):
        one = once[key]
        rule.gauge.add(one.at, one.value, one.series)
        measure = rule.gauge.measure()
        moments.append(one.at)
        scores.append(measure.score if measure and measure.enough >= 1 else 0.0)
    return Scored(tuple(moments), tuple(scores), tuple(events))


def trade_off(series: Sequence[Scored], patience: Patience, told: Callable[[], object] = lambda: None) -> list[Point]:
    """So many thresholds from often to never, each with what it would have meant; `told` is called after each."""
    points = []
    for threshold in _thresholds([score for one in series for score in one.scores]):
        points.append(Point(threshold, sum((one.outcome(threshold, patience) for one in series), NOTHING)))
        told()
    return points


def proposed(points: Sequence[Point], false_per_week: float) -> Point | None:
    """The lowest threshold from which on the wanted rate is kept; None when none keeps it.

    A higher threshold may fire more often here and there, because an alarm holds; so all above must keep it as well.
    """
    kept = None
    for point in sorted(points, key=lambda point: point.threshold, reverse=True):
        if point.outcome.false_per_week > false_per_week:
            break
        kept = point
    return kept


def _thresholds(scores: Sequence[float]) -> list[float]:
    """Evenly in the logarithm of how rarely a score is reached, where anything is."""
    ordered = sorted(score for score in scores if 0 < score < float("inf"))
    if not ordered:
        return []
    rare = 1 / len(ordered)
    shares = (QUIETEST * (rare / QUIETEST) ** (step / (STEPS - 1)) for step in range(STEPS))
    places = (min(len(ordered) - 1, int(len(ordered) * (1 - share))) for share in shares)
    return sorted({_rounded(ordered[place]) for place in places})


def _rounded(score: float) -> float:
    """Three figures: more would promise what no series knows."""
    return float(f"{score:.3g}")
