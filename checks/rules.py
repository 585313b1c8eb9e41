"""Whether every monitoring rule can speak, says something that matters, and finds somebody who listens."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from checks.findings import Finding, Severity
from checks.hours import Hours, in_words, next_hours
from checks.rule_sentences import RULE_FINDINGS, WHERE
from checks.ways_in import door_of, inquiry_words, is_inquiry
from monitoring.building import checked_parameters
from monitoring.definitions import Known, RuleDefinition, known_in
from monitoring.describing import LEVEL_WORDS
from monitoring.keeping import definitions_in
from monitoring.parameters import CombinationParameters, RatioParameters
from monitoring.rows import Action
from monitoring.standing import newest_readings
from playbooks import versions
from playbooks.format import write_duration
from protocol.who import in_turn, is_role_or_team
from protocol.words import Language, Level

QUIET = timedelta(days=7)
"""A series without a reading for longer is nobody's."""

LEAST = {"ewma": 10, "seasonal": 10, "share": 30}
"""The least counts of which a score still says something, by kind; a burst knows by itself."""

DEVIATIONS = 6
"""How far above the usual a multiple lies that chance does not reach, in deviations of counts (Poisson)."""


@dataclass(frozen=True)
class Rules:
    """What is looked at: rules, what they may point at, and when each of their series was last heard."""

    session: Session
    now: datetime
    definitions: Sequence[RuleDefinition]
    known: Known
    heard: dict[str, datetime]
    hours: Hours
    language: Language

    def found(self, grave: Severity, rule: RuleDefinition, code: str, **words: object) -> Finding:
        """A finding about a rule, in the language that is wanted."""
        what, remedy = (part.told(self.language).format(rule=rule.key, **words) for part in RULE_FINDINGS[code])
        return Finding(grave, f"{WHERE.told(self.language)} {rule.key}", what, remedy)


Kind = Callable[[Rules], Iterator[Finding]]


def rule_findings(
    session: Session,
    now: datetime,
    definitions: Sequence[RuleDefinition] | None = None,
    language: Language = Language.EN,
    hours: Hours | None = None,
) -> list[Finding]:
    """Everything that is wrong with the rules of the store, or with these if they stood in it. Reads only."""
    given = definitions_in(session) if definitions is None else list(definitions)
    if not given:
        return []
    series = {name for one in given for name in one.watched}
    heard = newest_readings(session, series)
    rules = Rules(session, now, given, known_in(session), heard, hours or next_hours(session, now), language)
    found = [finding for kind in KINDS for finding in kind(rules)]
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def pointing_nowhere(rules: Rules) -> Iterator[Finding]:
    """Rules of a playbook or about a subject that is not there."""
    for rule in rules.definitions:
        for code, key, keys in (
            ("playbook", rule.playbook, rules.known.playbooks),
            ("subject", rule.subject, rules.known.subjects),
        ):
            if key not in keys:
                yield rules.found(Severity.ERROR, rule, code, item=key, choices=", ".join(keys) or "–")


def unheard(rules: Rules) -> Iterator[Finding]:
    """Series that never had a reading, or none for a week."""
    for rule in rules.definitions:
        for series in rule.watched:
            at = rules.heard.get(series)
            if at is None:
                yield _never(rules, rule, series)
            elif at < rules.now - QUIET:
                yield rules.found(Severity.WARNING, rule, "silent", item=series, since=f"{at:%Y-%m-%d %H:%M}")


def _never(rules: Rules, rule: RuleDefinition, series: str) -> Finding:
    """What it means that a series never had a reading, by where its readings come from."""
    if is_inquiry(series):
        if _may_come(rules, series):
            return rules.found(Severity.NOTICE, rule, "no_inquiry", item=series)
        choices = ", ".join(inquiry_words(rules.session))
        return rules.found(Severity.WARNING, rule, "no_reason", item=series, choices=choices)
    if door := door_of(series):
        return rules.found(Severity.WARNING, rule, "never_counted", item=series, door=door)
    return rules.found(Severity.WARNING, rule, "never", item=series)


def _may_come(rules: Rules, series: str) -> bool:
    """Whether a series counts inquiries that can come, though none has."""
    _, dot, word = series.partition(".")
    return is_inquiry(series) and (not dot or word in inquiry_words(rules.session))


def watching_the_same(rules: Rules) -> Iterator[Finding]:
    """Rules of the same kind about the same series."""
    seen: dict[tuple[str, frozenset[str], str], RuleDefinition] = {}
    for rule in rules.definitions:
        place = (rule.kind, frozenset(rule.watched), rule.subject)
        if place in seen:
            yield rules.found(Severity.WARNING, rule, "twice", item=seen[place].key)
        seen.setdefault(place, rule)


def unused_levels(rules: Rules) -> Iterator[Finding]:
    """Levels above a rule's lowest that no step of its playbook waits for."""
    for rule in rules.definitions:
        if rule.playbook not in rules.known.playbooks:
            continue
        used = {step.level for step in versions.newest(rules.session, rule.playbook).playbook.steps}
        for level in _levels(rule)[1:]:
            if _acts(rule, level) is Action.OPEN and level not in used:
                words = {"level": _word(level, rules.language), "value": level.value, "item": rule.playbook}
                yield rules.found(Severity.NOTICE, rule, "level", **words)


