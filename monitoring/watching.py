"""The rules that watch some series, with what they remember: loaded together, shown readings, kept together."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import JSON, Integer, Text, bindparam, cast, column, select, table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from monitoring.alarms import Alarm
from monitoring.building import build_written
from monitoring.learning import learned
from monitoring.readings import ReadingValue
from monitoring.rows import MonitoringRule, RuleSeries, RuleState
from monitoring.rules import Rule, has_learned

STALE = timedelta(minutes=30)
"""A reading older than this warms its rules and calls nobody."""
KEYS_AT_ONCE = 500
KEPT = table("rule_state", column("rule_id", Integer), column("state"))
"""The states as text: they are written and read as one piece, a thousand at a time."""


@dataclass(frozen=True)
class Watcher:
    """One rule as it stands just now, by its row's number."""

    rule_id: int
    rule: Rule


class Watch:
    """The rules of some series, locked until the caller's transaction ends: writers of one series queue.

    To be taken before readings are written; none waits for another crosswise, because the order is always the same.
    """

    def __init__(self, session: Session, series: Collection[str]) -> None:
        self._session = session
        self._by_series: dict[str, list[Watcher]] = defaultdict(list)
        watched = _watched(session, series)
        self.watchers = _loaded(session, watched)
        for watcher in self.watchers:
            for name in watched[watcher.rule_id]:
                self._by_series[name].append(watcher)

    def show(self, readings: Iterable[ReadingValue], now: datetime) -> list[tuple[Alarm, int]]:
        """Shows readings in order of time and keeps what the rules remember; their alarms, each with its rule's row."""
        found = []
        for one in sorted(readings, key=lambda one: (one.at, one.series, one.source)):
            live = now - one.at <= STALE
            for watcher in self._by_series.get(one.series, ()):
                alarm = watcher.rule.observe(one.at, one.value, live, one.series)
                if alarm:
                    found.append((alarm, watcher.rule_id))
        self._keep()
        return found

    def advance(self, now: datetime) -> list[tuple[Alarm, int]]:
        """Shows the clock alone."""
        seen = ((watcher.rule.advance(now), watcher.rule_id) for watcher in self.watchers)
        found = [(alarm, rule_id) for alarm, rule_id in seen if alarm]
        self._keep()
        return found

    def _keep(self) -> None:
        rows = [{"of": one.rule_id, "written": orjson.dumps(one.rule.state()).decode()} for one in self.watchers]
        if not rows:
            return
        in_sqlite = self._session.get_bind().dialect.name == "sqlite"
        written = bindparam("written", type_=Text)  # SQLite has no type of its own for it
        values = {"rule_id": bindparam("of"), "state": written if in_sqlite else cast(written, JSON)}
        statement = (sqlite.insert if in_sqlite else postgresql.insert)(KEPT).values(values)
        kept = statement.on_conflict_do_update(index_elements=["rule_id"], set_={"state": statement.excluded.state})
        self._session.connection().execute(kept, rows)


def watch_all(session: Session, kinds: Sequence[str]) -> Watch:
    """The rules of these kinds, with all their series."""
    series = select(RuleSeries.series).join(MonitoringRule, MonitoringRule.id == RuleSeries.rule_id)
    return Watch(session, set(session.scalars(series.where(MonitoringRule.kind.in_(kinds)))))


def _watched(session: Session, series: Collection[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for some in _in_parts(sorted(series)):
        query = select(RuleSeries.rule_id, RuleSeries.series).where(RuleSeries.series.in_(some))
        for rule_id, name in session.connection().execute(query):
            found[rule_id].append(name)
    return found


def _loaded(session: Session, watched: Collection[int]) -> list[Watcher]:
    found = []
    for some in _in_parts(sorted(watched)):
        written = cast(MonitoringRule.parameters, Text)
        query = select(MonitoringRule.id, MonitoringRule.key, MonitoringRule.series, MonitoringRule.kind, written)
        locked = query.where(MonitoringRule.id.in_(some)).order_by(MonitoringRule.id).with_for_update()
        rows = session.connection().execute(locked).all()  # not as entities: a thousand rows at a time
        states = _states(session, some)
        for rule_id, key, series, kind, parameters in rows:
            rule = build_written(kind, parameters, key, series)
            found.append(Watcher(rule_id, _remembering(session, rule_id, rule, states.get(rule_id))))
    return found


def _states(session: Session, rules: Sequence[int]) -> dict[int, dict[str, Any]]:
    query = select(RuleState.rule_id, cast(RuleState.state, Text)).where(RuleState.rule_id.in_(rules))
    return {rule_id: orjson.loads(state) for rule_id, state in session.connection().execute(query)}


def _remembering(session: Session, rule_id: int, rule: Rule, state: dict[str, Any] | None) -> Rule:
    """The rule with what it remembers; one that was never shown anything learns from what is stored."""
    if state is not None and has_learned(state):
        return rule.restore(state)
    row = session.get_one(MonitoringRule, rule_id)
    fresh = learned(session, row)
    if state is not None:  # of a former release: what it told counts
        fresh.latch.restore(state["latch"])
    return fresh


def _in_parts(keys: Sequence[Any]) -> Iterator[list[Any]]:
    left = iter(keys)
    while some := list(islice(left, KEYS_AT_ONCE)):
        yield some
