"""The results as they are written: one dictionary, figures rounded to what they mean."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.listening.curve import Curve, Fold
from bench.listening.scorer import PROFILES, Sheet, total
from bench.listening.series import NAMES

FILE = Path(__file__).parent / "results.json"
PICTURE = Path(__file__).parent / "curve.svg"


def figures(sheet: Sheet) -> dict[str, Any]:
    """What a sheet says; delays in minutes."""
    return {
        **{profile: round(sheet.score(profile), 2) for profile in PROFILES},
        "hits": sheet.hits,
        "windows": sheet.windows,
        "false_per_series_week": round(sheet.false_per_week, 2),
        "median_delay_from_window_start": sheet.median_delay(),
        "median_delay_from_label": sheet.median_delay(label=True),
    }


def curve_rows(known: Curve) -> list[dict[str, Any]]:
    """One row for every tenth of the threshold's scale."""
    return [
        {"threshold": threshold, **figures(sheet)}
        for threshold, sheet in list(zip(known.thresholds, known.totals(), strict=True))[::10]
    ]


def left_out(folds: Sequence[Fold]) -> dict[str, Any]:
    """The folds, and what they come to added up; a fold's score is that of its series alone."""
    return {
        **figures(total(fold.sheet for fold in folds)),
        "folds": [{"series": NAMES[fold.place], "threshold": fold.threshold, **figures(fold.sheet)} for fold in folds],
    }


def by_name(sheets: Iterable[tuple[str, Sheet]]) -> dict[str, dict[str, Any]]:
    """The figures of several sheets by their names."""
    return {name: figures(sheet) for name, sheet in sheets}


def written(results: Mapping[str, Any], file: Path = FILE) -> None:
    """Writes the results, ready to be read by people as well."""
    file.write_text(json.dumps(results, indent=1) + "\n")


def known(file: Path = FILE) -> dict[str, Any]:
    """The results that were written last."""
    found: dict[str, Any] = json.loads(file.read_text())
    return found
