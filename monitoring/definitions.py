"""Rules as YAML says them, and the way into the store."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from monitoring.building import build, meaning, sentence, series_of
from monitoring.changes import Noted, note
from monitoring.learning import NO_LESSONS, Former, Lesson, Lessons, former, learns, lesson, taught_anew, words
from monitoring.parameters import Part, SeriesName
from monitoring.rows import ANSWER_MINUTES, ASKED, Action, Breach, MonitoringRule, RuleSeries, RuleState
from monitoring.rules import Rule
from playbooks import versions
from playbooks.format import Duration, Key
from protocol.practice import Subject
from protocol.who import is_role_or_team, no_role_or_team
from protocol.words import Level, Remedy

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=24)


class RuleDefinition(Part):
    """One rule of a file. `actions` say what a level does (signal, ask or open); without `opens` all only signal.

    `asks` is the role or team whose one on duty is asked; each has `answer_within`. With `raises` a graver alarm raises
    the level of the open incident. A combination names its series in its signals.
    """

    key: Key
    series: SeriesName | None = None
    playbook: Key
    subject: Key
    opens: bool = True
    actions: dict[Level, Action] = Field(default_factory=dict)
    asks: Key = ASKED
    answer_within: Duration = timedelta(minutes=ANSWER_MINUTES)
    raises: bool = True
    kind: str
    parameters: dict[str, Any] = Field(default_factory=dict)

    @field_validator("answer_within")
    @classmethod
    def _leaves_time(cls, within: timedelta) -> timedelta:
        if not SHORTEST <= within <= LONGEST or within % SHORTEST:
            raise ValueError("a person has from 1m to 24h to answer, in whole minutes")
        return within

    @model_validator(mode="after")
    def _watches(self) -> Self:
        if self.kind == "combination" and self.series is not None:
            raise ValueError("a combination names its series in its signals; leave series out")
        if self.kind != "combination" and self.series is None:
            raise ValueError("series is missing; name the series that the rule watches")
        return self

    @property
    def may_ask(self) -> bool:
        """Whether somebody is asked at any level, or is named for it."""
        return "asks" in self.model_fields_set or Action.ASK in self.actions.values()

    @property
    def watched(self) -> tuple[str, ...]:
        """Every series that it watches."""
        return series_of(self.kind, self.parameters, self.series or "")

    def rule(self) -> Rule:
        """The rule, knowing nothing yet."""
        return build(self.kind, self.parameters, self.key, self.watched[0])

    @property
    def written(self) -> dict[str, Any]:
        """As a rules file says it, without what need not be said."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @property
    def meant(self) -> dict[str, Any]:
        """With everything that it leaves unsaid: what two ways of writing the same rule have in common."""
        actions = {level.value: action.value for level, action in self.actions.items() if action is not Action.OPEN}
        return self.model_dump(mode="json") | {"actions": actions, "parameters": meaning(self.kind, self.parameters)}


@dataclass(frozen=True)
class Known:
    """What rules may point at: the playbooks, and the subjects when the protocol has any."""

    playbooks: Sequence[str]
    subjects: Sequence[str] = ()


def known_in(session: Session) -> Known:
    """What the rules of a store may point at."""
    subjects = session.scalars(select(Subject.key).order_by(Subject.key))
    return Known(versions.keys(session), subjects.all())


def load_rules(
    session: Session, path: Path, noted: Noted | None = None, lessons: Lessons = NO_LESSONS
) -> list[MonitoringRule]:
    """Stores the rules of a YAML file in the caller's transaction; those of other files stay. Loading again is safe.

    A rule that measures otherwise than before learns the usual anew from the stored readings. Raises Remedy, naming
    file and rule, and then stores none. With `noted` each change stands in the history of the rules.
    """
    definitions = read_rules(path, known_in(session))
    for number, definition in enumerate(definitions, 1):
        check_asked(session, f"{path.name}, rule {number} ({definition.key})", definition)
    return keep_rules(session, definitions, noted, lessons)


def check_asked(session: Session, place: str, definition: RuleDefinition) -> None:
    """Raises Remedy, naming the place, for a rule that would ask a role or team that there is not."""
    if definition.may_ask and not is_role_or_team(session, definition.asks):
        raise Remedy(f"{place}: asks: {no_role_or_team(session, definition.asks)}")


def keep_rules(
    session: Session,
    definitions: Sequence[RuleDefinition],
    noted: Noted | None,
    lessons: Lessons = NO_LESSONS,
) -> list[MonitoringRule]:
    """Stores these rules in the caller's transaction, and leaves all others. With `lessons` it need not learn then."""
    # In the order in which readings lock them, so that nobody waits crosswise.
    theirs = MonitoringRule.key.in_([one.key for one in definitions])
    session.execute(select(MonitoringRule.id).where(theirs).order_by(MonitoringRule.id).with_for_update()).all()
    return [keep_rule(session, definition, noted, lessons) for definition in definitions]


