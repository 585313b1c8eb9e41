"""Every kind of gauge: order of arrival and restarts do not matter, and the score is what it says."""

import json
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.building import build
from monitoring.coverage import Coverage
from monitoring.gauges.base import Gauge
from monitoring.gauges.seasonal import improbability
from monitoring.readings import ReadingValue
from monitoring.rules import Rule
from monitoring.trailing import Trailing

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
STEP = timedelta(minutes=5)
DAY = 288
KINDS: dict[str, dict[str, object]] = {
    "static": {"levels": {"yellow": 50}},
    "ratio": {"levels": {"yellow": 3}, "minimum": 20},
    "ewma": {"levels": {"yellow": 5}, "minimum": 20},
    "seasonal": {"levels": {"yellow": 5}, "minimum": 20},
    "burst": {},
    "share": {"levels": {"yellow": 30}, "of": "all", "minimum": 20},
    "absence": {"levels": {"yellow": "20m"}},
    "combination": {
        "signals": [
            {"series": "some", "kind": "ratio", "parameters": {"levels": {"yellow": 3}, "minimum": 20}},
            {"series": "all", "kind": "ewma", "parameters": {"levels": {"yellow": 5}, "minimum": 20}},
        ],
        "need": "any",
    },
}
each_kind = pytest.mark.parametrize("kind", KINDS)
# What a combination has said stays said: a count that comes later may have kept it quiet, or have let it speak.
each_gauge = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "combination"])


def a_rule(kind: str) -> Rule:
    return build(kind, KINDS[kind], kind, "some")


def noise(days: float, seed: int = 1, usual: float = 6.0) -> list[ReadingValue]:
    """Two series of counts every five minutes, the second a share of the first."""
    chance = random.Random(seed)
    readings = []
    for number in range(round(days * DAY)):
        count = round(chance.expovariate(1 / usual))
        readings.append(ReadingValue("all", START + number * STEP, count))
        readings.append(ReadingValue("some", START + number * STEP, chance.randint(0, count)))
    return readings


def shown(gauge: Gauge, readings: list[ReadingValue]) -> Gauge:
    for one in readings:
        gauge.add(one.at, one.value, one.series)
    return gauge


@each_gauge
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_within_the_shortest_memory_the_order_of_arrival_does_not_matter(kind: str, seed: int) -> None:
    readings = noise(2.5)
    chance = random.Random(seed)
    # Each comes up to half an hour late: even the shortest window still holds its step then.
    late = sorted(readings, key=lambda one: one.at + timedelta(minutes=chance.uniform(0, 25)))
    in_order, out_of_order = shown(a_rule(kind).gauge, readings), shown(a_rule(kind).gauge, late)
    assert out_of_order.measure() == in_order.measure()


@each_kind
def test_a_restart_at_any_moment_changes_nothing(kind: str) -> None:
    chance = random.Random(3)
    rule, restarted = a_rule(kind), a_rule(kind)
    readings = [*noise(3), ReadingValue("some", START + timedelta(days=3), 400)]
    for one in readings:
        if chance.random() < 0.02:
            restarted = a_rule(kind).restore(json.loads(json.dumps(restarted.state())))
        said = rule.observe(one.at, one.value, series=one.series)
        assert restarted.observe(one.at, one.value, series=one.series) == said
    assert restarted.state() == rule.state()


@pytest.mark.parametrize("kind", ["ratio", "ewma", "seasonal", "burst", "combination"])
def test_ten_times_the_usual_speaks_once_and_quiet_noise_does_not(kind: str) -> None:
    rule = a_rule(kind)
    alarms = [rule.observe(one.at, one.value, series=one.series) for one in noise(6)]
    assert [alarm for alarm in alarms if alarm] == []
    burst = [
        ReadingValue(name, START + timedelta(days=6) + n * STEP, 60) for n in range(12) for name in ("all", "some")
    ]
    said = [alarm for one in burst if (alarm := rule.observe(one.at, one.value, series=one.series))]
    assert said and not any(alarm.calmed for alarm in said)
    assert [alarm.raised for alarm in said] == [False] + [True] * (len(said) - 1)


@each_kind
def test_what_a_gauge_remembers_stays_small(kind: str) -> None:
    rule = a_rule(kind)
    sizes = []
    for number, one in enumerate(noise(14), 1):
        rule.observe(one.at, one.value * 50, series=one.series)
        if number % (2 * DAY) == 0:
            sizes.append(len(json.dumps(rule.state())))
    assert max(sizes) < 10_000
    assert sizes[-1] < 1.2 * sizes[8]


