"""What a rule that knows nothing yet learns from the stored readings."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from monitoring.building import build, measured_by, series_of
from monitoring.levels import Band
from monitoring.rows import MonitoringRule, Reading, RuleState
from monitoring.rules import Rule, has_learned


@dataclass(frozen=True)
class Lesson:
    """What a rule learned before it was loaded, and of which readings: after a moment and up to one, their count and
    their sum."""

    state: dict[str, Any]
    after: datetime
    newest: datetime
    readings: int
    total: float


Lessons = Mapping[str, Lesson]
"""By what the rule says: see `words`."""

NO_LESSONS: Lessons = MappingProxyType({})


def words(row: MonitoringRule) -> str:
    """All that decides what a rule learns from its readings."""
    return json.dumps([row.kind, row.series, row.parameters], sort_keys=True)


def learned(session: Session, row: MonitoringRule, lessons: Lessons = NO_LESSONS) -> Rule:
    """The rule after all readings that still matter to it; of those that a lesson is about it takes what it says.

    What it would have said of them was said by another rule, or too long ago: it calls nobody. A lesson counts only if
    its readings are as they were.
    """
    rule, series = _fresh(row)
    lesson = lessons.get(words(row))
    if lesson is not None and _sum(session, series, lesson.after, lesson.newest) == (lesson.readings, lesson.total):
        rule.restore(lesson.state)
        _show(session, rule, series, Reading.at > lesson.newest)
        return rule
    newest = _newest(session, series)
    if newest is not None:
        _show(session, rule, series, Reading.at > newest - rule.memory)
    return rule


def lesson(session: Session, row: MonitoringRule) -> Lesson | None:
    """What the rule of a row, which need not be in the store yet, learns of the stored readings; None without any."""
    rule, series = _fresh(row)
    newest = _newest(session, series)
    if newest is None:
        return None
    after = newest - rule.memory
    number, total = _sum(session, series, after, newest)  # first: what is written meanwhile is shown, and not in it
    _show(session, rule, series, Reading.at > after, Reading.at <= newest)
    return Lesson(rule.state(), after, newest, number, total)


@dataclass(frozen=True)
class Former:
    """A rule under its former words: what it measured by, its levels, which series it watched, what it remembered."""

    measured: str
    bands: Sequence[Band]
    series: frozenset[str]
    state: dict[str, Any] | None


def former(session: Session, row: MonitoringRule) -> Former:
    """A rule as it stands before its row changes."""
    rule, kept = build(row.kind, row.parameters, row.key, row.series), session.get(RuleState, row.id)
    return Former(
        measured=measured_by(row.kind, row.parameters, row.series),
        bands=rule.ladder.bands,
        series=frozenset(series_of(row.kind, row.parameters, row.series)),
        state=kept.state if kept else None,
    )


def learns(row: MonitoringRule, was: Former | None) -> bool:
    """Whether a new or a changed row has to learn from the stored readings."""
    if was is None or was.state is None:
        return True
    return measured_by(row.kind, row.parameters, row.series) != was.measured or not has_learned(was.state)


def taught_anew(
    session: Session, row: MonitoringRule, was: Former | None = None, lessons: Lessons = NO_LESSONS
) -> Rule:
    """The rule of a new or a changed row.

    Where it measures as before it goes on with what it learned; otherwise it learns anew from the stored readings, or
    from a lesson on them. What it told stays told, unless it watches other series altogether. Since when a level stands
    is counted anew when the levels are others.
    """
    state = was.state if was else None
    if was is None or state is None:
        return learned(session, row, lessons)
    if learns(row, was):
        rule = learned(session, row, lessons)
        if was.series & {*series_of(row.kind, row.parameters, row.series)}:
            rule.latch.restore(state["latch"])
    else:
        rule = build(row.kind, row.parameters, row.key, row.series).restore(state)
    same = measured_by(row.kind, row.parameters, row.series) == was.measured
    if not same or rule.ladder.bands != was.bands:
        rule.latch.stand_anew()
    return rule


def _fresh(row: MonitoringRule) -> tuple[Rule, tuple[str, ...]]:
    rule = build(row.kind, row.parameters, row.key, row.series)
    return rule, series_of(row.kind, row.parameters, row.series)


def _newest(session: Session, series: tuple[str, ...]) -> datetime | None:
    query = select(Reading.at).where(Reading.series.in_(series)).order_by(Reading.at.desc())
    return session.scalar(query.limit(1))


def _show(session: Session, rule: Rule, series: tuple[str, ...], *which: ColumnElement[bool]) -> None:
    for at, name, value in _history(session, series, *which):
        rule.observe(at, value, live=False, series=name)


def _history(
    session: Session, series: tuple[str, ...], *which: ColumnElement[bool]
) -> Iterator[tuple[datetime, str, float]]:
    query = select(Reading.at, Reading.series, Reading.value).where(Reading.series.in_(series), *which)
    yield from session.execute(query.order_by(Reading.at, Reading.series, Reading.source))


def _sum(session: Session, series: tuple[str, ...], after: datetime, newest: datetime) -> tuple[int, float]:
    theirs = (Reading.series.in_(series), Reading.at > after, Reading.at <= newest)
    number, total = session.execute(select(func.count(), func.sum(Reading.value)).where(*theirs)).one()
    return number, total or 0.0
