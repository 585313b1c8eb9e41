"""`crisis backtest`: what a rule would have raised on series, without any store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track

from app.arguments import AsJson
from app.rule_choice import KnownFile, RuleKey, RulesFile, Series, SeriesFiles, chosen_rule, read_series
from app.terminal import console, count, examples, say, say_json, show, table
from monitoring.alarms import Alarm
from monitoring.backtest import backtest as replay
from monitoring.definitions import RuleDefinition
from monitoring.number_words import during, roughly
from monitoring.outcome import NOTHING, Outcome, outcome

commands = typer.Typer()


@dataclass(frozen=True)
class Tested:
    """What a rule raised on one series."""

    series: Series
    alarms: list[Alarm]

    @property
    def outcome(self) -> Outcome:
        """The openings held against what is known."""
        readings = self.series.readings
        openings = [alarm.at for alarm in self.alarms if not alarm.raised]
        span = max(one.at for one in readings) - min(one.at for one in readings)
        return outcome(openings, self.series.events, span)


@commands.command(
    epilog=examples(
        "crisis backtest examples/brand-mentions/Twitter_volume_AAPL.csv",
        "crisis backtest mentions/*.csv --rule burst --known mentions/labels.json --picture backtest.png",
        "crisis backtest mentions.csv --rules my-rules.yaml --rule night-burst --json",
    )
)
def backtest(
    series: SeriesFiles,
    rule: RuleKey = "",
    rules: RulesFile = None,
    known: KnownFile = None,
    picture: Annotated[Path | None, typer.Option(metavar="FILE", help="Draws it; .png or .svg.")] = None,
    as_json: AsJson = False,
) -> None:
    """Replays series through a rule: what would have fired, how early, how often a week."""
    definition = chosen_rule(rule, rules)
    given = read_series(definition, series, known)
    errors = console(stderr=True)
    bar = track(given, "Replaying", console=errors, transient=True, disable=not errors.is_terminal)
    tested = [Tested(one, replay(one.readings, definition.rule())) for one in bar]
    if picture:
        _draw(tested, definition, picture)
    if as_json:
        _say_lines(tested)
        return
    for one in tested:
        _say_alarms(one, definition)
    _say_outcome(tested, bool(known))
    if picture:
        say(f"The picture is {picture}.")


def _say_lines(tested: Sequence[Tested]) -> None:
    for one in tested:
        for alarm in one.alarms:
            say_json(
                {
                    "series": one.series.name,
                    "at": alarm.at.isoformat(),
                    "level": alarm.level,
                    "rule": alarm.rule,
                    "raised": alarm.raised,
                    "why": alarm.why,
                    "numbers": alarm.numbers,
                }
            )
        say_json({"series": one.series.name, "readings": len(one.series.readings)} | _summary(one.outcome))


def _summary(came: Outcome) -> dict[str, Any]:
    figures: dict[str, Any] = {"alarms": came.alarms, "alarms_a_week": round(came.alarms_per_week, 2)}
    if not came.events:
        return figures
    lead = None if came.lead is None else round(came.lead / timedelta(minutes=1), 1)
    met = {"known": came.events, "found": len(came.leads), "false_alarms_a_week": round(came.false_per_week, 2)}
    return figures | met | {"median_lead_minutes": lead}


def _say_alarms(one: Tested, definition: RuleDefinition) -> None:
    if one.alarms:
        title = f"Alarms of {definition.key} on {one.series.name}"
        show(table(title, ("UTC", "level", "why"), [_row(alarm) for alarm in one.alarms]))
    opened = sum(not alarm.raised for alarm in one.alarms)
    raised = count(len(one.alarms) - opened, "time")
    say(
        f"{count(len(one.series.readings), 'reading')}: {count(opened, 'alarm')}, "
        f"{one.outcome.alarms_per_week:.1f} a week, raised to a higher level {raised}."
    )


def _say_outcome(tested: Sequence[Tested], is_known: bool) -> None:
    together = sum((one.outcome for one in tested), NOTHING)
    if not is_known:
        return
    say(
        f"Of {count(together.events, 'known event')} {len(together.leads)} were found{_early(together.lead)}; "
        f"{together.false_per_week:.2f} false alarms a week and series."
    )


def _early(lead: timedelta | None) -> str:
    if lead is None:
        return ""
    side = "before" if lead >= timedelta(0) else "after"
    return f", half of them at least {roughly(abs(lead))} {side} their moment"


def _row(alarm: Alarm) -> tuple[str, str, str]:
    return f"{alarm.at:%Y-%m-%d %H:%M:%S}", f"{alarm.level}{' (raised)' if alarm.raised else ''}", alarm.why


def _draw(tested: Sequence[Tested], definition: RuleDefinition, file: Path) -> None:
    # Drawing takes half a second to load that no other command should wait for.
    from reports.plot import SeriesPoint  # noqa: PLC0415
    from reports.series_plot import Fired, Panel, draw_series  # noqa: PLC0415

    def spans(one: Tested) -> list[tuple[datetime, datetime]]:
        return [(event.starts, event.ends) for event in one.series.events]

    panels = [
        Panel(
            one.series.name,
            [SeriesPoint(reading.at, reading.value) for reading in one.series.readings],
            [Fired(alarm.at, alarm.level) for alarm in one.alarms],
            spans(one),
        )
        for one in tested
    ]
    window = definition.rule().window
    draw_series(panels, window, f"Count per {during(window)} and what {definition.key} would have raised", file)
