"""Score over threshold, and what a threshold is worth that was chosen on other series."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.listening.alarms import Scores, opened
from bench.listening.scorer import Sheet, judged, total
from bench.listening.series import Labelled

Sheets = tuple[Sheet, ...]  # one for each series

MOST_FALSE = 1.0  # false alarms per series per week


@dataclass(frozen=True)
class Curve:
    """The sheets of every series at every threshold, in rising order."""

    thresholds: tuple[float, ...]
    sheets: tuple[Sheets, ...]

    def totals(self, without: int | None = None) -> list[Sheet]:
        """All series added up at each threshold; one may be left out."""
        return [total(sheet for place, sheet in enumerate(row) if place != without) for row in self.sheets]


@dataclass(frozen=True)
class Fold:
    """A series that was left out, the threshold that the others chose, and what it came to there."""

    place: int
    threshold: float
    sheet: Sheet


def curve(all_series: Sequence[Labelled], scores: Sequence[Scores], thresholds: Sequence[float]) -> Curve:
    """Every series judged at every threshold."""
    return Curve(tuple(thresholds), tuple(_sheets(all_series, scores, threshold) for threshold in thresholds))


def left_out_by_score(known: Curve) -> list[Fold]:
    """The threshold that scores best on the other series, of those with at most one false alarm a week on them."""
    return [_fold(known, place, _best(known.totals(place))) for place in range(len(known.sheets[0]))]


def left_out_by_budget(known: Curve, false_per_week: float) -> list[Fold]:
    """The lowest threshold from which on the other series have no more false alarms than this."""
    return [_fold(known, place, _lowest(known.totals(place), false_per_week)) for place in range(len(known.sheets[0]))]


def _sheets(all_series: Sequence[Labelled], scores: Sequence[Scores], threshold: float) -> Sheets:
    pairs = zip(all_series, scores, strict=True)
    return tuple(judged(series, opened(series.instants, score, threshold)) for series, score in pairs)


def _fold(known: Curve, place: int, chosen: int) -> Fold:
    return Fold(place, known.thresholds[chosen], known.sheets[chosen][place])


def _best(sheets: list[Sheet]) -> int:
    quiet = [number for number, sheet in enumerate(sheets) if sheet.false_per_week <= MOST_FALSE]
    return max(quiet, key=lambda number: sheets[number].score())


def _lowest(sheets: list[Sheet], false_per_week: float) -> int:
    return max(
        (number + 1 for number, sheet in enumerate(sheets[:-1]) if sheet.false_per_week > false_per_week), default=0
    )
