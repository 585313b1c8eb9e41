"""`crisis rules list`, `show` and `history`: what each rule watches, how it stands, and how it became what it is."""

from typing import Annotated, Any

import typer
from rich.text import Text

from app.arguments import AsJson
from app.terminal import count, cut, examples, say, say_json, show, table
from monitoring.changes import changes_of
from monitoring.definitions import RuleDefinition, definition_of
from monitoring.describing import described
from monitoring.keeping import stored_rule, stored_rules
from monitoring.rows import RuleChange
from monitoring.rule_differences import changes_between, said_by
from monitoring.standing import Standing, standings
from protocol.words import Language, Level, Remedy
from wiring.works import open_works

commands = typer.Typer()

RuleKey = Annotated[str, typer.Argument(metavar="KEY", help="Key of the rule.")]
COLOURS = {Level.YELLOW: "yellow", Level.ORANGE: "bold yellow", Level.RED: "bold red"}


@commands.command("list", epilog=examples("crisis rules list", "crisis rules list --json"))
def list_rules(as_json: AsJson = False) -> None:
    """Lists the rules: what each watches, what it does at which level, and how it stands just now."""
    works = open_works()
    with works.store.read() as session:
        rows = stored_rules(session)
        found = [
            _listed(definition_of(row), standing)
            for row, standing in zip(rows, standings(session, rows, works.clock.now()), strict=True)
        ]
    if as_json:
        say_json(found, indent=1)
        return
    if found:
        headings = (
            "rule",
            "series",
            "kind",
            "levels",
            "actions",
            "playbook",
            "subject",
            "learned",
            "now",
            "newest, UTC",
        )
        show(table("Rules", headings, [_cells(one) for one in found]))
    say(f"{count(len(found), 'rule')}.")


@commands.command("show", epilog=examples("crisis rules show mentions-burst"))
def show_rule(key: RuleKey, as_json: AsJson = False) -> None:
    """Says one rule in words, in both languages, and what it measures just now."""
    works = open_works()
    with works.store.read() as session:
        row = stored_rule(session, key)
        definition = definition_of(row)
        (standing,) = standings(session, [row], works.clock.now())
    words = described(definition)
    if as_json:
        say_json({"rule": definition.written, "words": words, "standing": _measured(standing)}, indent=1)
        return
    say(f"{key}: {words[Language.EN]}")
    say(f"{key}: {words[Language.ES]}")
    say(_measure_said(standing))


@commands.command("history", epilog=examples("crisis rules history", "crisis rules history mentions-burst --json"))
def history(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Only of this rule.")] = "",
    most: Annotated[int, typer.Option(min=1, help="How many rows, the newest.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Lists every change of a rule, or of all: when, who, why, and what it was before and after."""
    works = open_works()
    with works.store.read() as session:
        found = [_change(row) for row in changes_of(session, key)]
    if key and not found:
        raise Remedy(f'The history knows no rule "{key}"; `crisis rules history` shows those it does.')
    if as_json:
        say_json(found[:most], indent=1)
        return
    cells = [
        (f"{one['at']:%Y-%m-%d %H:%M}", one["by"], one["why"] or one["source"], one["rule"], *change)
        for one in found
        for change in _fields(one)
    ]
    if cells:
        headings = ("when", "who", "why", "rule", "", "before", "after")
        show(table("Changes of rules, UTC", headings, cells[:most]))
    say(f"{count(len(found), 'change')}.")


def _listed(definition: RuleDefinition, standing: Standing) -> dict[str, Any]:
    said = definition.meant
    fields = said_by(said).items()
    levels = {name.removeprefix("levels."): limit for name, limit in fields if name.startswith("levels.")}
    return {
        "key": definition.key,
        "series": list(definition.watched),
        "kind": definition.kind,
        "levels": levels,
        "actions": said["actions"] if definition.opens else {"all": "signal"},
        "playbook": definition.playbook,
        "subject": definition.subject,
        "learned": standing.learned,
        "level": standing.level,
        "newest": standing.newest,
    }


def _cells(one: dict[str, Any]) -> tuple[str | Text, ...]:
    level, newest = one["level"], one["newest"]
    return (
        one["key"],
        "\n".join(one["series"]),
        one["kind"],
        "\n".join(f"{name} {said}" for name, said in one["levels"].items()),
        "\n".join(f"{name} {said}" for name, said in one["actions"].items()) or "open",
        one["playbook"],
        one["subject"],
        "yes" if one["learned"] else "not yet",
        Text(level, COLOURS.get(level, "green")),
        f"{newest:%m-%d %H:%M}" if newest else "never",
    )


def _measured(standing: Standing) -> dict[str, Any]:
    measure = standing.measure
    numbers = (
        {} if measure is None else {"score": measure.score, "observed": measure.observed, "usual": measure.expected}
    )
    return {
        "learned": standing.learned,
        "level": standing.level,
        "told": standing.told,
        "newest": standing.newest,
        **numbers,
        "limit": standing.limit,
    }


def _measure_said(standing: Standing) -> str:
    heard = f"newest reading {standing.newest:%Y-%m-%d %H:%M} UTC" if standing.newest else "no reading yet"
    measure = standing.measure
    if measure is None:
        return f"It has not learned enough to speak; {heard}."
    usual = "" if measure.expected is None else f", usual {measure.expected:,.1f}"
    limit = "" if standing.limit is None else f", limit {standing.limit:,.1f}"
    told = f"; {standing.told} was told" if standing.told else ""
    score = f"score {measure.score:,.2f}, observed {measure.observed:,.1f}{usual}{limit}"
    return f"Just now {standing.level}: {score}; {heard}{told}."


def _change(row: RuleChange) -> dict[str, Any]:
    said = {"rule": row.rule_key, "at": row.at, "by": row.by, "why": row.why, "source": row.source}
    return {**said, "before": row.before, "after": row.after}


def _fields(change: dict[str, Any]) -> list[tuple[str, str, str]]:
    before, after = change["before"], change["after"]
    if before is None:
        return [("added", "", "")]
    if after is None:
        return [("removed", "", "")]
    return [(one.field, cut(one.before or "–"), cut(one.after or "–")) for one in changes_between(before, after)]
