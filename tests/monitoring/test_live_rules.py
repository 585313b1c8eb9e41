"""Rules that are kept ready between posts are the rules that the store knows, and no others."""

from datetime import UTC, datetime, timedelta

import pytest

from monitoring.building import build
from monitoring.intake import take_in
from monitoring.live_rules import LiveRules, Said
from monitoring.opening import opener
from monitoring.readings import ReadingValue
from monitoring.rows import MonitoringRule, RuleSeries, RuleState
from protocol.store import Store

START = datetime(2026, 3, 3, tzinfo=UTC)
SAID = Said("a", "s", "static", "{}")


def reading(minutes: int, value: float = 1) -> ReadingValue:
    return ReadingValue("s", START + timedelta(minutes=5 * minutes), value)


@pytest.fixture
def watched(store: Store) -> Store:
    with store.write() as session:
        rule = MonitoringRule(key="a", series="s", kind="ratio", playbook_key="p", subject="b", opens=False, actions={})
        rule.parameters = {"minimum": 500, "levels": {"yellow": 4}}
        session.add(rule)
        session.flush()
        session.add(RuleSeries(rule_id=rule.id, series="s"))
    return store


def send(store: Store, *readings: ReadingValue) -> None:
    with store.write() as session:
        take_in(session, readings, START + timedelta(days=1), opener(START))


def state(store: Store) -> dict[str, object]:
    with store.read() as session:
        return session.query(RuleState).one().state


def expected(*readings: ReadingValue) -> dict[str, object]:
    """What a rule remembers that was shown all of it in one life."""
    rule = build("ratio", {"minimum": 500, "levels": {"yellow": 4}}, "a", "s")
    for one in readings:
        rule.observe(one.at, one.value, live=False, series="s")
    return rule.state()


def test_a_write_that_was_rolled_back_leaves_no_trace_in_what_is_ready(watched: Store) -> None:
    send(watched, reading(0, 2))
    with pytest.raises(ZeroDivisionError), watched.write() as session:
        take_in(session, [reading(1, 500)], START + timedelta(days=1), opener(START))
        raise ZeroDivisionError
    send(watched, reading(2, 3))
    assert state(watched) == expected(reading(0, 2), reading(2, 3))


def test_what_another_process_showed_a_rule_meanwhile_counts(watched: Store) -> None:
    send(watched, reading(0, 2))
    elsewhere = expected(reading(0, 2), reading(1, 7))
    with watched.write() as session:  # another process
        session.query(RuleState).one().state = elsewhere
    send(watched, reading(2, 3))
    assert state(watched) == expected(reading(0, 2), reading(1, 7), reading(2, 3))


def test_a_rule_with_other_numbers_is_another_rule(watched: Store) -> None:
    send(watched, reading(0, 2))
    with watched.write() as session:
        session.query(MonitoringRule).one().parameters = {"minimum": 500, "levels": {"yellow": 9}}
    send(watched, reading(1, 3))
    assert state(watched) == expected(reading(0, 2), reading(1, 3))


def test_whoever_takes_a_rule_has_it_alone_and_the_oldest_gives_way() -> None:
    rules = LiveRules(most=2)
    rule = build("static", {"levels": {"yellow": 4}}, "a", "s")
    for text in ("1", "2", "3"):
        rules.put((SAID, text), rule)
    assert rules.take((SAID, "1")) is None
    assert rules.take((SAID, "3")) is rule
    assert rules.take((SAID, "3")) is None