def test_a_share_is_said_in_per_cent_of_the_whole() -> None:
    rule = build(
        "share", {"levels": {"yellow": 30}, "of": "all", "minimum": 100, "unit": "negative mentions"}, "", "bad"
    )
    assert rule.observe(START, 99, series="all") is None
    assert rule.observe(START, 90, series="bad") is None  # too few in all
    assert rule.observe(START, 211, series="all") is None
    assert rule.observe(START + STEP, 2, series="bad") is None
    alarm = rule.observe(START + STEP, 1, series="bad")
    assert alarm and alarm.why == ("30.0 % of 310 in the last hour are negative mentions (93); the limit is 30 %.")
    assert alarm.why_es == ("El 30,0 % de 310 en la última hora son menciones negativas (93); el límite es el 30 %.")


def test_two_platforms_speak_only_together() -> None:
    signals = [
        {"series": name, "kind": "static", "parameters": {"levels": {"yellow": 100, "orange": 200}, "window": "15m"}}
        for name in ("press", "social")
    ]
    rule = build("combination", {"signals": signals, "within": "1h"})
    assert rule.observe(START, 250, series="press") is None
    alarm = rule.observe(START + timedelta(minutes=50), 120, series="social")
    assert alarm and (alarm.level, alarm.why) == (
        "yellow",
        "2 of 2 signals. 250 mentions in the last 15 minutes; the limit is 200; "
        "120 mentions in the last 15 minutes; the limit is 100.",
    )
    apart = build("combination", {"signals": signals, "within": "1h"})
    apart.observe(START, 250, series="press")
    assert apart.observe(START + timedelta(minutes=61), 250, series="social") is None


def test_a_deviation_is_told_by_its_multiple() -> None:
    rule = a_rule("ewma")
    for one in noise(3):
        rule.observe(one.at, one.value, series=one.series)
    alarm = rule.observe(START + timedelta(days=3), 400, series="some")
    assert alarm and "standard deviations above the usual" in alarm.why
    assert "desviaciones típicas por encima de lo habitual" in alarm.why_es


def test_the_usual_of_an_hour_of_the_week_is_learned() -> None:
    """Every Monday at nine a newsletter goes out: after three weeks it is nothing special, on a Tuesday it is."""

    def told(day: int) -> bool:
        rule = build("seasonal", {"levels": {"yellow": 3}, "minimum": 20})
        for number in range(21 * DAY):
            at = START + number * STEP
            rule.observe(at, 60 if at.weekday() == 0 and at.hour == 9 else 5)
        days = START + timedelta(days=21 + day, hours=9)
        calm = [rule.observe(START + timedelta(days=21, minutes=5 * n), 5) for n in range(12 * (24 * day + 9))]
        assert not any(calm)
        return any(rule.observe(days + n * STEP, 60) for n in range(12))

    assert (told(0), told(1)) == (False, True)


@pytest.mark.parametrize(
    ("deviation", "expected"), [(0.0, 0.30103), (1.6449, 1.30103), (3.0902, 3.0), (19.99, 88.4), (20.01, 88.6)]
)
def test_improbability_is_the_tail_of_the_normal_and_has_no_seam(deviation: float, expected: float) -> None:
    assert improbability(deviation) == pytest.approx(expected, rel=3e-3)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=60), st.integers(1, 30))
def test_a_trailing_sum_is_what_its_steps_hold(added: list[tuple[int, int]], size: int) -> None:
    sums = Trailing(size)
    kept: dict[int, float] = {}
    for step, amount in added:
        if sums.add(step, amount):
            kept[step] = kept.get(step, 0) + amount
    newest = max((step for step, _ in added), default=0)
    assert sums.total == sum(amount for step, amount in kept.items() if step > newest - size)
    assert sums.last(size) == sums.total


@given(st.lists(st.integers(0, 80), min_size=1, max_size=25), st.randoms())
def test_coverage_does_not_depend_on_the_order(steps: list[int], chance: random.Random) -> None:
    def covered(order: list[int]) -> int:
        coverage = Coverage(size=100, bridge=6)
        for step in order:
            coverage.mark(step)
        return coverage.count

    mixed = list(steps)
    chance.shuffle(mixed)
    ordered = sorted(set(steps))
    gaps = [later - earlier for earlier, later in pairwise(ordered)]
    bridged, alone = sum(gap for gap in gaps if gap <= 6), 1 + sum(gap > 6 for gap in gaps)
    assert covered(mixed) == covered(ordered) == bridged + alone
