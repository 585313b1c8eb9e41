"""`crisis tune`: the threshold for a wanted rate of false alarms, and what the others would have meant."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from app.arguments import AsJson
from app.rule_choice import KnownFile, RuleKey, RulesFile, SeriesFiles, chosen_rule, read_series
from app.terminal import console, examples, say, say_json, show, table
from monitoring.definitions import RuleDefinition
from monitoring.number_words import roughly
from monitoring.tuning import STEPS, Point, Scored, proposed, scored, trade_off
from protocol.words import Level, Remedy

commands = typer.Typer()
ROWS = 14
RARER = {Level.YELLOW: 1.0, Level.ORANGE: 0.25, Level.RED: 0.05}
"""How much rarer than yellow the higher levels are proposed to be."""


@commands.command(
    epilog=examples(
        "crisis tune mentions/*.csv --rule burst --false-alarms 1 --known mentions/labels.json",
        "crisis tune mentions.csv --rules my-rules.yaml --rule night-burst --false-alarms 0.5 --picture tune.png",
    )
)
def tune(
    series: SeriesFiles,
    rule: RuleKey = "",
    rules: RulesFile = None,
    wanted: Annotated[
        float, typer.Option("--false-alarms", metavar="N", min=0, help="How many a week and series you can bear.")
    ] = 1.0,
    known: KnownFile = None,
    picture: Annotated[Path | None, typer.Option(metavar="FILE", help="Draws it; .png or .svg.")] = None,
    as_json: AsJson = False,
) -> None:
    """Proposes thresholds for a wanted rate of false alarms, and shows the trade-off.

    Without --known every alarm counts as false: that is the most there can be.
    """
    definition = chosen_rule(rule, rules)
    if definition.kind in ("absence", "combination"):
        raise Remedy(
            f"The rule {definition.key} is of kind {definition.kind}, which has no score to tune; choose another."
        )
    points = _points(definition, series, known)
    levels = _levels(points, wanted)
    if picture:
        _draw(points, wanted, levels, definition, picture)
    if as_json:
        say_json({"levels": levels, "points": [_plain(point) for point in points]})
        return
    if picture:
        say(f"The picture is {picture}.")
    show(table(f"Thresholds of {definition.key}", _COLUMNS, [_row(point, levels) for point in _thinned(points)]))
    _say_proposal(points, levels, wanted)


def _points(definition: RuleDefinition, files: Sequence[str], known: Path | None) -> list[Point]:
    given = read_series(definition, files, known)
    errors = console(stderr=True)
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        reading = progress.add_task("Scoring", total=len(given))
        found: list[Scored] = []
        for one in given:
            found.append(scored(one.readings, definition.rule(), one.events))
            progress.advance(reading)
        trying = progress.add_task("Trying thresholds", total=STEPS)
        points = trade_off(found, definition.rule().latch.patience, lambda: progress.advance(trying))
    if not points:
        raise Remedy(
            "The rule scored nothing on these series: they are shorter than it needs to learn; give longer ones."
        )
    return points


def _levels(points: Sequence[Point], wanted: float) -> dict[str, float]:
    """The proposed threshold of each level; those that would be alike are left out."""
    levels: dict[str, float] = {}
    for level, share in RARER.items():
        found = proposed(points, wanted * share)
        if found is not None and found.threshold not in levels.values():
            levels[level.value] = found.threshold
    return levels


def _say_proposal(points: Sequence[Point], levels: dict[str, float], wanted: float) -> None:
    yellow = next((point for point in points if point.threshold == levels.get(Level.YELLOW)), None)
    if yellow is None:
        say(f"No threshold keeps to {wanted:g} false alarms a week; the highest of the table comes nearest.", "yellow")
        return
    came = yellow.outcome
    found = f", {len(came.leads)} of {came.events} known events found" if came.events else ""
    said = ", ".join(f"{level}: {threshold:g}" for level, threshold in levels.items())
    say(f"For {wanted:g} false alarms a week and series: levels: {{{said}}} ({came.false_per_week:.2f} a week{found}).")


_COLUMNS = ("threshold", "alarms a week", "false a week", "found", "median lead", "")


def _row(point: Point, levels: dict[str, float]) -> tuple[str, ...]:
    came = point.outcome
    lead = "–" if came.lead is None else roughly(came.lead)
    found = f"{len(came.leads)} of {came.events}" if came.events else "–"
    mark = next((level for level, threshold in levels.items() if threshold == point.threshold), "")
    rates = (f"{came.alarms_per_week:.2f}", f"{came.false_per_week:.2f}")
    return (f"{point.threshold:g}", *rates, found, lead if came.events else "–", mark)


def _thinned(points: Sequence[Point]) -> list[Point]:
    every = max(1, len(points) // ROWS)
    return [point for place, point in enumerate(points) if place % every == 0 or place == len(points) - 1]


def _plain(point: Point) -> dict[str, float | int | None]:
    came = point.outcome
    return {
        "threshold": point.threshold,
        "alarms_a_week": round(came.alarms_per_week, 3),
        "false_alarms_a_week": round(came.false_per_week, 3),
        "known": came.events,
        "found": len(came.leads),
        "median_lead_minutes": None if came.lead is None else round(came.lead.total_seconds() / 60, 1),
    }


def _draw(
    points: Sequence[Point], wanted: float, levels: dict[str, float], definition: RuleDefinition, file: Path
) -> None:
    # Drawing takes half a second to load that no other command should wait for.
    from reports.series_plot import CurvePoint, draw_trade_off  # noqa: PLC0415

    curve = [
        CurvePoint(
            point.threshold,
            point.outcome.false_per_week,
            len(point.outcome.leads) / point.outcome.events if point.outcome.events else None,
        )
        for point in points
    ]
    title = f"What each threshold of {definition.key} would have meant"
    draw_trade_off(curve, wanted, levels.get(Level.YELLOW), title, file)
