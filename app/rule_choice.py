"""Which rule and which series a backtest is about, as the command line says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from monitoring.building import KINDS
from monitoring.defaults import BY_KIND, DEFAULT_RULE
from monitoring.definitions import RuleDefinition, read_rules
from monitoring.known import Event, read_known
from monitoring.readings import ReadingValue, read_csv
from protocol.words import Remedy

SeriesFiles = Annotated[
    list[str],
    typer.Argument(
        metavar="SERIES.csv...",
        help="Files with the columns timestamp,value; NAME=FILE for a rule that watches several series.",
    ),
]
RuleKey = Annotated[
    str, typer.Option(metavar="KEY", help="Key of a rule of the file, the first unless given; or a kind, like burst.")
]
RulesFile = Annotated[Path | None, typer.Option(metavar="FILE", help="A YAML file with rules.")]
KnownFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="What did happen: CSV with series,at or starts,ends; or labels.json."),
]


@dataclass(frozen=True)
class Series:
    """The readings that a rule is shown at once, under one name, with what is known to have happened."""

    name: str
    readings: Sequence[ReadingValue]
    events: Sequence[Event]


def chosen_rule(key: str, file: Path | None) -> RuleDefinition:
    """The rule of the file by its key, or one of the rules to start from. Raises Remedy when there is none."""
    if file is None:
        found = BY_KIND.get(key) or (DEFAULT_RULE if key in ("", DEFAULT_RULE.key) else None)
        known = [DEFAULT_RULE.key, *BY_KIND]
    else:
        definitions = read_rules(file)
        found = next((one for one in definitions if key in ("", one.key)), None)
        known = [one.key for one in definitions]
    if found is None:
        where = file.name if file else "the default rules"
        more = " A rule of that kind needs numbers of its own: write it into a file." if key in KINDS else ""
        raise Remedy(f'No rule "{key}" in {where}. Use one of: {", ".join(known)}.{more}')
    return found


def read_series(rule: RuleDefinition, given: Sequence[str], known: Path | None) -> list[Series]:
    """The series to replay: each file by itself, or all together for a rule that watches several.

    Raises Remedy for a file that cannot be read, or a series that is missing.
    """
    events = read_known(known) if known else {}
    if len(rule.watched) == 1:
        files = [Path(one) for one in given]
        return [Series(file.stem, read_csv(file, rule.watched[0]), events.get(file.stem, ())) for file in files]
    named = dict(one.split("=", 1) for one in given if "=" in one)
    missing = [series for series in rule.watched if series not in named]
    if missing or len(named) < len(given):
        wanted = " ".join(f"{series}=FILE.csv" for series in rule.watched)
        raise Remedy(f"The rule {rule.key} watches {len(rule.watched)} series; name each one: {wanted}")
    readings = [reading for series in rule.watched for reading in read_csv(Path(named[series]), series)]
    return [Series(rule.key, readings, events.get(rule.key, ()))]
