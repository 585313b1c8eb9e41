"""The plots of the report, as inline SVG that opens without a network: the mentions, and the golden-hour clocks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from html import escape
from io import StringIO
from typing import Any, cast

import matplotlib as mpl
from matplotlib import dates
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from incidents.phases import Phase
from reports.clocks import ClockReading, Verdict

INK, QUIET, GRID = "#1f2933", "#61707f", "#e3e8ed"
SERIES, LIMIT = "#22577a", "#b3261e"
# Okabe and Ito's colours, lightened: told apart by people with any common colour vision.
BANDS: Mapping[Phase, str] = {Phase.PRE_CRISIS: "#f7ecc9", Phase.CRISIS: "#f6d5c6", Phase.POST_CRISIS: "#d3e8e2"}
MARKS: Mapping[str, tuple[str, str]] = {
    "breach": ("v", "#b3261e"),
    "decision": ("D", "#22577a"),
    "publication": ("o", "#00755c"),
}
VERDICTS: Mapping[Verdict, str] = {Verdict.MET: "#2f7d6b", Verdict.MISSED: "#b3261e"}
FONT = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.5,
}
NO_METADATA: dict[str, Any] = {"Date": None, "Creator": None, "Format": None, "Type": None}
# matplotlib.dates has no types.
_dates: Any = dates
BEFORE = timedelta(hours=12)  # of quiet, at the most
LEAST_BEFORE = timedelta(hours=3)
SHOWN_OVER = 2.0  # a clock's bar ends at twice its target


@dataclass(frozen=True)
class SeriesPoint:
    """One value of a series at a moment."""

    at: datetime
    value: float


@dataclass(frozen=True)
class Band:
    """A phase on the time axis."""

    phase: Phase
    label: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Mark:
    """A numbered moment: a breach, a decision or a publication; the number is explained beside the plot."""

    at: datetime
    kind: str
    number: int


@dataclass(frozen=True)
class PlotWords:
    """The words on the plots, in the reader's language."""

    title: str
    mentions: str
    limit: str
    clocks: str
    allowed: str


def mentions_plot(
    series: Sequence[SeriesPoint],
    limit: Sequence[SeriesPoint],
    bands: Sequence[Band],
    marks: Sequence[Mark],
    words: PlotWords,
    zone: tzinfo,
    window: timedelta = timedelta(hours=1),
) -> str:
    """Mentions in a sliding `window` from some hours before the first band to the end of the last, with the limit."""
    ends = max(bands[-1].ends, bands[0].starts + timedelta(minutes=30))
    # Half as long again as the incident, so that the quiet before is seen and the phases stay wide.
    starts = bands[0].starts - min(BEFORE, max(LEAST_BEFORE, (ends - bands[0].starts) * 1.5))
    sums = [point for point in window_sums(series, window) if starts <= point.at <= ends]
    near = [point for point in limit if starts <= point.at <= ends]
    figure = Figure(figsize=(9.4, 3.7), layout="constrained")
    axes = figure.add_subplot()
    _draw_bands(axes, bands)
    axes.fill_between(*_xy(sums), color=SERIES, alpha=0.14, linewidth=0, zorder=2)
    axes.plot(*_xy(sums), color=SERIES, linewidth=1.6, label=words.mentions, zorder=3)
    if near:
        axes.plot(*_xy(near), color=LIMIT, linewidth=1.3, linestyle=(0, (5, 2)), label=words.limit, zorder=4)
    axes.set_xlim(_dates.date2num(starts), _dates.date2num(ends))
    axes.set_ylim(0, 1.1 * max([1.0, *(point.value for point in [*sums, *near])]))
    _draw_marks(axes, marks, (ends - starts) / 48)
    _dress_time_axis(axes, zone)
    figure.legend(loc="outside lower left", ncols=5, frameon=False, handlelength=1.6, fontsize=9, labelcolor=INK)
    return _svg(figure, "mentions", words.title)


