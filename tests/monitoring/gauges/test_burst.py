"""The burst gauge: what it finds alarming, what it learns, and that it can be put down and taken up anywhere."""

import json
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.gauges.base import Measure
from monitoring.gauges.burst import ORANGE, RED, STEP, WINDOWS, YELLOW, BurstGauge

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONGEST = max(WINDOWS)


def usual_counts(days: float, mean: int = 20, seed: int = 1) -> list[float]:
    """Counts of five minutes that go up and down with chance alone."""
    chance = random.Random(seed)
    return [float(max(0, round(chance.gauss(mean, mean**0.5)))) for _ in range(round(days * DAY / STEP))]


def fed(counts: Iterable[float], gauge: BurstGauge | None = None, start: datetime = START) -> BurstGauge:
    gauge = gauge or BurstGauge()
    for number, count in enumerate(counts):
        gauge.add(start + number * STEP, count)
    return gauge


def measured(gauge: BurstGauge) -> Measure:
    measure = gauge.measure()
    assert measure is not None
    return measure


def test_nothing_is_said_before_a_day_was_learned() -> None:
    gauge = fed(usual_counts(1))
    assert gauge.measure() is None
    assert fed(usual_counts(0.2), gauge, START + DAY).measure() is not None


def test_a_burst_is_alarming_and_chance_is_not() -> None:
    counts = usual_counts(8)
    gauge, scores = BurstGauge(), []
    for number, count in enumerate(counts):
        gauge.add(START + number * STEP, count)
        scores.append(gauge.measure())
    assert sum(measure.score >= ORANGE for measure in scores if measure) == 0
    gauge.add(START + len(counts) * STEP, 400)
    assert measured(gauge).score > RED


def test_more_of_it_for_longer_is_more_alarming() -> None:
    quiet = fed(usual_counts(8))
    scores = []
    for number in range(12):
        quiet.add(START + 8 * DAY + number * STEP, 70)
        scores.append(measured(quiet).score)
    assert scores[0] < scores[3] < scores[11]
    assert scores[11] > YELLOW


def test_the_measure_says_the_count_the_usual_one_and_since_when_it_is_the_highest() -> None:
    counts = usual_counts(20)
    counts[3 * 288] = 500.0
    gauge = fed([*counts, 300.0])
    measure = measured(gauge)
    assert (measure.observed, measure.window) == (300.0, timedelta(minutes=5))
    assert measure.expected == pytest.approx(20, abs=3)
    assert measure.highest_in == 17 * DAY


def test_the_usual_is_that_of_this_hour_of_the_week() -> None:
    day = [5.0] * (18 * 12) + [50.0] * (2 * 12) + [5.0] * (4 * 12)
    gauge = fed(day * 8)
    gauge.advance(START + 8 * DAY + 19 * HOUR)
    gauge.add(START + 8 * DAY + 19 * HOUR, 5_000)
    assert measured(gauge).expected == pytest.approx(50, rel=0.1)


def test_fewer_than_five_mentions_are_never_a_burst() -> None:
    gauge = fed([0.0] * 3 * 288)
    gauge.add(START + 3 * DAY, 4)
    assert measured(gauge).score == 0
    gauge.add(START + 3 * DAY + STEP, 10)
    assert measured(gauge).score > YELLOW


def test_a_minute_by_minute_feed_measures_as_one_of_five_minutes() -> None:
    counts = usual_counts(3)
    minutes = BurstGauge()
    for number, count in enumerate(counts):
        for minute in range(5):
            minutes.add(START + number * STEP + timedelta(minutes=minute), count / 5)
    fives = fed(counts)
    assert measured(minutes).score == pytest.approx(measured(fives).score, rel=0.01)