def low_minimums(rules: Rules) -> Iterator[Finding]:
    """Rules that a handful of counts would set off."""
    for rule in rules.definitions:
        checked = checked_parameters(rule.kind, rule.parameters)
        if not (isinstance(checked, RatioParameters) or rule.kind in LEAST):
            continue
        least = _least_of_ratio(checked) if isinstance(checked, RatioParameters) else LEAST[rule.kind]
        minimum = checked.minimum  # type: ignore[union-attr]
        if minimum < least:
            yield rules.found(Severity.WARNING, rule, "minimum", item=f"{minimum:g}", least=least)


def unwatched_silences(rules: Rules) -> Iterator[Finding]:
    """Series of readings that open incidents, and whose silence nobody would notice."""
    watched = {name for rule in rules.definitions if rule.kind == "absence" for name in rule.watched}
    for rule in rules.definitions:
        if rule.kind == "absence" or all(_acts(rule, level) is not Action.OPEN for level in _levels(rule)):
            continue
        for series in rule.watched:
            if series not in watched and door_of(series) is None:  # nothing to count is no silence
                yield rules.found(Severity.NOTICE, rule, "absence", item=series)


def asking_nobody(rules: Rules) -> Iterator[Finding]:
    """Rules that ask the duty officer while there is none."""
    for rule in rules.definitions:
        if not any(_acts(rule, one) is Action.ASK for one in _levels(rule)):
            continue
        if not is_role_or_team(rules.session, rule.asks):
            yield rules.found(Severity.ERROR, rule, "no_duty", item=rule.asks)
            continue
        if gaps := rules.hours.gaps(partial(_nobody, rules.session, rule.asks)):
            yield rules.found(Severity.ERROR, rule, "nobody", item=rule.asks, gaps=in_words(gaps, rules.language))


def impatient(rules: Rules) -> Iterator[Finding]:
    """Rules whose levels must stand longer than an alarm speaks for."""
    for rule in rules.definitions:
        checked = checked_parameters(rule.kind, rule.parameters)
        if checked.sustained > checked.hold:
            words = {"sustained": write_duration(checked.sustained), "hold": write_duration(checked.hold)}
            yield rules.found(Severity.WARNING, rule, "sustained", **words)


def unmeeting(rules: Rules) -> Iterator[Finding]:
    """Combinations whose signals cannot meet, or not at a level that the rule does something at."""
    for rule in rules.definitions:
        checked = checked_parameters(rule.kind, rule.parameters)
        if not isinstance(checked, CombinationParameters):
            continue
        series = [one.series for one in checked.signals]
        unheard_ones = [one for one in series if one not in rules.heard and not _may_come(rules, one)]
        able = len(checked.signals) - len(unheard_ones)
        if able < checked.wanted:
            item = ", ".join(dict.fromkeys(unheard_ones))
            yield rules.found(Severity.WARNING, rule, "never_meet", need=checked.wanted, able=able, item=item)
        for level in rule.actions:
            able = sum(level.rank <= _highest(one.kind, one.parameters) for one in checked.signals)
            if able < checked.wanted:
                words = {"level": _word(level, rules.language), "need": checked.wanted, "able": able}
                yield rules.found(Severity.WARNING, rule, "unreachable", **words)
        signals = rule.meant["parameters"]["signals"]
        if any(signal in signals[:place] for place, signal in enumerate(signals)):
            yield rules.found(Severity.WARNING, rule, "same_signal")


KINDS: Sequence[Kind] = (
    pointing_nowhere,
    unheard,
    watching_the_same,
    unused_levels,
    low_minimums,
    unwatched_silences,
    asking_nobody,
    impatient,
    unmeeting,
)


def _least_of_ratio(checked: RatioParameters) -> int:
    """The least count at which so many times the usual lies `DEVIATIONS` deviations above it.

    With the usual m and a multiple k of it, (k·m − m)/√m ≥ d, so k·m ≥ d²·k/(k − 1)².
    """
    times = min(band.enter for band in checked.levels.values())
    return math.ceil(DEVIATIONS**2 * times / (times - 1) ** 2)


def _levels(rule: RuleDefinition) -> list[Level]:
    """The levels of a rule, the lowest first."""
    checked = checked_parameters(rule.kind, rule.parameters)
    if isinstance(checked, CombinationParameters):
        ranks = sorted((_highest(one.kind, one.parameters) for one in checked.signals), reverse=True)
        return [level for level in LEVEL_WORDS if level.rank <= ranks[checked.wanted - 1]]
    return [level for level in LEVEL_WORDS if level in checked.levels]


def _highest(kind: str, parameters: dict[str, Any]) -> int:
    checked = checked_parameters(kind, parameters)
    assert not isinstance(checked, CombinationParameters)
    return max(level.rank for level in checked.levels)


def _acts(rule: RuleDefinition, level: Level) -> Action:
    return rule.actions.get(level, Action.OPEN) if rule.opens else Action.SIGNAL


def _word(level: Level, language: Language) -> str:
    return LEVEL_WORDS[level] if language is Language.ES else level.value


def _nobody(session: Session, key: str, at: datetime) -> bool:
    return not in_turn(session, key, at)