def definition_of(row: MonitoringRule) -> RuleDefinition:
    """The rule of a row, as a file says it."""
    return RuleDefinition(
        key=row.key,
        series=None if row.kind == "combination" else row.series,
        playbook=row.playbook_key,
        subject=row.subject,
        opens=row.opens,
        actions={Level(level): Action(action) for level, action in row.actions.items()},
        asks=row.asks,
        answer_within=timedelta(minutes=row.answer_minutes),
        raises=row.raises,
        kind=row.kind,
        parameters=row.parameters,
    )


def read_rules(path: Path, known: Known | None = None) -> list[RuleDefinition]:
    """The rules of a YAML file; what they point at is checked against what is `known`, when given.

    Raises Remedy, naming file and rule.
    """
    definitions = [checked(_place(path.name, number, entry), entry, known) for number, entry in _numbered(path)]
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


def _numbered(path: Path) -> Iterator[tuple[int, Any]]:
    return enumerate(_entries(path), 1)


def _place(file: str, number: int, entry: Any) -> str:
    key = entry.get("key") if isinstance(entry, dict) else None
    return f"{file}, rule {number}" + (f" ({key})" if key else "")


def checked(place: str, entry: Any, known: Known | None = None) -> RuleDefinition:
    """The rule that an entry of a file says. Raises Remedy, which begins with the place."""
    try:
        definition = RuleDefinition.model_validate(entry)
        definition.rule()
    except ValidationError as error:
        raise Remedy(f"{place}: {sentence(error, 'a rule', RuleDefinition)}") from None
    except Remedy as remedy:
        raise Remedy(f"{place}: {remedy}") from None
    if known is not None and definition.playbook not in known.playbooks:
        choices = f"Use one of: {', '.join(known.playbooks)}." if known.playbooks else "Load the playbooks first."
        raise Remedy(f'{place}: no playbook "{definition.playbook}" in the protocol store. {choices}')
    if known is not None and known.subjects and definition.subject not in known.subjects:
        choices = ", ".join(known.subjects)
        raise Remedy(f'{place}: no subject "{definition.subject}" in the protocol store. Use one of: {choices}.')
    return definition


def learn_ahead(
    session: Session, definitions: Sequence[RuleDefinition], told: Callable[[int], None] = lambda _: None
) -> Lessons:
    """What those of these rules that are new or measure otherwise learn, for `keep_rules` to take.

    Half a second a rule of eight weeks: in a transaction that writes, everybody else would wait for it. `told` hears
    how many of the rules are done.
    """
    found: dict[str, Lesson] = {}
    for number, definition in enumerate(definitions, 1):
        row = _put(MonitoringRule(key=definition.key), definition)
        if learns(row, _was(session, definition.key)):
            said = lesson(session, row)
            if said is not None:
                found[words(row)] = said
        told(number)
    return found


def keep_rule(
    session: Session, definition: RuleDefinition, noted: Noted | None = None, lessons: Lessons = NO_LESSONS
) -> MonitoringRule:
    """Stores one rule in the caller's transaction. What it told stays told; it learns anew if it measures otherwise."""
    found = session.scalar(select(MonitoringRule).where(MonitoringRule.key == definition.key))
    before = definition_of(found) if found is not None and found.removed_at is None else None
    if found is not None and before is not None and before.meant == definition.meant:
        return found
    was = former(session, found) if found is not None and before is not None else None
    row = _put(found or MonitoringRule(key=definition.key), definition)
    session.add(row)
    session.flush()
    if before is None or not _watches_as(before, definition):
        session.execute(delete(RuleSeries).where(RuleSeries.rule_id == row.id))
        session.add_all(RuleSeries(rule_id=row.id, series=series) for series in definition.watched)
        session.merge(RuleState(rule_id=row.id, state=taught_anew(session, row, was, lessons).state()))
        session.flush()
        if was is not None and not was.series & {*definition.watched}:  # nobody would say that they are green again
            end_breaches(session, row.id, noted.at if noted else None)
    note(session, definition.key, before.written if before is not None else None, definition.written, noted)
    return row


def end_breaches(session: Session, rule_id: int, at: datetime | None) -> None:
    """Ends the standing breaches of a rule; at a moment, or when each began."""
    standing = update(Breach).where(Breach.rule_id == rule_id, Breach.ended_at.is_(None))
    session.execute(standing.values(ended_at=Breach.at if at is None else at))


def _was(session: Session, key: str) -> Former | None:
    watching = (MonitoringRule.key == key, MonitoringRule.removed_at.is_(None))
    found = session.scalar(select(MonitoringRule).where(*watching))
    return former(session, found) if found is not None else None


def _put(row: MonitoringRule, definition: RuleDefinition) -> MonitoringRule:
    row.series, row.kind, row.parameters = definition.watched[0], definition.kind, definition.parameters
    row.playbook_key, row.subject, row.opens = definition.playbook, definition.subject, definition.opens
    row.actions = {level.value: action.value for level, action in definition.actions.items()}
    row.asks, row.raises = definition.asks, definition.raises
    row.answer_minutes = definition.answer_within // timedelta(minutes=1)
    row.removed_at = None
    return row


def _watches_as(before: RuleDefinition, after: RuleDefinition) -> bool:
    """Whether only what an alarm does differs."""
    return all(before.meant[name] == after.meant[name] for name in ("series", "kind", "parameters"))
