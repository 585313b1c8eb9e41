"""`crisis backtest`: what a rule would have raised on a series, without any store."""

from pathlib import Path
from typing import Annotated

import typer

from app.arguments import AsJson
from app.terminal import count, examples, say, say_json, show, table
from monitoring.alarms import Alarm
from monitoring.backtest import backtest as replay
from monitoring.defaults import DEFAULT_RULE
from monitoring.definitions import RuleDefinition, read_rules
from monitoring.readings import read_csv
from protocol.words import Remedy

commands = typer.Typer()


@commands.command(
    epilog=examples(
        "crisis backtest examples/brand-mentions/Twitter_volume_AAPL.csv",
        "crisis backtest mentions.csv --json",
        "crisis backtest mentions.csv --rules my-rules.yaml --rule night-burst",
    )
)
def backtest(
    series: Annotated[Path, typer.Argument(metavar="SERIES.csv", help="A file with the columns timestamp,value.")],
    rule: Annotated[str, typer.Option(metavar="KEY", help="Key of the rule; the first of the file unless given.")] = "",
    rules: Annotated[Path | None, typer.Option(metavar="FILE", help="A YAML file with rules.")] = None,
    as_json: AsJson = False,
) -> None:
    """Replays a series through a rule and lists its alarms; a higher level of an open alarm is one of its own."""
    chosen = _chosen(rule, rules)
    readings = read_csv(series, chosen.watched[0])
    alarms = replay(readings, chosen.rule())
    if as_json:
        for alarm in alarms:
            say_json({"at": alarm.at.isoformat(), "level": alarm.level, "rule": alarm.rule, "why": alarm.why})
        return
    if alarms:
        show(table(f"Alarms of {chosen.key}", ("UTC", "level", "why"), [_row(alarm) for alarm in alarms]))
    opened = sum(not alarm.raised for alarm in alarms)
    raised = count(len(alarms) - opened, "time")
    say(f"{count(len(readings), 'reading')}: {count(opened, 'alarm')}, raised to a higher level {raised}.")


def _chosen(key: str, file: Path | None) -> RuleDefinition:
    definitions = read_rules(file) if file else [DEFAULT_RULE]
    found = next((one for one in definitions if key in ("", one.key)), None)
    if found is None:
        where = file.name if file else "the default rules"
        raise Remedy(f'No rule "{key}" in {where}. Use one of: {", ".join(one.key for one in definitions)}.')
    return found


def _row(alarm: Alarm) -> tuple[str, str, str]:
    return f"{alarm.at:%Y-%m-%d %H:%M:%S}", f"{alarm.level}{' (raised)' if alarm.raised else ''}", alarm.why
