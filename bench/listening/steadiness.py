"""How much hangs on each number: every parameter half as much again and half as much, and windows left out."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from bench.listening.alarms import measured, opened
from bench.listening.scorer import Sheet, judged, total
from bench.listening.series import Labelled
from monitoring.gauges import burst
from monitoring.gauges.burst import BurstGauge

PARAMETERS: dict[str, Any] = {
    "half_life": burst.HALF_LIFE,
    "tail_share": burst.TAIL_SHARE,
    "prior": burst.PRIOR,
    "small": burst.SMALL,
    "minimum": burst.MINIMUM,
    "rhythm": burst.RHYTHM,
}


def varied() -> Iterator[tuple[str, dict[str, Any]]]:
    """The frozen default, and its neighbours by name."""
    yield "frozen", {}
    for name, value in PARAMETERS.items():
        for factor in (0.5, 1.5):
            yield f"{name} {_said(factor * value)}", {name: factor * value}
    for window in burst.WINDOWS:
        yield f"without {_said(window)}", {"windows": [other for other in burst.WINDOWS if other != window]}


def sheet(all_series: Sequence[Labelled], threshold: float, **parameters: Any) -> Sheet:
    """What a gauge with these parameters comes to."""
    return total(
        judged(series, opened(series.instants, measured(BurstGauge(**parameters), series), threshold))
        for series in all_series
    )


def _said(value: float | timedelta) -> str:
    if not isinstance(value, timedelta):
        return f"{value:g}"
    return f"{value / timedelta(days=1):g} d" if value >= timedelta(days=1) else f"{value / timedelta(minutes=1):g} min"
