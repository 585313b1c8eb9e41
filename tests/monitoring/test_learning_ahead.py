"""What a rule learns before its load is what it would have learned in it, and readings that come between count."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, select, update

from monitoring.definitions import RuleDefinition, keep_rules, learn_ahead
from monitoring.learning import Lessons
from monitoring.rows import MonitoringRule, Reading, RuleState
from protocol.store import Store
from tests.monitoring.test_keeping import DAY, SERIES, START, STEP, noted, post, put, rule

KINDS: list[dict[str, Any]] = [
    {},
    {"kind": "burst", "parameters": {"levels": {"yellow": 2}}},
    {"kind": "seasonal", "parameters": {"levels": {"yellow": 2}}},
]


def ahead(store: Store, *rules: RuleDefinition) -> Lessons:
    with store.read() as session:
        return learn_ahead(session, rules)


def kept(store: Store, definition: RuleDefinition, lessons: Lessons) -> dict[str, Any]:
    """What the rule remembers after a load; the store is left as it was."""
    with store.write() as session:
        keep_rules(session, [definition], noted(), lessons)
        state = session.scalars(select(RuleState.state)).one()
        session.rollback()
    return state


def counts(number: int) -> list[float]:
    return [float(10 + place % 7 + place * place % 11) for place in range(number)]


@pytest.mark.parametrize("words", KINDS, ids=lambda words: words.get("kind", "ratio"))
def test_a_lesson_is_what_the_load_would_have_learned(store: Store, words: dict[str, Any]) -> None:
    post(store, 0, *counts(8 * DAY))
    definition = rule(**words)
    lessons = ahead(store, definition)
    assert len(lessons) == 1
    assert kept(store, definition, lessons) == kept(store, definition, {})


@pytest.mark.parametrize("words", KINDS, ids=lambda words: words.get("kind", "ratio"))
def test_readings_that_came_after_the_lesson_are_learned_as_well(store: Store, words: dict[str, Any]) -> None:
    post(store, 0, *counts(8 * DAY))
    definition = rule(**words)
    lessons = ahead(store, definition)
    post(store, 8 * DAY, 70.0, 90.0, 10.0)
    state = kept(store, definition, lessons)
    assert state["last_at"] == (START + (8 * DAY + 2) * STEP).isoformat()
    anew = kept(store, definition, {})
    assert state["gauge"] == anew["gauge"]
    for one in (state, anew):
        one["latch"].pop("calm_since")  # calm began where each began to learn
    assert state["latch"] == anew["latch"]


@pytest.mark.parametrize("late", ["one more", "one that grew", "one less"])
def test_a_lesson_whose_readings_changed_is_not_taken(store: Store, late: str) -> None:
    post(store, 0, *counts(2 * DAY))
    definition = rule()
    lessons = ahead(store, definition)
    with store.write() as session:
        if late == "one more":
            session.add(
                Reading(series=SERIES, at=START + DAY * STEP + timedelta(seconds=1), source="late", value=500.0)
            )
        elif late == "one that grew":
            session.execute(update(Reading).where(Reading.at == START + DAY * STEP).values(value=500.0))
        else:
            session.execute(delete(Reading).where(Reading.at == START + DAY * STEP))
    state = kept(store, definition, lessons)
    assert state == kept(store, definition, {})
    assert state != next(iter(lessons.values())).state


def test_only_a_rule_that_has_to_learn_does(store: Store) -> None:
    post(store, 0, *counts(2 * DAY))
    put(store, rule())
    assert not ahead(store, rule(), rule(parameters={"levels": {"yellow": 5}}))
    assert len(ahead(store, rule(parameters={"window": "30m"}), rule("another"))) == 2


def test_a_rule_of_a_series_without_readings_has_no_lesson(store: Store) -> None:
    assert not ahead(store, rule())
    assert kept(store, rule(), {})["last_at"] is None


def test_the_load_reads_no_reading_twice(store: Store) -> None:
    post(store, 0, *counts(2 * DAY))
    lessons = ahead(store, rule())
    with store.write() as session:
        statements: list[str] = []
        event.listen(session.get_bind(), "before_cursor_execute", lambda *found: statements.append(found[2]))
        keep_rules(session, [rule()], noted(), lessons)
        assert session.scalars(select(MonitoringRule)).one().key == "burst"
    ranges = [one for one in statements if "FROM reading" in one and "reading.value" in one and "sum(" not in one]
    assert len(ranges) == 1
    assert "reading.at > " in ranges[0]