def test_steps_of_a_minute_find_the_same_burst() -> None:
    gauge = BurstGauge(step=timedelta(minutes=1), windows=[timedelta(minutes=1), *WINDOWS])
    for minute, count in enumerate(usual_counts(12, mean=4)[: 2 * 24 * 60]):
        gauge.add(START + timedelta(minutes=minute), count)
    assert measured(gauge).score < ORANGE
    gauge.add(START + 2 * DAY, 300)
    assert measured(gauge).score > RED
    assert measured(gauge).window == timedelta(minutes=1)


def test_a_long_outage_does_not_make_the_usual_alarming() -> None:
    before, after = usual_counts(10), usual_counts(1, seed=2)
    gauge = fed(before)
    gauge.advance(START + 40 * DAY)
    scores = []
    for number, count in enumerate(after):
        gauge.add(START + 40 * DAY + number * STEP, count)
        scores.append(measured(gauge).score)
    assert max(scores) < YELLOW


def test_a_silence_passes_the_same_in_one_stride_or_in_many() -> None:
    strides, stride = fed(usual_counts(3)), fed(usual_counts(3))
    for number in range(3 * 288, 10 * 288):
        strides.advance(START + number * STEP)
    strides.advance(START + 10 * DAY)
    stride.advance(START + 10 * DAY)
    assert strides.state() == stride.state()
    assert strides.measure() == stride.measure()


def test_a_count_older_than_the_longest_window_changes_nothing() -> None:
    gauge = fed(usual_counts(2))
    before = json.dumps(gauge.state())
    gauge.add(START + 2 * DAY - STEP - LONGEST, 1_000)
    assert json.dumps(gauge.state()) == before
    gauge.add(START + 2 * DAY - LONGEST, 1_000)
    assert json.dumps(gauge.state()) != before


def test_a_hundred_days_of_readings_are_kept_in_some_three_kilobytes() -> None:
    gauge = fed(usual_counts(100, mean=100))
    assert len(json.dumps(gauge.state())) < 4_000
    assert measured(gauge).score < RED


READINGS = st.lists(
    st.tuples(
        st.integers(0, 60 * 48),  # the minute
        st.one_of(st.integers(0, 500), st.floats(0, 1_000, allow_nan=False)),
    ),
    min_size=1,
    max_size=60,
)
WARMED_UP = json.dumps(fed(usual_counts(2)).state())


def warmed_up() -> BurstGauge:
    gauge = BurstGauge()
    gauge.restore(json.loads(WARMED_UP))
    return gauge


@given(READINGS, st.data())
@settings(max_examples=60, deadline=None)
def test_a_gauge_restored_anywhere_goes_on_bit_by_bit_as_if_nothing_had_been(
    readings: list[tuple[int, float]], data: st.DataObject
) -> None:
    put_down = data.draw(st.integers(0, len(readings)))
    through, broken = warmed_up(), warmed_up()
    for number, (minute, count) in enumerate(sorted(readings)):
        if number == put_down:
            state = json.dumps(broken.state())
            broken = BurstGauge()
            broken.restore(json.loads(state))
        for gauge in (through, broken):
            gauge.add(START + 2 * DAY + timedelta(minutes=minute), float(count))
        assert broken.measure() == through.measure()
    assert broken.state() == through.state()


@given(READINGS, st.randoms(use_true_random=False), st.booleans())
@settings(max_examples=60, deadline=None)
def test_counts_may_arrive_in_any_order_within_the_longest_window(
    readings: list[tuple[int, float]], chance: random.Random, new: bool
) -> None:
    reach = LONGEST - STEP
    late = sorted(readings, key=lambda reading: reading[0] + chance.random() * reach / timedelta(minutes=1))
    in_order, out_of_order = (BurstGauge(), BurstGauge()) if new else (warmed_up(), warmed_up())
    for gauge, order in ((in_order, sorted(readings)), (out_of_order, late)):
        for minute, count in order:
            gauge.add(START + 2 * DAY + timedelta(minutes=minute), float(count))
        for later in (timedelta(0), 2 * HOUR, 2 * DAY):
            gauge.advance(START + 4 * DAY + later)
    assert in_order.measure() == out_of_order.measure()
    assert in_order.state() == out_of_order.state()
