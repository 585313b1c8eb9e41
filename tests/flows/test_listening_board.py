"""The board of what is heard: levels, pictures and numbers, and nobody's name."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.listening_board import listening_board
from monitoring.gauges.base import Measure
from monitoring.overview import FeedHeard, Heard, Overview, nearness
from monitoring.standing import Standing
from monitoring.track_record import RuleRecord
from protocol.words import Level

NOW = datetime(2026, 3, 3, 21, 7, tzinfo=UTC)
MEASURE = Measure(2.5, 1240.0, timedelta(hours=1), expected=310.0)


def standing(
    level: Level = Level.GREEN, measure: Measure | None = MEASURE, near: float | None = 0.41, told: Level | None = None
) -> Standing:
    return Standing("burst", level, told, measure, None, near, NOW - timedelta(minutes=5))


def heard(one: Standing, record: RuleRecord | None = None) -> Heard:
    return Heard("burst", ("mentions.personality.ana-ruiz",), "brand", one, (0.0, *[1.0] * 22, 8.0), record)


def test_a_rule_is_a_line_with_its_light_its_day_and_its_record() -> None:
    record = RuleRecord("burst", 12, 5, 9, 3, 0, 0.75, None, 0.75)
    said = listening_board(Overview((heard(standing(Level.ORANGE, near=1.43, told=Level.ORANGE), record),), (), 2), NOW)
    assert "As of 2026-03-03 21:07 UTC · 1 rule watches · **2 waiting for a person's word**" in said
    assert f"| 🟠 orange | **burst** | ▁{'▂' * 22}█ | 1,240 | 310 | ▓▓▓▓▓▓▓▓▓▓ 143 % | 21:02 | 12, 3 false |" in said


def test_no_series_stands_there_because_a_keyword_may_be_a_name() -> None:
    assert "ana" not in listening_board(Overview((heard(standing()),), (), 0), NOW)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (standing(), "▓▓▓▓░░░░░░ 41 %"),
        (standing(near=0.0), "░░░░░░░░░░ 0 %"),
        (standing(near=None), "too few to speak"),
        (standing(measure=None, near=None), "learning"),
    ],
)
def test_how_near_an_alarm_is(one: Standing, words: str) -> None:
    assert nearness(one) == words


def test_what_was_told_and_is_green_again_is_said() -> None:
    said = listening_board(Overview((heard(standing(told=Level.RED)),), (), 0), NOW)
    assert "🟢 green (red was told)" in said


def test_a_feed_with_a_fault_says_which() -> None:
    feeds = (FeedHeard("a.example.com", NOW, "it did not | answer."), FeedHeard("b.example.com", NOW, ""))
    said = listening_board(Overview((), feeds, 0), NOW)
    assert "| a.example.com | 21:07 | ⚠ it did not / answer. |" in said
    assert "| b.example.com | 21:07 | heard |" in said
    assert "no rule watches" in said
