"""A maintained library beside ours: river's Gaussian scorer, on the sum of an hour, under the same latch."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from math import log10
from time import process_time

from bench.listening.series import Labelled

WINDOW = 12
LEAST = 1e-16
THRESHOLDS = tuple(round(1 + 0.1 * number, 1) for number in range(140))


@dataclass(frozen=True)
class Pace:
    """What it costs: readings per second of one processor's time, and bytes to keep the largest of the series."""

    readings_per_second: float
    bytes_per_series: int


def installed() -> bool:
    """Whether river is there; it comes with the extra `bench`."""
    return find_spec("river") is not None


def name() -> str:
    """The library and its version."""
    return f"river {version('river')} GaussianScorer, 1 h"


def river(all_series: Sequence[Labelled]) -> tuple[list[list[float]], Pace]:
    """Its scores as −log10 of the tail, and its cost; the sum of the hour is ours and not counted."""
    from river.anomaly import GaussianScorer  # noqa: PLC0415 (an extra that need not be there)

    scores, seconds, largest = [], 0.0, 0
    for series in all_series:
        sums = [sum(series.values[max(0, row - WINDOW + 1) : row + 1]) for row in range(len(series.values))]
        scorer, found = GaussianScorer(), []
        begun = process_time()
        for count in sums:
            found.append(scorer.score_one(None, count))
            scorer.learn_one(None, count)
        seconds += process_time() - begun
        scores.append([-log10(max(LEAST, 1 - share)) for share in found])
        largest = max(largest, len(pickle.dumps(scorer)))
    return scores, Pace(round(sum(len(series.values) for series in all_series) / seconds), largest)
