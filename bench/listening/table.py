"""The results for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

Figures = Mapping[str, Any]


def shown(console: Console, results: Mapping[str, Any]) -> None:
    """Prints every table."""
    console.print(_table("Detectors on the five labelled series", _detectors(results)))
    for name, found in results["left_out"].items():
        rows = ((f"{fold['series']} at {fold['threshold']:g}", fold) for fold in found["folds"])
        console.print(_table(f"Left out, threshold by {name}", [*rows, ("together", found)]))
    console.print(_table("Over the threshold", ((f"{row['threshold']:g}", row) for row in results["curve"])))
    console.print(_table("Other parameters, the same threshold", results["steadiness"].items()))
    console.print(_table("With fewer mentions, the same labels", results["thinned"].items()))
    for kind in ("noise", "drift"):
        for name, alarms in results[kind].items():
            console.print(f"  {kind}, {name:32} {alarms:5.2f} alarms a week", highlight=False)
    for name, cost in results["cost"].items():
        rate, size = cost["readings_per_second"], cost["bytes_per_series"]
        console.print(f"  {name:40} {rate:10,.0f} readings/s {size:8,} bytes a series", highlight=False)


def shown_alone(console: Console, results: Mapping[str, Any]) -> None:
    """Prints how the frozen default does on the series of a folder."""
    console.print(_table("The frozen default on the series of the folder", _ours(results)))


def _detectors(results: Mapping[str, Any]) -> Iterator[tuple[str, Figures]]:
    yield from _ours(results)
    for name, found in results["left_out"].items():
        yield f"burst, left out: {name}", found
    yield from ((f"{name} (published)", found) for name, found in results["published"].items())
    if "library" in results:
        yield f"{results['library']['name']}, best threshold", results["library"]["best on the five"]
        yield "  left out: best score on the others", results["library"]["left_out"]


def _ours(results: Mapping[str, Any]) -> Iterator[tuple[str, Figures]]:
    yield f"burst, frozen at {results['threshold']:g}", results["frozen"]
    yield from ((f"  {name}", found) for name, found in results["series"].items())


def _table(title: str, rows: Any) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for name in ("standard", "low FP", "low FN", "hits", "false a week", "from window start", "from label"):
        table.add_column(name, justify="right")
    for name, found in rows:
        table.add_row(name, *_cells(found))
    return table


def _cells(found: Figures) -> list[str]:
    scores = [f"{found[profile]:.1f}" for profile in ("standard", "low_fp", "low_fn")]
    delays = [_minutes(found[f"median_delay_from_{origin}"]) for origin in ("window_start", "label")]
    return [*scores, f"{found['hits']}/{found['windows']}", f"{found['false_per_series_week']:.2f}", *delays]


def _minutes(delay: float | None) -> str:
    return "" if delay is None else f"{delay:+,.0f} min"