def clocks_plot(readings: Sequence[ClockReading], names: Sequence[str], spans: Sequence[str], words: PlotWords) -> str:
    """One bar per clock: how much of the time allowed was used. `spans` says the actual time in words."""
    figure = Figure(figsize=(9.4, 0.42 * len(readings) + 0.6), layout="constrained")
    axes = figure.add_subplot()
    for row, (reading, span) in enumerate(zip(readings, spans, strict=True)):
        share = _share(reading)
        colour = VERDICTS.get(reading.verdict, QUIET)
        axes.barh(row, SHOWN_OVER, color="#f2f4f7", height=0.56, zorder=1)
        axes.barh(row, min(share, SHOWN_OVER), color=colour, height=0.56, zorder=2)
        inside = share > 0.3
        at, align = (min(share, SHOWN_OVER) - 0.015, "right") if inside else (share + 0.015, "left")
        _write(axes, at, row, span, ha=align, va="center", color="white" if inside else INK, zorder=4, size=9)
    axes.axvline(1, color=INK, linewidth=1.4, zorder=3)
    axes.set_yticks(range(len(names)), names, color=INK)
    axes.set_xticks([1], [words.allowed], color=INK)
    axes.set_xlim(0, SHOWN_OVER)
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return _svg(figure, "clocks", words.clocks)


def window_sums(series: Sequence[SeriesPoint], window: timedelta) -> list[SeriesPoint]:
    """At each reading, the sum of the readings of the `window` that ends with it."""
    sums, oldest, total = [], 0, 0.0
    ordered = sorted(series, key=lambda point: point.at)
    for point in ordered:
        total += point.value
        while ordered[oldest].at <= point.at - window:
            total -= ordered[oldest].value
            oldest += 1
        sums.append(SeriesPoint(point.at, total))
    return sums


def _share(reading: ClockReading) -> float:
    if reading.actual is None:
        return SHOWN_OVER if reading.verdict is Verdict.MISSED else 0.0
    return reading.actual / reading.target


def _xy(points: Sequence[SeriesPoint]) -> tuple[list[float], list[float]]:
    return [float(_dates.date2num(point.at)) for point in points], [point.value for point in points]


def _draw_bands(axes: Any, bands: Sequence[Band]) -> None:
    named: set[str] = set()
    for band in bands:
        label = None if band.label in named else band.label
        axes.axvspan(
            _dates.date2num(band.starts),
            _dates.date2num(band.ends),
            color=BANDS[band.phase],
            lw=0,
            label=label,
            zorder=0,
        )
        named.add(band.label)


def _draw_marks(axes: Any, marks: Sequence[Mark], apart: timedelta) -> None:
    """Numbered signs in as many rows above the axes as keep them from covering each other."""
    rows: list[datetime] = []
    above = axes.get_xaxis_transform()
    for mark in sorted(marks, key=lambda mark: mark.at):
        row = next((i for i, last in enumerate(rows) if mark.at - last >= apart), len(rows))
        rows[row : row + 1] = [mark.at]
        shape, colour = MARKS[mark.kind]
        x, y = _dates.date2num(mark.at), 1.045 + 0.075 * row
        axes.plot([x, x], [0, y], color=colour, lw=0.9, alpha=0.75, transform=above, clip_on=False, zorder=5)
        axes.plot([x], [y], shape, color=colour, ms=4.5, transform=above, clip_on=False, zorder=6)
        shift = (4.5, -0.5)
        axes.annotate(
            str(mark.number),
            (x, y),
            shift,
            xycoords=above,
            textcoords="offset points",
            va="center",
            size=8.5,
            color=INK,
        )


def _dress_time_axis(axes: Any, zone: tzinfo) -> None:
    locator = _dates.AutoDateLocator(tz=zone, minticks=3, maxticks=10)
    days = ["%Y", "%m/%Y", "%d/%m", "%H:%M", "%H:%M", "%S"]
    formatter = _dates.ConciseDateFormatter(
        locator, tz=zone, formats=days, zero_formats=["", "%Y", "%d/%m", "%d/%m", "%H:%M", "%H:%M"], show_offset=False
    )
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(formatter)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=QUIET, length=0, labelsize=9)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(QUIET)


def _write(axes: Any, x: float, y: float, text: str, **style: Any) -> None:
    axes.text(x, y, text, parse_math=False, **style)


def _svg(figure: Figure, name: str, title: str) -> str:
    """The drawing as one <svg> element: no prologue, no date, the same bytes for the same values."""
    file, canvas = StringIO(), cast(Any, FigureCanvasSVG(figure))
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}):
        canvas.print_svg(file, metadata=NO_METADATA)
    drawing = file.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r'<g id="[^"]*"', "<g", drawing)  # two drawings on one page must not share ids
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    drawing = drawing.replace("'DejaVu Sans'", FONT).replace("sans-serif, sans-serif", "sans-serif")
    spoken = rf'\1role="img" aria-label="{escape(title)}"'
    return re.sub(r'(<svg [^>]*?)width="[^"]*" height="[^"]*"', spoken, drawing, count=1)
