"""How the rules stand just now: whether they have learned, at which level they are, and what they measure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitoring.building import build, series_of
from monitoring.gauges.base import Measure
from monitoring.rows import MonitoringRule, Reading, RuleState
from monitoring.rules import Rule, has_learned
from protocol.words import Level

FAR = 10.0
"""More than that is not told apart: ten times the lowest level."""


@dataclass(frozen=True)
class Standing:
    """One rule as of a moment: `measure` is None while it has to learn.

    `level` is the one that is reached; `told` the highest that was announced and still holds. `limit` is the count per
    window, or the score, of the lowest level; `near` how far the score is on its way to it, 1 when it is reached, None
    where there are too few to speak. `newest` is the newest reading of any of its series.
    """

    rule: str
    level: Level
    told: Level | None
    measure: Measure | None
    limit: float | None
    near: float | None
    newest: datetime | None

    @property
    def learned(self) -> bool:
        """Whether it knows enough to speak."""
        return self.measure is not None


def standings(session: Session, rows: Sequence[MonitoringRule], now: datetime) -> list[Standing]:
    """How these rules stand, in their order. Reads only: what the clock alone says is not announced."""
    watched = {row.id: series_of(row.kind, row.parameters, row.series) for row in rows}
    newest = newest_readings(session, {name for names in watched.values() for name in names})
    kept = select(RuleState.rule_id, RuleState.state).where(RuleState.rule_id.in_(watched))
    states: dict[int, dict[str, Any]] = dict(session.execute(kept).all())
    found = []
    for row in rows:
        rule, state = build(row.kind, row.parameters, row.key, row.series), states.get(row.id)
        if state is not None and has_learned(state):
            rule.restore(state)
        seen = [newest[name] for name in watched[row.id] if name in newest]
        found.append(_standing(rule, now, max(seen, default=None)))
    return found


def newest_readings(session: Session, series: Collection[str]) -> dict[str, datetime]:
    """The moment of the newest reading of each series that has one."""
    query = select(Reading.series, func.max(Reading.at)).where(Reading.series.in_(series)).group_by(Reading.series)
    return dict(session.execute(query).all())


def _standing(rule: Rule, now: datetime, newest: datetime | None) -> Standing:
    rule.gauge.advance(now)
    measure = rule.gauge.measure()
    reached = rule.ladder.reached(measure) if measure else None
    near = None
    if measure and measure.enough >= 1:
        near = min(max(measure.score / rule.ladder.bands[0].enter, 0.0), FAR)  # a score may be without end
    return Standing(rule.name, reached or Level.GREEN, rule.latch.standing, measure, rule.limit(), near, newest)
