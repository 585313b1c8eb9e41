"""What a rule that knows nothing yet learns from the stored readings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitoring.building import build, measured_by, series_of
from monitoring.levels import Band
from monitoring.rows import MonitoringRule, Reading, RuleState
from monitoring.rules import Rule, has_learned


def learned(session: Session, row: MonitoringRule, before: datetime | None = None) -> Rule:
    """The rule after all readings that still matter to it, those before a moment when it is given.

    What it would have said of them was said by another rule, or too long ago: it calls nobody.
    """
    rule = build(row.kind, row.parameters, row.key, row.series)
    for at, series, value in _history(session, series_of(row.kind, row.parameters, row.series), rule.memory, before):
        rule.observe(at, value, live=False, series=series)
    return rule


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


def taught_anew(session: Session, row: MonitoringRule, was: Former | None = None) -> Rule:
    """The rule of a new or a changed row.

    Where it measures as before it goes on with what it learned; otherwise it learns anew from the stored readings. What
    it told stays told, unless it watches other series altogether. Since when a level stands is counted anew when the
    levels are others.
    """
    state = was.state if was else None
    if was is None or state is None:
        return learned(session, row)
    same = measured_by(row.kind, row.parameters, row.series) == was.measured
    if same and has_learned(state):
        rule = build(row.kind, row.parameters, row.key, row.series).restore(state)
    else:
        rule = learned(session, row)
        if was.series & {*series_of(row.kind, row.parameters, row.series)}:
            rule.latch.restore(state["latch"])
    if not same or rule.ladder.bands != was.bands:
        rule.latch.stand_anew()
    return rule


def _history(
    session: Session, series: tuple[str, ...], memory: timedelta, before: datetime | None
) -> Iterator[tuple[datetime, str, float]]:
    theirs = [Reading.series.in_(series), *([Reading.at < before] if before else [])]
    newest = session.scalar(select(Reading.at).where(*theirs).order_by(Reading.at.desc()).limit(1))
    if newest is None:
        return
    query = select(Reading.at, Reading.series, Reading.value).where(*theirs, Reading.at > newest - memory)
    yield from session.execute(query.order_by(Reading.at, Reading.series, Reading.source))
