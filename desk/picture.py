"""The figures of the desk as a picture: by reason, channel and urgency, answered in time, late, waiting and overdue."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from desk.report import By, DeskReport, Figures
from desk.spans import urgency_word
from protocol.words import Language, Remedy, Urgency

FORMATS = (".svg", ".png")
MOST_BARS = 12
INK, QUIET = "#1f2933", "#61707f"
# Told apart by people with any common colour vision.
PARTS: Mapping[str, str] = {"on_time": "#2f7d6b", "late": "#e0a43a", "waiting": "#b8c4cf", "overdue": "#b3261e"}
WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.EN: {
        "title": "Inquiries: {total}, of which {answered} answered and {overdue} overdue",
        "reason": "Reason",
        "channel": "Channel",
        "urgency": "Urgency",
        "on_time": "answered in time",
        "late": "answered late",
        "waiting": "waiting",
        "overdue": "overdue",
        "none": "no inquiries",
    },
    Language.ES: {
        "title": "Consultas: {total}; respondidas: {answered}; fuera de plazo: {overdue}",
        "reason": "Motivo",
        "channel": "Canal",
        "urgency": "Urgencia",
        "on_time": "respondidas a tiempo",
        "late": "respondidas tarde",
        "waiting": "en espera",
        "overdue": "fuera de plazo",
        "none": "sin consultas",
    },
}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.5,
    "svg.hashsalt": "desk",
}


def write_picture(found: DeskReport, language: Language, file: Path) -> None:
    """Writes the picture as SVG or PNG, by the file's ending. Raises Remedy for another one, or when it cannot."""
    if file.suffix.lower() not in FORMATS:
        raise Remedy(f"{file} is neither .svg nor .png; name the picture so.")
    with mpl.rc_context(STYLE):
        figure = _figure(found, WORDS[language], language)
        svg = file.suffix.lower() == ".svg"
        canvas: Any = FigureCanvasSVG(figure) if svg else FigureCanvasAgg(figure)
        try:
            with file.open("wb") as out:
                (canvas.print_svg if svg else canvas.print_png)(out, metadata={"Date": None} if svg else None)
        except OSError as error:
            raise Remedy(f"{file} cannot be written ({error.strerror}); name a file in a folder that can.") from None


def _figure(found: DeskReport, words: Mapping[str, str], language: Language) -> Figure:
    panels = [(by, found.of(by)[:MOST_BARS]) for by in By]
    heights = [max(1, len(rows)) + 1 for _, rows in panels]
    figure = Figure(figsize=(8.6, 0.32 * sum(heights) + 1.1), layout="constrained")
    figure.suptitle(words["title"].format(**_totals(found)), color=INK, fontsize=11, x=0.01, ha="left")
    all_axes = figure.subplots(len(panels), 1, height_ratios=heights, squeeze=False)[:, 0]
    for axes, (by, rows) in zip(all_axes, panels, strict=True):
        _panel(axes, rows, words, by, language)
    handles, labels = all_axes[0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="outside lower left", ncols=4, frameon=False, labelcolor=INK)
    return figure


def _totals(found: DeskReport) -> dict[str, str]:
    return {name: f"{getattr(found, name):,}" for name in ("total", "answered", "overdue")}


def _panel(axes: Any, rows: Sequence[Figures], words: Mapping[str, str], by: By, language: Language) -> None:
    axes.set_title(words[by], loc="left", color=QUIET, fontsize=9.5)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(colors=QUIET, length=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    if not rows:
        axes.set_yticks([])
        axes.text(0.0, 0.5, words["none"], transform=axes.transAxes, color=QUIET, va="center")
        return
    places, left = range(len(rows)), [0] * len(rows)
    for part, colour in PARTS.items():
        counts = [_parts(row)[part] for row in rows]
        axes.barh(places, counts, left=left, color=colour, height=0.62, label=words[part])
        left = [before + count for before, count in zip(left, counts, strict=True)]
    for place, row in zip(places, rows, strict=True):
        axes.annotate(f"{row.count:,}", (row.count, place), (4, 0), textcoords="offset points", va="center", color=INK)
    axes.set_yticks(places, [_name(row, by, language) for row in rows], color=INK)
    axes.invert_yaxis()
    axes.margins(x=0.08)


def _parts(row: Figures) -> dict[str, int]:
    on_time = round((row.on_time or 0) * (row.answered + row.overdue))
    return {
        "on_time": on_time,
        "late": row.answered - on_time,
        "waiting": row.count - row.answered - row.overdue,
        "overdue": row.overdue,
    }


def _name(row: Figures, by: By, language: Language) -> str:
    return urgency_word(Urgency(row.name), language) if by is By.URGENCY else row.name
