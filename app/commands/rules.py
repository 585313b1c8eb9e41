"""`crisis rules`: what starts an incident, listed, changed, removed and kept in files."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import typer
import yaml
from sqlalchemy.orm import Session

from app.authorship import By, Why, author
from app.commands import rule_files, rule_lists
from app.commands.rule_lists import RuleKey
from app.learning import learned_ahead
from app.terminal import examples, say
from monitoring.changes import Noted
from monitoring.definitions import RuleDefinition, check_asked, checked, definition_of, keep_rules, known_in
from monitoring.keeping import remove_rule, stored_rule
from monitoring.rule_differences import rule_differences
from protocol.words import Remedy
from wiring.works import open_works

commands = typer.Typer()
_rules = typer.Typer(
    help="The monitoring rules: what starts an incident, as data that is listed, changed, checked and kept.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples(
        "crisis rules list",
        "crisis rules export rules.xlsx",
        "crisis rules import rules.xlsx",
        "crisis rules set mentions-burst --level yellow=2.5",
    ),
)
commands.add_typer(_rules, name="rules")
for _module in (rule_lists, rule_files):
    _rules.add_typer(_module.commands)

Pairs = list[str]


@_rules.command(
    "set",
    epilog=examples(
        "crisis rules set mentions-burst --level yellow=2.5 --level orange=3.5/2.8",
        "crisis rules set mentions-burst --parameter minimum=800 --action yellow=ask",
        "crisis rules set mentions-burst --level red= --field opens=false",
    ),
)
def set_rule(
    key: RuleKey,
    level: Annotated[Pairs | None, typer.Option(metavar="LEVEL=LIMIT", help="A limit; LEVEL= takes it out.")] = None,
    parameter: Annotated[
        Pairs | None, typer.Option(metavar="NAME=VALUE", help="A parameter of its kind; NAME= takes it out.")
    ] = None,
    action: Annotated[Pairs | None, typer.Option(metavar="LEVEL=ACTION", help="signal, ask or open.")] = None,
    field: Annotated[Pairs | None, typer.Option(metavar="NAME=VALUE", help="What else stands beside kind.")] = None,
    series: Annotated[str, typer.Option(metavar="NAME", help="Another series to watch.")] = "",
    subject: Annotated[str, typer.Option(metavar="KEY", help="Another subject.")] = "",
    playbook: Annotated[str, typer.Option(metavar="KEY", help="Another playbook.")] = "",
    by: By = "",
    why: Why = "",
) -> None:
    """Changes one rule and says what changed. What it told stays told; it learns anew if it measures otherwise."""
    works = open_works()
    fields = {
        name: value for name, value in (("series", series), ("subject", subject), ("playbook", playbook)) if value
    }
    said = Said(level, parameter, action, field, fields)
    with works.store.read() as session:
        _, after = _changed(session, key, said)
    lessons = learned_ahead(works, [after])
    with works.store.write() as session:
        before, after = _changed(session, key, said)
        keep_rules(session, [after], Noted(author("rules set", by, why), works.clock.now()), lessons)
    changes = rule_differences([before], [after])
    for one in changes:
        say(f"{key}, {one.field}: {one.before or '–'} → {one.after or '–'}.")
    if not changes:
        say(f"{key} says that already.")


@_rules.command("remove", epilog=examples('crisis rules remove mentions-burst --why "the campaign is over"'))
def remove(key: RuleKey, by: By = "", why: Why = "") -> None:
    """Takes a rule out of service. Its alarms stay in the list, in their incidents and in reports."""
    works = open_works()
    with works.store.write() as session:
        remove_rule(session, key, Noted(author("rules remove", by, why), works.clock.now()))
    say(f"{key} watches no more. Its alarms stay.")


class Said(NamedTuple):
    """What an order to change a rule says: by its options, as they were written."""

    level: Pairs | None
    parameter: Pairs | None
    action: Pairs | None
    field: Pairs | None
    fields: dict[str, str]


def _changed(session: Session, key: str, said: Said) -> tuple[RuleDefinition, RuleDefinition]:
    """The rule as it stands, and as it will."""
    before = definition_of(stored_rule(session, key))
    entry = before.written | said.fields
    _put(entry, _pairs("--field", said.field))
    parameters = entry.setdefault("parameters", {})
    _put(parameters, _pairs("--parameter", said.parameter))
    if said.level:  # those that it leaves unsaid stay as well
        parameters["levels"] = parameters.get("levels") or before.meant["parameters"].get("levels", {})
    limits = {one: _limit(limit) for one, limit in _pairs("--level", said.level).items()}
    _put(parameters.setdefault("levels", {}), limits)
    _put(entry.setdefault("actions", {}), _pairs("--action", said.action))
    if not parameters["levels"]:
        del parameters["levels"]
    after = checked(key, entry, known_in(session))
    if after.key != key:
        raise Remedy(f"{key}: a rule keeps its key; export it, and import it under the other one.")
    check_asked(session, key, after)
    return before, after


def _pairs(option: str, said: Sequence[str] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in said or ():
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise Remedy(f"{option} {one}: write it as NAME=VALUE, like yellow=4.")
        try:
            found[name.strip()] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise Remedy(
                f"{option} {one}: the value cannot be understood; write a number, a word or a span like 1h."
            ) from None
    return found


def _put(into: dict[str, Any], said: dict[str, Any]) -> None:
    for name, value in said.items():
        if value is None:
            into.pop(name, None)
        else:
            into[name] = value


def _limit(said: Any) -> Any:
    """`8/6` is entered at 8 and left below 6."""
    if said is None or isinstance(said, int | float) or re.fullmatch(r"[0-9]+[mhd]", said):
        return said
    parts = re.fullmatch(r"([0-9.]+) ?/ ?([0-9.]+)", said)
    if parts is None:
        raise Remedy(f"--level: {said} is not a limit; write a number, 8/6 to leave it below 6, or a span like 20m.")
    return {"enter": yaml.safe_load(parts[1]), "leave": yaml.safe_load(parts[2])}
