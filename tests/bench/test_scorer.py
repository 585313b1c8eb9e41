"""The scorer gives the figures that the benchmark gives to published detectors."""

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from bench.listening.scorer import PROFILES, judged, total
from bench.listening.series import NAMES, OURS, Labelled, labelled, published

SCORES: dict[str, dict[str, Any]] = json.loads((OURS / "published-alarms" / "scores.json").read_text())
START = datetime(2026, 1, 1, tzinfo=UTC)
SERIES = Labelled(
    "made up",
    tuple(START + timedelta(minutes=5 * row) for row in range(2_000)),
    (0.0,) * 2_000,
    windows=((1_000, 1_099), (1_500, 1_599)),
    labels=(1_050, 1_550),
)


@cache
def all_series() -> tuple[Labelled, ...]:
    return tuple(labelled(name) for name in NAMES)


@pytest.mark.parametrize("detector", SCORES)
def test_a_published_detector_scores_what_was_published(detector: str) -> None:
    sheet = total(judged(series, published(detector, series)) for series in all_series())
    found = {profile: round(sheet.score(profile), 2) for profile in PROFILES}
    assert found == {profile: SCORES[detector][profile] for profile in PROFILES}
    assert (sheet.hits, sheet.windows) == (SCORES[detector]["hits"], SCORES[detector]["windows"])
    assert round(sheet.false_per_week, 2) == SCORES[detector]["false_per_series_week"]


@pytest.mark.parametrize("profile", PROFILES)
def test_silence_scores_nothing_and_the_earliest_hits_score_all(profile: str) -> None:
    assert judged(SERIES, []).score(profile) == 0
    assert judged(SERIES, [1_000, 1_500]).score(profile) == pytest.approx(100)


def test_an_early_hit_earns_more_than_a_late_one_and_the_first_of_a_window_counts() -> None:
    early, late = judged(SERIES, [1_010, 1_500]), judged(SERIES, [1_090, 1_500])
    assert early.score() > late.score()
    assert judged(SERIES, [1_010, 1_020, 1_090, 1_500]) == early


def test_a_false_alarm_costs_less_just_after_a_window_than_far_from_any() -> None:
    near, far = judged(SERIES, [1_101]), judged(SERIES, [900])
    assert (near.false_alarms, far.false_alarms) == (1, 1)
    assert far.score() < near.score() < 0
    assert judged(SERIES, [900]).score("low_fp") == pytest.approx(2 * far.score())


def test_alarms_in_probation_count_for_nothing() -> None:
    assert judged(SERIES, [0, 299]) == judged(SERIES, [])  # 15 % of 2,000 rows


def test_a_delay_is_told_from_the_windows_start_and_from_the_labelled_instant() -> None:
    sheet = judged(SERIES, [1_040, 1_570])
    assert sheet.median_delay() == 5 * (40 + 70) / 2
    assert sheet.median_delay(label=True) == 5 * (-10 + 20) / 2
    assert judged(SERIES, []).median_delay() is None
