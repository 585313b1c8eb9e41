"""The picture: what a threshold is worth, and what it costs in false alarms."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.listening.curve import Curve, Fold

PROFILES = {"standard": "#1f4e79", "low_fp": "#b8560f", "low_fn": "#3a7d44"}


def drawn(known: Curve, folds: Sequence[Fold], yellow: float, file: Path) -> None:
    """Writes the curve, and each left-out series where the others put it; the same SVG for the same figures."""
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    totals = known.totals()
    for profile, colour in PROFILES.items():
        above.plot(known.thresholds, [sheet.score(profile) for sheet in totals], color=colour, label=profile)
    above.set(ylabel="score", ylim=(0, 100), title="Five labelled series: score and false alarms over the threshold")
    chosen = [fold.threshold for fold in folds], [fold.sheet.score() for fold in folds]
    above.scatter(*chosen, s=16, color="#1f4e79", zorder=3, label="a series left out, standard")
    above.legend(loc="upper right", frameon=False)
    below.plot(known.thresholds, [sheet.false_per_week for sheet in totals], color="#555555")
    below.set(xlabel="threshold", ylabel="false alarms\na series a week", ylim=(0, 3))
    below.axhline(1, color="#bbbbbb", linewidth=0.8)
    for axes in (above, below):
        axes.axvline(yellow, color="#c9a400", linewidth=1.2)
        axes.grid(color="#eeeeee")
    with mpl.rc_context({"svg.hashsalt": "listening", "svg.fonttype": "none"}):
        figure.savefig(file, format="svg", metadata={"Date": None})
