"""The results for people: a line as each row is done, the table, and what was reached."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.rows import Row
from bench.targets import TARGETS, Verdict

FIGURES = ("per second", "of ceiling", "CPU s/1,000", "MB", "seconds", "ms")


def line(console: Console, row: Row) -> None:
    """Says that a row is done, and what it came to."""
    result = f"{row.milliseconds:,.1f} ms" if row.milliseconds is not None else f"{_number(row.rate)}/s"
    console.print(f"  {row.case:18} {row.client:32} {_where(row):20} {result:>14}", highlight=False)


def table(console: Console, rows: Sequence[Row]) -> None:
    """Prints every row, with the target that it did not reach."""
    shown = Table(title="Medians; rates of messages are counted at the stub")
    for name in ("case", "client", "store", "wait"):
        shown.add_column(name)
    for name in FIGURES:
        shown.add_column(name, justify="right")
    shown.add_column("target")
    for row in rows:
        shown.add_row(*_cells(row))
    console.print(shown)


def verdict_list(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Prints every target: what was wanted, what was measured, and the one as a part of the other."""
    for title, reached in (("Reached", True), ("Not reached", False)):
        chosen = [verdict for verdict in verdicts if verdict.reached is reached]
        console.print(f"\n{title}{':' if chosen else ': none'}", style="bold")
        for verdict in chosen:
            target, row = verdict.target, verdict.row
            place = f"{row.case}, {_where(row)}: {target.what}"
            measured = f"measured {_number(verdict.measured)}, {verdict.part:.2f} x the target"
            console.print(f"  {place:52} {target.sentence:38} {measured}", highlight=False)


def _cells(row: Row) -> list[str]:
    figures = (row.rate, row.ratio_to_ceiling, row.cpu_s_per_1000, row.rss_mb, row.seconds, row.milliseconds)
    wait = "" if row.latency_ms is None else f"{row.latency_ms} ms"
    return [row.case, row.client, row.store or "", wait, *(_number(figure) for figure in figures), _target(row)]


def _target(row: Row) -> str:
    if row.not_reached:
        return "[bold red]not reached:[/] " + "; ".join(row.not_reached)
    return "reached" if any(target.concerns(row) for target in TARGETS) else ""


def _where(row: Row) -> str:
    wait = "" if row.latency_ms is None else f"{row.latency_ms} ms"
    return ", ".join(part for part in (row.store, wait) if part)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"
