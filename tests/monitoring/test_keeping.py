"""Rules change while they watch: what was told stays told, what was learned stays learned, and every change is kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from monitoring.changes import Noted, changes_of
from monitoring.definitions import RuleDefinition, checked, keep_rules
from monitoring.intake import take_in
from monitoring.keeping import definitions_in, remove_rule, stored_rule, take_rules
from monitoring.readings import ReadingValue
from monitoring.rows import Breach, MonitoringRule, Reading, RuleState
from protocol.history import Author
from protocol.store import Store
from protocol.words import Level, Remedy
from tests.monitoring.test_intake import Desk

START = datetime(2015, 3, 3, tzinfo=UTC)
STEP = timedelta(minutes=5)
SERIES = "mentions.brand-aurora"
DAY = 288


def rule(key: str = "burst", **changed: Any) -> RuleDefinition:
    """A ratio rule of four times the usual; only a list of what happens, so that no incident is needed."""
    parameters = {"minimum": 50, "levels": {"yellow": 4, "orange": 60}} | changed.pop("parameters", {})
    said = {"key": key, "series": SERIES, "playbook": "social-firestorm", "subject": "brand-aurora", "kind": "ratio"}
    return checked("here", {**said, "opens": False, "parameters": parameters, **changed})


def noted(why: str = "", at: datetime = START) -> Noted:
    return Noted(Author("Nuria Campos", "crisis rules set", why), at)


def put(store: Store, *rules: RuleDefinition) -> None:
    with store.write() as session:
        keep_rules(session, rules, noted())


def post(store: Store, first: int, *values: float, series: str = SERIES) -> list[Level]:
    """Readings every five minutes from the so-manieth on; the levels of the breaches that they cause."""
    readings = [ReadingValue(series, START + (first + place) * STEP, value) for place, value in enumerate(values)]
    with store.write() as session:
        return [one.level for one in take_in(session, readings, readings[-1].at, Desk()).breaches]


def told(store: Store) -> Store:
    """A store whose rule has learned a day and told a burst."""
    put(store, rule())
    post(store, 0, *[10.0] * (DAY + 12))
    assert post(store, DAY + 12, *[100.0] * 6) == [Level.YELLOW]
    return store


def state(session: Session) -> dict[str, Any]:
    row = session.scalars(select(RuleState)).one()
    session.refresh(row)
    return row.state


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": {"levels": {"yellow": 3, "orange": 60}}},
        {"parameters": {"levels": {"yellow": 5, "orange": 60}}},
        {"parameters": {"levels": {"yellow": 3}}},
        {"parameters": {"minimum": 60}},
        {"parameters": {"window": "30m"}},
        {"kind": "static", "parameters": {"levels": {"yellow": 200}}},
        {"actions": {"yellow": "ask"}},
        {"playbook": "data-breach"},
    ],
)
def test_a_burst_that_was_told_is_not_told_again_by_a_changed_rule(store: Store, change: dict[str, Any]) -> None:
    put(told(store), rule(**change))
    assert post(store, DAY + 18, *[100.0] * 6) == []


def test_a_changed_rule_still_tells_a_higher_level_and_the_next_burst(store: Store) -> None:
    put(told(store), rule(parameters={"levels": {"yellow": 3, "orange": 6}}))
    assert post(store, DAY + 18, *[100.0] * 6) == [Level.ORANGE]
    assert post(store, DAY + 24, *[10.0] * 160) == []
    assert post(store, DAY + 184, *[400.0] * 6) != []


def test_a_burst_that_was_told_is_over_once_it_is_calm_by_the_new_level(store: Store) -> None:
    put(told(store), rule(parameters={"levels": {"yellow": 5, "orange": 60}}))
    post(store, DAY + 18, *[10.0] * 30)
    with store.read() as session:
        assert session.scalars(select(Breach.ended_at)).one() is not None


@pytest.mark.parametrize(
    "change",
    [{"parameters": {"levels": {"yellow": 5}}}, {"parameters": {"hold": "2h"}}, {"actions": {"yellow": "signal"}}],
)
def test_other_levels_patience_or_actions_keep_what_was_learned(store: Store, change: dict[str, Any]) -> None:
    told(store)
    with store.write() as session:
        before = state(session)
        session.execute(delete(Reading))  # nothing to learn from
        keep_rules(session, [rule(**change)], noted())
        assert state(session) == before


def test_another_series_makes_it_forget_what_it_told(store: Store) -> None:
    put(told(store), rule(series="mentions.product"))
    post(store, DAY, *[10.0] * (DAY + 12), series="mentions.product")
    assert post(store, 2 * DAY + 12, *[100.0] * 6, series="mentions.product") == [Level.YELLOW]


def test_a_rule_that_begins_anew_may_say_the_same_of_the_same_moment_again(store: Store) -> None:
    put(store, rule(kind="static", parameters={"minimum": 1, "levels": {"yellow": 100}}))
    assert post(store, 0, 120.0) == [Level.YELLOW]
    put(store, rule(kind="static", series="mentions.product", parameters={"minimum": 1, "levels": {"yellow": 100}}))
    assert post(store, 0, 120.0, series="mentions.product") == []
    with store.read() as session:
        assert session.scalars(select(Breach.ended_at)).all() == [None]


def test_a_level_that_is_changed_must_stand_as_long_again(store: Store) -> None:
    put(store, rule(parameters={"sustained": "30m", "levels": {"yellow": 4}}))
    post(store, 0, *[10.0] * (DAY + 12))
    assert post(store, DAY + 12, *[100.0] * 7) == []
    put(store, rule(parameters={"sustained": "30m", "levels": {"yellow": 5}}))
    assert post(store, DAY + 19, 100.0, 100.0) == []


def test_a_shorter_patience_counts_from_where_the_level_began(store: Store) -> None:
    put(store, rule(parameters={"sustained": "60m", "levels": {"yellow": 4}}))
    post(store, 0, *[10.0] * (DAY + 12))
    assert post(store, DAY + 12, *[100.0] * 10) == []
    put(store, rule(parameters={"sustained": "15m", "levels": {"yellow": 4}}))
    assert post(store, DAY + 22, 100.0) == [Level.YELLOW]


def test_a_removed_rule_is_silent_and_its_breaches_stay(store: Store) -> None:
    told(store)
    with store.write() as session:
        remove_rule(session, "burst", noted("too loud", START + 400 * STEP))
    assert post(store, DAY + 18, *[900.0] * 6) == []
    with store.read() as session:
        breach = session.scalars(select(Breach)).one()
        row = session.get_one(MonitoringRule, breach.rule_id)
        assert (row.key, row.removed_at) == ("burst", START + 400 * STEP)
        assert breach.ended_at == START + 400 * STEP
        assert definitions_in(session) == []


def test_a_rule_that_is_added_again_begins_anew(store: Store) -> None:
    told(store)
    with store.write() as session:
        remove_rule(session, "burst", noted())
    put(store, rule())
    assert post(store, DAY + 18, *[100.0] * 6) == [Level.YELLOW]
    with store.read() as session:
        assert [row.removed_at for row in session.scalars(select(MonitoringRule))] == [None]


def test_an_unknown_rule_is_told_with_those_there_are(store: Store) -> None:
    put(store, rule())
    with store.read() as session, pytest.raises(Remedy) as error:
        stored_rule(session, "brust")
    assert str(error.value) == 'There is no rule "brust". Use one of: burst.'


def test_to_replace_removes_what_is_not_named(store: Store) -> None:
    put(store, rule("one"), rule("two"))
    with store.write() as session:
        take_rules(session, [rule("two"), rule("three")], noted(), replace=False)
        assert [one.key for one in definitions_in(session)] == ["one", "three", "two"]
        take_rules(session, [rule("two")], noted(), replace=True)
        assert [one.key for one in definitions_in(session)] == ["two"]


def test_every_change_of_a_rule_is_kept_with_who_when_and_why(store: Store) -> None:
    with store.write() as session:
        keep_rules(session, [rule(), rule("other")], noted("the first"))
        keep_rules(session, [rule(parameters={"window": "60m"})], noted("says the same"))
        keep_rules(session, [rule(subject="product")], noted("a product", START + STEP))
        remove_rule(session, "burst", noted("too loud", START + 2 * STEP))
    with store.read() as session:
        gone, changed, new = changes_of(session, "burst")
        assert (new.before, new.after) == (None, rule().written)
        assert changed.before is not None and changed.after is not None
        assert (changed.before["subject"], changed.after["subject"]) == ("brand-aurora", "product")
        assert (gone.before, gone.after) == (changed.after, None)
        assert (changed.by, changed.source, changed.why) == ("Nuria Campos", "crisis rules set", "a product")
        assert [one.at for one in (new, changed, gone)] == [START, START + STEP, START + 2 * STEP]
        assert [one.rule_key for one in changes_of(session)] == ["burst", "burst", "other", "burst"]
