"""What is heard just now: the gravest rule first, its last day hour by hour, and the feeds that do not answer."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from monitoring.building import build
from monitoring.listening_rows import PolledFeed
from monitoring.number_words import bars
from monitoring.overview import HOURS, Heard, nearness, overview
from monitoring.rows import Action, Breach, Verdict
from monitoring.standing import _standing
from protocol.store import Store
from protocol.words import Level
from tests.monitoring.test_keeping import DAY, START, STEP, post, put, rule

QUIET = {"minimum": 1, "levels": {"yellow": 1000}}


def heard(store: Store, steps: int) -> list[Heard]:
    with store.read() as session:
        return list(overview(session, START + steps * STEP).rules)


def test_the_gravest_rule_comes_first_and_then_the_one_that_is_nearest_to_an_alarm(store: Store) -> None:
    put(
        store,
        rule("a-far", kind="static", parameters={"minimum": 1, "levels": {"yellow": 100_000}}),
        rule("b-near", kind="static", parameters={"minimum": 1, "levels": {"yellow": 2_400}}),
        rule("c-burns", kind="static", parameters={"minimum": 1, "levels": {"yellow": 100, "orange": 1_000}}),
        rule("d-learns", series="mentions.nobody"),
    )
    post(store, 0, *[100.0] * DAY)
    burns, near, far, learns = heard(store, DAY - 1)
    assert [one.rule for one in (burns, near, far, learns)] == ["c-burns", "b-near", "a-far", "d-learns"]
    assert (burns.standing.level, burns.standing.told) == (Level.ORANGE, Level.ORANGE)
    assert near.standing.near == pytest.approx(0.5)
    assert learns.standing.near is None and not learns.standing.learned
    assert burns.record is not None and burns.record.alarms == 3  # yellow, orange, and once more after its hold
    assert far.record is None


def test_too_few_counts_are_near_nothing(store: Store) -> None:
    put(store, rule(kind="static", parameters={"minimum": 500, "levels": {"yellow": 10}}))
    post(store, 0, 20.0)
    (found,) = heard(store, 0)
    assert found.standing.learned and found.standing.near is None


def test_each_hour_of_the_last_day_is_counted_once(store: Store) -> None:
    put(store, rule(kind="static", parameters=QUIET))
    post(store, 0, *[float(step // 12) for step in range(30 * 12)])  # hour h counts h, twelve times
    (found,) = heard(store, 30 * 12 - 1)
    assert found.hours == tuple(12.0 * hour for hour in range(30 - HOURS, 30))
    (later,) = heard(store, 32 * 12 - 1)
    assert later.hours == (*found.hours[2:], 0.0, 0.0)


def test_a_question_that_waits_is_counted_until_it_is_answered(store: Store) -> None:
    put(store, rule(kind="static", parameters={"minimum": 1, "levels": {"yellow": 10}}))
    post(store, 0, 20.0)
    for verdict, waiting in ((None, 1), (Verdict.FALSE_ALARM, 0)):
        with store.write() as session:
            session.execute(update(Breach).values(action=Action.ASK, verdict=verdict))
        with store.read() as session:
            assert overview(session, START).waiting == waiting


def test_a_feed_that_does_not_answer_stands_first_and_shows_no_address(store: Store) -> None:
    with store.write() as session:
        for host, fault in (("a.example.com", ""), ("b.example.com", "it did not answer.")):
            address = f"https://user:secret@{host}/rss?key=secret"
            session.add(PolledFeed(address=address, polled_at=START, fault=fault))
    with store.read() as session:
        found = overview(session, START + timedelta(minutes=1)).feeds
    assert [(one.host, one.fault) for one in found] == [("b.example.com", "it did not answer."), ("a.example.com", "")]


@pytest.mark.parametrize(
    ("values", "picture"),
    [([], ""), ([0, 0], "▁▁"), ([0, 1, 8], "▁▂█"), ([5, 5], "██"), ([-3, 7.99, 4], "▁█▅"), ([0.5, 1.0], "▅█")],
)
def test_counts_as_a_picture(values: list[float], picture: str) -> None:
    assert bars(values) == picture


def test_a_score_without_end_is_shown_as_far_over_its_level() -> None:
    rule = build("static", {"minimum": 1, "levels": {"yellow": 1}}, "burst", "mentions")
    rule.observe(START, 1e300)
    assert nearness(_standing(rule, START, START)).endswith(" 1,000 %")
