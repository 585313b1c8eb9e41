"""What one measurement says, as it stands in the results."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from bench.measured import Measured

OURS = "ours"
CEILINGS = ("wrk", "raw sockets")


@dataclass(frozen=True)
class Row:
    """One case with one client, in medians. `rate`: messages (or rows, or receipts) a second."""

    case: str
    client: str
    store: str | None
    latency_ms: int | None
    rate: float | None
    ratio_to_ceiling: float | None
    cpu_s_per_1000: float | None
    rss_mb: float
    count: int
    seconds: float
    milliseconds: float | None = None
    repetitions: int = 1
    not_reached: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taken:
    """One repetition: so many, at such a rate, by a process that took this much."""

    count: int
    rate: float
    process: Measured


def row(case: str, client: str, store: str | None, latency: int | None, runs: Sequence[Taken]) -> Row:
    """The medians of some repetitions."""
    return Row(
        case=case,
        client=client,
        store=store,
        latency_ms=latency,
        rate=_median([run.rate for run in runs]),
        ratio_to_ceiling=None,
        cpu_s_per_1000=_median([run.process.cpu_s / run.count * 1000 for run in runs]),
        rss_mb=_median([run.process.rss_mb for run in runs]),
        count=round(median(run.count for run in runs)),
        seconds=_median([run.process.seconds for run in runs]),
        repetitions=len(runs),
    )


def with_ratios(rows: Sequence[Row]) -> list[Row]:
    """The rows, each with its rate as a part of the ceiling of its case and latency, where there is one."""
    ceilings = {(one.case, one.latency_ms): one.rate for one in rows if one.client in CEILINGS}
    return [replace(one, ratio_to_ceiling=_ratio(one.rate, ceilings.get((one.case, one.latency_ms)))) for one in rows]


def written(rows: Sequence[Row], file: Path) -> None:
    """Writes the results."""
    listed: list[dict[str, Any]] = [asdict(one) for one in rows]
    file.write_bytes(orjson.dumps(listed, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _ratio(rate: float | None, ceiling: float | None) -> float | None:
    return round(rate / ceiling, 4) if rate and ceiling else None


def _median(values: Sequence[float]) -> float:
    return round(median(values), 4)
