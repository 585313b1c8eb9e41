"""Series that were made: the labelled ones with most mentions taken out, and noise in which nothing ever happens."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from bench.listening.series import Labelled

SHARES = (0.3, 0.1, 0.03, 0.01)
MEANS = (0.3, 3, 30, 200)
SPREADS = (None, 5.0, 1.0)  # the shape of the gamma that a Poisson count's mean is drawn from; None for pure Poisson
DAYS = 55
_START = datetime(2026, 1, 5, tzinfo=UTC)
_A_DAY = 288


def thinned(series: Labelled, share: float, seed: int) -> Labelled:
    """The series as a brand would have it that is talked about less: each mention is kept with this chance."""
    chance = np.random.default_rng(seed)
    kept = chance.binomial(np.array(series.values, dtype=int), share)
    return replace(series, values=tuple(map(float, kept)))


def noises() -> Iterator[tuple[str, Labelled]]:
    """Counts that chance alone makes, with a day and a weekend, from a third of a mention in five minutes to 200."""
    for seed, (mean, spread) in enumerate((mean, spread) for mean in MEANS for spread in SPREADS):
        name = f"mean {mean:g}, " + (f"negative binomial {spread:g}" if spread else "Poisson")
        yield name, _noise(name, mean, spread, seed)


def drifts() -> Iterator[tuple[str, Labelled]]:
    """Noise around a level that moves: overnight on the 20th day, or a little every day."""
    step = np.arange(DAYS * _A_DAY)
    overnight = step > 20 * _A_DAY
    yield "doubles overnight", _noise("doubles", 20, 5.0, 20, np.where(overnight, 2, 1))
    yield "trebles overnight", _noise("trebles", 20, 5.0, 21, np.where(overnight, 3, 1))
    yield "halves overnight", _noise("halves", 20, 5.0, 22, np.where(overnight, 0.5, 1))
    yield "grows threefold", _noise("threefold", 20, 5.0, 23, 1 + 2 * step / len(step))
    yield "grows tenfold", _noise("tenfold", 3, 5.0, 24, 1 + 9 * step / len(step))


def _noise(name: str, mean: float, spread: float | None, seed: int, trend: Any = 1) -> Labelled:
    chance = np.random.default_rng(seed)
    step = np.arange(DAYS * _A_DAY)
    means = mean * trend * (1 + 0.7 * np.sin(2 * np.pi * step / _A_DAY)) * np.where(step // _A_DAY % 7 >= 5, 0.6, 1)
    drawn = chance.gamma(spread, means / spread) if spread else means
    instants = tuple(_START + timedelta(minutes=5 * number) for number in range(len(step)))
    return Labelled(name, instants, tuple(map(float, chance.poisson(drawn))), (), ())
