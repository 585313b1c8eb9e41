"""`make bench-listening`: judges the frozen burst gauge, prints the tables, writes `results.json` and `curve.svg`.

With `SERIES=folder` it holds the same frozen default against the labelled series of that folder, and writes nothing.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import process_time
from typing import Any

from rich.console import Console

from bench.listening import invented, library, steadiness, table
from bench.listening.alarms import Scores, measured, opened
from bench.listening.curve import Curve, curve, left_out_by_budget, left_out_by_score
from bench.listening.library import Pace
from bench.listening.picture import drawn
from bench.listening.results import PICTURE, by_name, curve_rows, figures, left_out, written
from bench.listening.scorer import ROWS_PER_WEEK, judged, total
from bench.listening.series import DETECTORS, NAMES, Labelled, labelled, labelled_in, published
from monitoring.gauges.burst import YELLOW, BurstGauge
from protocol.words import Remedy

THRESHOLDS = tuple(round(1 + 0.01 * number, 2) for number in range(301))
BUDGETS = (0.5, 0.75)


def main(arguments: Sequence[str]) -> int:
    """Runs all of it, or judges one folder, and answers the exit code."""
    console = Console(width=None if sys.stdout.isatty() else 150)
    return _elsewhere(console, Path(arguments[0])) if arguments else _here(console)


def _elsewhere(console: Console, folder: Path) -> int:
    """The frozen default, threshold and all, on series that had no say in it."""
    try:
        found = labelled_in(folder)
    except Remedy as remedy:
        print(remedy, file=sys.stderr)
        return 2
    sheets = [judged(one, opened(one.instants, measured(BurstGauge(), one), YELLOW)) for one in found]
    judgement = {"threshold": YELLOW, "frozen": figures(total(sheets))}
    judgement["series"] = by_name(zip((one.name for one in found), sheets, strict=True))
    table.shown_alone(console, judgement)
    return 0


def _here(console: Console) -> int:
    all_series = [labelled(name) for name in NAMES]
    scores, pace = _ours(all_series)
    known = curve(all_series, scores, THRESHOLDS)
    results = _judged(all_series, scores, known)
    results["cost"] = {"burst": vars(pace)}
    console.print("Varying every parameter; thinning the series; listening to noise ...")
    results["steadiness"] = _steadiness(all_series)
    results["thinned"] = _thinned(all_series)
    results["noise"] = _noise(invented.noises())
    results["drift"] = _noise(invented.drifts())
    if library.installed():
        _beside(results, all_series)
    else:
        console.print("river is skipped: install crisis-playbook[bench].", style="yellow")
    table.shown(console, results)
    written(results)
    drawn(known, left_out_by_score(known), YELLOW, PICTURE)
    return 0


def _ours(all_series: Sequence[Labelled]) -> tuple[list[list[float | None]], Pace]:
    gauges = [BurstGauge() for _ in all_series]
    begun = process_time()
    scores = [measured(gauge, series) for gauge, series in zip(gauges, all_series, strict=True)]
    seconds = process_time() - begun
    largest = max(len(json.dumps(gauge.state())) for gauge in gauges)
    return scores, Pace(round(sum(map(len, scores)) / seconds), largest)


def _judged(all_series: Sequence[Labelled], scores: Sequence[Scores], known: Curve) -> dict[str, Any]:
    frozen = [
        judged(series, opened(series.instants, found, YELLOW)) for series, found in zip(all_series, scores, strict=True)
    ]
    return {
        "threshold": YELLOW,
        "frozen": figures(total(frozen)),
        "series": by_name(zip(NAMES, frozen, strict=True)),
        "left_out": {
            "best score on the others": left_out(left_out_by_score(known)),
            **{
                f"{budget} false alarms on the others": left_out(left_out_by_budget(known, budget))
                for budget in BUDGETS
            },
        },
        "published": by_name(
            (detector, total(judged(series, published(detector, series)) for series in all_series))
            for detector in DETECTORS
        ),
        "curve": curve_rows(known),
    }


def _steadiness(all_series: Sequence[Labelled]) -> dict[str, Any]:
    return by_name(
        (name, steadiness.sheet(all_series, YELLOW, **parameters)) for name, parameters in steadiness.varied()
    )


def _thinned(all_series: Sequence[Labelled]) -> dict[str, Any]:
    return by_name(
        (
            f"{share:.0%} of the mentions",
            steadiness.sheet([invented.thinned(series, share, seed) for seed, series in enumerate(all_series)], YELLOW),
        )
        for share in invented.SHARES
    )


def _noise(made: Iterable[tuple[str, Labelled]]) -> dict[str, float]:
    """Alarms per week of series in which nothing happens."""
    found = {}
    for name, series in made:
        alarms = opened(series.instants, measured(BurstGauge(), series), YELLOW)
        found[name] = round(len(alarms) / (len(series.values) / ROWS_PER_WEEK), 2)
    return found


def _beside(results: dict[str, Any], all_series: Sequence[Labelled]) -> None:
    scores, pace = library.river(all_series)
    known = curve(all_series, scores, library.THRESHOLDS)
    best = max((sheet for sheet in known.totals() if sheet.false_per_week <= 1), key=lambda sheet: sheet.score())
    results["cost"][library.name()] = vars(pace)
    results["library"] = {
        "name": library.name(),
        "best on the five": figures(best),
        "left_out": left_out(left_out_by_score(known)),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
