"""The benchmark's scorer: early inside a labelled window earns, a missed window and a false alarm cost.

Source: Numenta Anomaly Benchmark, as written down in its paper (Lavin and Ahmad 2015) and held to published figures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp
from statistics import median

from bench.listening.series import Labelled, Window

PROBATION = 0.15
PROBATION_ROWS = 750
ROWS_PER_WEEK = 7 * 24 * 12


@dataclass(frozen=True)
class Profile:
    """What a missed window and a false alarm cost, where the earliest hit earns 1."""

    miss: float
    false_alarm: float


PROFILES: Mapping[str, Profile] = {
    "standard": Profile(1, 0.11),
    "low_fp": Profile(1, 0.22),
    "low_fn": Profile(2, 0.11),
}


@dataclass(frozen=True)
class Sheet:
    """What the alarms of one series, or of several added up, came to.

    `earned` are the hits, each between about 0 and 1; `cost` is what the false alarms cost, each between 0 and 1;
    `from_start` and `from_label` are delays in rows, one per hit, from the window's start and from the labelled instant
    (negative: before it).
    """

    windows: int = 0
    hits: int = 0
    false_alarms: int = 0
    rows: int = 0
    earned: float = 0.0
    cost: float = 0.0
    from_start: tuple[int, ...] = ()
    from_label: tuple[int, ...] = ()

    def __add__(self, other: "Sheet") -> "Sheet":
        return Sheet(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    def score(self, profile: str = "standard") -> float:
        """Scaled so that no alarms at all is 0 and perfection 100."""
        costs = PROFILES[profile]
        least = -costs.miss * self.windows
        got = self.earned - costs.miss * (self.windows - self.hits) - costs.false_alarm * self.cost
        return 100 * (got - least) / (self.windows - least)

    @property
    def false_per_week(self) -> float:
        """False alarms per series per week of readings, the first 15 % of the rows left out."""
        return self.false_alarms / ((1 - PROBATION) * self.rows / ROWS_PER_WEEK)

    def median_delay(self, *, label: bool = False) -> float | None:
        """Minutes from the window's start, or from the labelled instant, to the first alarm in the window."""
        delays = self.from_label if label else self.from_start
        return 5 * median(delays) if delays else None


def judged(series: Labelled, alarms: Iterable[int]) -> Sheet:
    """What alarms at these rows of the series are worth; those in probation count for nothing."""
    probation = min(int(PROBATION * len(series.instants)), PROBATION_ROWS)
    counted = sorted(row for row in set(alarms) if row >= probation)
    firsts = [next((row for row in counted if first <= row <= last), None) for first, last in series.windows]
    hits = [(row, window) for row, window in zip(firsts, series.windows, strict=True) if row is not None]
    false = [row for row in counted if not any(first <= row <= last for first, last in series.windows)]
    return Sheet(
        windows=len(series.windows),
        hits=len(hits),
        false_alarms=len(false),
        rows=len(series.instants),
        earned=sum(_earned(row, window) for row, window in hits),
        cost=sum(_cost(row, series.windows) for row in false),
        from_start=tuple(row - first for row, (first, _) in hits),
        from_label=tuple(row - _label(series, window) for row, window in hits),
    )


def total(sheets: Iterable[Sheet]) -> Sheet:
    """The sheets of several series as one, in the benchmark's way: added up before they are scaled."""
    return sum(sheets, Sheet())


def _earned(row: int, window: Window) -> float:
    """1 at the window's first row, falling to about 0 at its last."""
    first, last = window
    return _sigmoid(-(last - row + 1) / (last - first + 1)) / _sigmoid(-1)


def _cost(row: int, windows: tuple[Window, ...]) -> float:
    """Little right after a window, 1 far from any."""
    before = [window for window in windows if window[1] < row]
    if not before:
        return 1.0
    first, last = max(before, key=lambda window: window[1])
    distance = (row - last) / (last - first)
    return 1.0 if distance > 3 else -_sigmoid(distance)


def _label(series: Labelled, window: Window) -> int:
    return next(label for label in series.labels if window[0] <= label <= window[1])


def _sigmoid(x: float) -> float:
    return 2 / (1 + exp(5 * x)) - 1
