"""The plots of a backtest: a series with what a rule would have raised, and what each threshold would have meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import dates
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from protocol.words import Level, Remedy
from reports.plot import GRID, INK, NO_METADATA, QUIET, SERIES, STYLE, SeriesPoint, window_sums

COLOURS: Mapping[Level, str] = {Level.YELLOW: "#c99700", Level.ORANGE: "#d9660b", Level.RED: "#b3261e"}
KNOWN = "#d3e8e2"
LOUDEST = 8  # times the wanted rate, where the curve is cut: nobody would choose what lies above
HEIGHT = 2.3  # inches a series
MOST_SERIES = 12
_dates: Any = dates


@dataclass(frozen=True)
class Fired:
    """An alarm on the plot."""

    at: datetime
    level: Level


@dataclass(frozen=True)
class Panel:
    """One series: its readings, the alarms, and the spans in which something is known to have happened."""

    name: str
    readings: Sequence[SeriesPoint]
    alarms: Sequence[Fired]
    known: Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True)
class CurvePoint:
    """What one threshold would have meant: alarms a week and series, and the share of what happened that was found."""

    threshold: float
    per_week: float
    found: float | None


def draw_series(panels: Sequence[Panel], window: timedelta, title: str, file: Path) -> None:
    """One panel per series, at most twelve: the count in a sliding window, alarms by level, known spans shaded."""
    shown = panels[:MOST_SERIES]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.4, HEIGHT * len(shown) + 0.6), layout="constrained")
        figure.suptitle(title, fontsize=10.5, color=INK, x=0.01, ha="left")
        for place, panel in enumerate(shown, 1):
            _draw_panel(figure.add_subplot(len(shown), 1, place), panel, window)
        handles, labels = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower left", ncols=5, frameon=False, fontsize=9, labelcolor=INK)
        _save(figure, file)


def draw_trade_off(points: Sequence[CurvePoint], wanted: float, proposed: float | None, title: str, file: Path) -> None:
    """Alarms a week by threshold, and the share of known events found where any are known."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.4, 4.2), layout="constrained")
        figure.suptitle(title, fontsize=10.5, color=INK, x=0.01, ha="left")
        axes: Any = figure.add_subplot()
        thresholds = [point.threshold for point in points]
        axes.plot(thresholds, [point.per_week for point in points], color=SERIES, linewidth=1.8)
        axes.axhline(wanted, color=QUIET, linewidth=1, linestyle=(0, (5, 2)))
        axes.annotate(f"wanted: {wanted:g} a week", (thresholds[-1], wanted), ha="right", va="bottom", color=QUIET)
        axes.set_xlabel("threshold")
        axes.set_ylabel("false alarms a week and series", color=SERIES)
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.xaxis.set_minor_formatter(StrMethodFormatter("{x:g}"))
        axes.set_ylim(0, min(max(point.per_week for point in points), LOUDEST * max(wanted, 0.1)) * 1.05)
        if proposed is not None:
            axes.axvline(proposed, color=COLOURS[Level.RED], linewidth=1.3)
            axes.annotate(f" {proposed:g}", (proposed, axes.get_ylim()[1]), va="top", color=COLOURS[Level.RED])
        if any(point.found is not None for point in points):
            _draw_found(axes, points)
        _dress(axes)
        _save(figure, file)


def _draw_panel(axes: Any, panel: Panel, window: timedelta) -> None:
    sums = window_sums(panel.readings, window)
    for place, (starts, ends) in enumerate(panel.known):
        label = None if place else "known to have happened"
        axes.axvspan(_dates.date2num(starts), _dates.date2num(ends), color=KNOWN, linewidth=0, label=label)
    axes.plot([point.at for point in sums], [point.value for point in sums], color=SERIES, linewidth=0.9)
    top = max([1.0, *(point.value for point in sums)])
    for level, colour in COLOURS.items():
        moments = [alarm.at for alarm in panel.alarms if alarm.level is level]
        axes.plot(
            moments, [top * 1.08] * len(moments), "v", color=colour, markersize=6, label=str(level), clip_on=False
        )
    axes.set_ylim(0, top * 1.12)
    axes.set_title(panel.name, fontsize=9.5, color=INK, loc="left")
    axes.xaxis.set_major_formatter(_dates.ConciseDateFormatter(axes.xaxis.get_major_locator(), tz=UTC))
    _dress(axes)


def _draw_found(axes: Any, points: Sequence[CurvePoint]) -> None:
    right = axes.twinx()
    found = [(point.threshold, 100 * point.found) for point in points if point.found is not None]
    right.plot(*zip(*found, strict=True), color="#00755c", linewidth=1.8)
    right.set_ylabel("found of what happened, per cent", color="#00755c")
    right.set_ylim(0, 103)
    right.spines[["top", "left"]].set_visible(False)


def _dress(axes: Any) -> None:
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK)


def _save(figure: Figure, file: Path) -> None:
    try:
        if file.suffix.lower() == ".svg":
            FigureCanvasSVG(figure)
            figure.savefig(file, metadata=NO_METADATA)
        elif file.suffix.lower() == ".png":
            FigureCanvasAgg(figure)
            figure.savefig(file, dpi=130)
        else:
            raise Remedy(f"{file.name} is neither .png nor .svg; name the picture so.")
    except OSError as error:
        raise Remedy(f"{file} cannot be written ({error.strerror}); name a file in a folder that can.") from None
