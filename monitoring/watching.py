"""The rules that watch some series, with what they remember: loaded together, shown readings, kept together."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from monitoring.alarms import Alarm
from monitoring.building import build_written
from monitoring.learning import learned
from monitoring.live_rules import LIVE, Said
from monitoring.readings import ReadingValue
from monitoring.rows import MonitoringRule, RuleSeries, RuleState
from monitoring.rule_states import keep_states
from monitoring.rules import Rule, has_learned

STALE = timedelta(minutes=30)
"""A reading older than this warms its rules and calls nobody."""
KEYS_AT_ONCE = 500


@dataclass(frozen=True)
class Watcher:
    """One rule as it stands just now, by its row's number."""

    rule_id: int
    rule: Rule
    said: Said


class Watch:
    """The rules of some series, locked until the caller's transaction ends: writers of one series queue.

    To be taken before readings are written; none waits for another crosswise, because the order is always the same.
    """

    def __init__(self, session: Session, series: Collection[str], only: int | None = None) -> None:
        self._session = session
        self._by_series: dict[str, list[Watcher]] = defaultdict(list)
        watched = _watched(session, series)
        self.watchers = _loaded(session, watched if only is None else watched.keys() & {only})
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
        """Shows the clock alone, to those that go by it."""
        self.watchers = [watcher for watcher in self.watchers if watcher.rule.gauge.by_clock]
        seen = ((watcher.rule.advance(now), watcher.rule_id) for watcher in self.watchers)
        found = [(alarm, rule_id) for alarm, rule_id in seen if alarm]
        self._keep()
        return found

    def _keep(self) -> None:
        written = [(one, orjson.dumps(one.rule.state()).decode()) for one in self.watchers]
        keep_states(self._session, [(one.rule_id, state) for one, state in written])
        for one, state in written:
            LIVE.put((one.said, state), one.rule)


def clock_rules(session: Session) -> list[int]:
    """The rules that may speak without a reading: a combination does when one of its signals does."""
    kinds = MonitoringRule.kind.in_(("absence", "combination"))
    query = select(MonitoringRule.id).where(kinds, MonitoringRule.removed_at.is_(None))
    return list(session.scalars(query.order_by(MonitoringRule.id)))


def clock_watch(session: Session, rule_id: int) -> Watch:
    """One of them, by itself: the clock of all others is that of their readings."""
    series = session.scalars(select(RuleSeries.series).where(RuleSeries.rule_id == rule_id))
    return Watch(session, set(series), only=rule_id)


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
        wanted = (MonitoringRule.id.in_(some), MonitoringRule.removed_at.is_(None))
        locked = query.where(*wanted).order_by(MonitoringRule.id).with_for_update()
        rows = session.connection().execute(locked).all()  # not as entities: a thousand rows at a time
        states = _states(session, some)
        for rule_id, *said in rows:
            found.append(_watcher(session, rule_id, Said(*said), states.get(rule_id)))
    return found


def _watcher(session: Session, rule_id: int, said: Said, state: str | None) -> Watcher:
    live = LIVE.take((said, state)) if state is not None else None
    if live is None:
        fresh = build_written(said.kind, said.parameters, said.key, said.series)
        live = _remembering(session, rule_id, fresh, None if state is None else orjson.loads(state))
    return Watcher(rule_id, live, said)


def _states(session: Session, rules: Sequence[int]) -> dict[int, str]:
    query = select(RuleState.rule_id, cast(RuleState.state, Text)).where(RuleState.rule_id.in_(rules))
    return {rule_id: state for rule_id, state in session.connection().execute(query)}  # noqa: C416 - a result has keys()


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
