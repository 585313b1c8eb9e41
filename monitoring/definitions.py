"""Rules as YAML says them, and the way into the store."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import Field, ValidationError, model_validator
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from monitoring.building import build, sentence, series_of
from monitoring.learning import learned
from monitoring.parameters import Part, SeriesName
from monitoring.rows import Action, MonitoringRule, RuleSeries, RuleState
from monitoring.rules import Rule
from playbooks import versions
from playbooks.format import Key
from protocol.words import Level, Remedy


class RuleDefinition(Part):
    """One rule of a file. `actions` say what a level does (signal, ask or open); without `opens` all only signal.

    A combination names its series in its signals.
    """

    key: Key
    series: SeriesName | None = None
    playbook: Key
    subject: Key
    opens: bool = True
    actions: dict[Level, Action] = Field(default_factory=dict)
    kind: str
    parameters: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _watches(self) -> Self:
        if self.kind == "combination" and self.series is not None:
            raise ValueError("a combination names its series in its signals; leave series out")
        if self.kind != "combination" and self.series is None:
            raise ValueError("series is missing; name the series that the rule watches")
        return self

    @property
    def watched(self) -> tuple[str, ...]:
        """Every series that it watches."""
        return series_of(self.kind, self.parameters, self.series or "")

    def rule(self) -> Rule:
        """The rule, knowing nothing yet."""
        return build(self.kind, self.parameters, self.key, self.watched[0])


def load_rules(session: Session, path: Path) -> list[MonitoringRule]:
    """Stores the rules of a YAML file in the caller's transaction; those of other files stay. Loading again is safe.

    A rule whose series or numbers changed learns the usual anew from the stored readings. Raises Remedy, naming file
    and rule, and then stores none.
    """
    definitions = read_rules(path, versions.keys(session))
    return [keep_rule(session, definition) for definition in definitions]


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
        definition.rule()
    except ValidationError as error:
        raise Remedy(f"{place}: {sentence(error)}") from None
    except Remedy as remedy:
        raise Remedy(f"{place}: {remedy}") from None
    if known is not None and definition.playbook not in known:
        choices = f"Use one of: {', '.join(known)}." if known else "Load the playbooks first."
        raise Remedy(f'{place}: no playbook "{definition.playbook}" in the protocol store. {choices}')
    return definition


def keep_rule(session: Session, definition: RuleDefinition) -> MonitoringRule:
    """Stores one rule in the caller's transaction; when what it watches or its numbers changed, it learns anew."""
    found = select(MonitoringRule).where(MonitoringRule.key == definition.key)
    row = session.scalar(found.with_for_update()) or MonitoringRule(key=definition.key)
    watched = definition.watched
    watching = (watched[0], definition.kind, definition.parameters)
    changed = (row.series, row.kind, row.parameters) != watching
    row.series, row.kind, row.parameters = watching
    row.playbook_key, row.subject, row.opens = definition.playbook, definition.subject, definition.opens
    row.actions = {level.value: action.value for level, action in definition.actions.items()}
    session.add(row)
    session.flush()
    if changed:
        session.execute(delete(RuleSeries).where(RuleSeries.rule_id == row.id))
        session.add_all(RuleSeries(rule_id=row.id, series=series) for series in watched)
        session.merge(RuleState(rule_id=row.id, state=learned(session, row).state()))
        session.flush()
    return row
