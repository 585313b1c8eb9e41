"""Rules as YAML says them, and the way into the store."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from monitoring.readings import HIGHEST
from monitoring.rows import MonitoringRule, Reading, RuleState
from monitoring.rules import RatioRule, Rule, StaticRule
from playbooks import versions
from playbooks.format import Duration, Key
from protocol.words import Level, Remedy

MOST_WINDOWS = 336
Limit = Annotated[float, Field(gt=0, le=HIGHEST)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StaticParameters(_Part):
    """A static rule: `levels` are counts per window."""

    levels: dict[Level, Limit] = Field(min_length=1)
    window: Duration = timedelta(hours=1)
    unit: str = Field(default="mentions", min_length=1)

    @field_validator("levels")
    @classmethod
    def _rise(cls, levels: dict[Level, float]) -> dict[Level, float]:
        ordered = [levels[level] for level in Level if level in levels]
        if Level.GREEN in levels or ordered != sorted(set(ordered)):
            raise ValueError("the limits must rise from yellow to red, and green has none")
        return levels


class RatioParameters(StaticParameters):
    """A ratio rule: `levels` are multiples of the mean of `baseline`; `minimum` is the least count per window."""

    minimum: Limit
    baseline: Duration = timedelta(days=3)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if min(self.levels.values()) <= 1:
            raise ValueError("a multiple of the usual must be above 1")
        if self.baseline < timedelta(days=1) or not 2 <= self.baseline / self.window <= MOST_WINDOWS:
            raise ValueError(f"the baseline must be at least 1d, and 2 to {MOST_WINDOWS} times the window")
        return self


class RuleDefinition(_Part):
    """One rule of a file."""

    key: Key
    series: str = Field(min_length=1, max_length=200)
    playbook: Key
    subject: Key
    opens: bool = True
    kind: str
    parameters: dict[str, Any]


def build(kind: str, parameters: dict[str, Any], name: str = "") -> Rule:
    """The rule that the words describe, knowing nothing yet. Raises Remedy for an unknown kind or a bad number."""
    try:
        match kind:
            case "ratio":
                ratio = RatioParameters.model_validate(parameters)
                return RatioRule(name, **dict(ratio))
            case "static":
                static = StaticParameters.model_validate(parameters)
                return StaticRule(name, **dict(static))
    except ValidationError as error:
        raise Remedy(_sentence(error)) from None
    raise Remedy(f'no kind of rule "{kind}"; use one of: ratio, static.')


def load_rules(session: Session, path: Path) -> list[MonitoringRule]:
    """Stores the rules of a YAML file in the caller's transaction; those of other files stay. Loading again is safe.

    A rule whose series or numbers changed learns the usual anew from the stored readings. Raises Remedy, naming file
    and rule, and then stores none.
    """
    definitions = read_rules(path, versions.keys(session))
    return [_keep(session, definition) for definition in definitions]


def read_rules(path: Path, known: Sequence[str] | None = None) -> list[RuleDefinition]:
    """The rules of a YAML file; their playbooks are checked against those `known`, when given.

    Raises Remedy, naming file and rule.
    """
    definitions = [_checked(path.name, number, entry, known) for number, entry in enumerate(_entries(path), 1)]
    for number, definition in enumerate(definitions):
        if definition.key in {earlier.key for earlier in definitions[:number]}:
            raise Remedy(f'{path.name}: the rule "{definition.key}" stands there twice; rename one.')
    return definitions


def _entries(path: Path) -> list[Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Remedy(f"{path} cannot be read ({error.strerror}); check the path.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        place = re.sub(r"\s+", " ", str(getattr(error, "problem_mark", "") or "")).strip()
        raise Remedy(f"{path.name} is not YAML{f' ({place})' if place else ''}; correct it.") from None
    entries = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not entries:
        raise Remedy(f'{path.name} holds no rules; list them under "rules:".')
    return entries


def _checked(file: str, number: int, entry: Any, known: Sequence[str] | None) -> RuleDefinition:
    key = entry.get("key") if isinstance(entry, dict) else None
    place = f"{file}, rule {number}" + (f" ({key})" if key else "")
    try:
        definition = RuleDefinition.model_validate(entry)
        build(definition.kind, definition.parameters, definition.key)
    except ValidationError as error:
        raise Remedy(f"{place}: {_sentence(error)}") from None
    except Remedy as remedy:
        raise Remedy(f"{place}: {remedy}") from None
    if known is not None and definition.playbook not in known:
        choices = f"Use one of: {', '.join(known)}." if known else "Load the playbooks first."
        raise Remedy(f'{place}: no playbook "{definition.playbook}" in the protocol store. {choices}')
    return definition


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    what = first["msg"].removeprefix("Value error, ")
    return f"{where}: {what}; correct it." if where else f"{what}; correct it."


def _keep(session: Session, definition: RuleDefinition) -> MonitoringRule:
    found = select(MonitoringRule).where(MonitoringRule.key == definition.key)
    row = session.scalar(found.with_for_update()) or MonitoringRule(key=definition.key)
    watching = (definition.series, definition.kind, definition.parameters)
    changed = (row.series, row.kind, row.parameters) != watching
    row.series, row.kind, row.parameters = watching
    row.playbook_key, row.subject, row.opens = definition.playbook, definition.subject, definition.opens
    session.add(row)
    session.flush()
    if changed:
        session.merge(_learned(session, row))
        session.flush()
    return row


def _learned(session: Session, row: MonitoringRule) -> RuleState:
    rule = build(row.kind, row.parameters, row.key)
    for at, value in _history(session, row.series, rule.memory):
        rule.observe(at, value, live=False)
    return RuleState(rule_id=row.id, last_at=rule.last_at, state=rule.state())


def _history(session: Session, series: str, memory: timedelta) -> Iterator[tuple[datetime, float]]:
    newest = session.scalar(select(Reading.at).where(Reading.series == series).order_by(Reading.at.desc()).limit(1))
    if newest is None:
        return
    query = select(Reading.at, Reading.value).where(Reading.series == series, Reading.at > newest - memory)
    yield from session.execute(query.order_by(Reading.at))
