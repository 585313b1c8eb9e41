"""Turns by the clocks of a time zone, when they jump over a hand-over or show it twice, and on the days around."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.shifts import Pattern, Turn, moment_of

MADRID, MEXICO = "Europe/Madrid", "America/Mexico_City"
DAILY = Pattern(MADRID, time(9), 24, date(2026, 1, 1))
ZONES = (MADRID, MEXICO, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
patterns = st.builds(
    Pattern,
    time_zone=st.sampled_from(ZONES),
    hand_over=st.times().map(lambda shown: time(shown.hour, shown.minute)),
    hours=st.sampled_from([1, 8, 12, 24, 48, 168, 336]),
    starts=st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    weekday=st.none() | st.integers(0, 6),
)
moments = st.datetimes(datetime(2026, 1, 9), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


def _turn(pattern: Pattern, at: datetime) -> Turn:
    turn = pattern.turn_at(at)
    assert turn is not None
    return turn


def _utc(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "hours"),
    [("2026-03-27 12:00", 24), ("2026-03-28 12:00", 23), ("2026-10-24 12:00", 25), ("2026-10-25 12:00", 24)],
)
def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(before: str, hours: int) -> None:
    turn = _turn(DAILY, _utc(before))
    assert turn.ends - turn.starts == timedelta(hours=hours)
    assert [moment.astimezone(ZoneInfo(MADRID)).time() for moment in (turn.starts, turn.ends)] == [time(9), time(9)]


def test_a_hand_over_that_clocks_jump_over_is_at_the_jump() -> None:
    night = Pattern(MADRID, time(2, 30), 24, date(2026, 1, 1))
    assert _turn(night, _utc("2026-03-29 00:59")).ends == _utc("2026-03-29 01:00")
    assert _turn(night, _utc("2026-03-29 01:00")).ends == _utc("2026-03-30 00:30")


def test_a_hand_over_that_clocks_show_twice_is_at_the_first_time() -> None:
    night = Pattern(MADRID, time(2, 30), 24, date(2026, 1, 1))
    assert _turn(night, _utc("2026-10-25 00:29")).ends == _utc("2026-10-25 00:30")
    assert _turn(night, _utc("2026-10-25 01:30")).ends == _utc("2026-10-26 01:30")


def test_a_day_that_a_country_left_out_is_over_at_its_beginning() -> None:
    assert moment_of(datetime(2011, 12, 30, 12), "Pacific/Apia") == _utc("2011-12-30 10:00")  # noqa: DTZ001


def test_a_rotation_begins_at_the_first_of_its_weekdays_and_ends_at_its_hand_over() -> None:
    weekly = Pattern(MEXICO, time(9), 168, date(2026, 3, 4), date(2026, 4, 1), weekday=0)
    assert weekly.turn_at(_utc("2026-03-09 14:59")) is None
    assert _turn(weekly, _utc("2026-03-09 15:00")).number == 0
    assert _turn(weekly, _utc("2026-03-31 15:00")).ends == _utc("2026-04-01 15:00")
    assert weekly.turn_at(_utc("2026-04-01 15:00")) is None


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)], ids=str)
def test_at_the_ends_of_time_it_is_nobodys_turn(at: datetime) -> None:
    assert DAILY.turn_at(at) is None


@given(patterns, moments)
def test_every_moment_is_in_exactly_one_turn(pattern: Pattern, at: datetime) -> None:
    turn = _turn(pattern, at)
    assert turn.starts <= at < turn.ends
    after = _turn(pattern, turn.ends)
    assert after.starts == turn.ends and after.number > turn.number
    assert _turn(pattern, turn.ends - timedelta(microseconds=1)) == turn


@given(patterns, moments)
def test_a_turn_begins_when_its_clocks_show_the_hand_over_or_jump_over_it(pattern: Pattern, at: datetime) -> None:
    starts = _turn(pattern, at).starts
    shown = starts.astimezone(ZoneInfo(pattern.time_zone))
    jumped = shown.utcoffset() != (starts - timedelta(seconds=1)).astimezone(ZoneInfo(pattern.time_zone)).utcoffset()
    if pattern.hours % 24 == 0 and not jumped:
        assert shown.time() == pattern.hand_over
        assert pattern.weekday is None or pattern.hours % 168 or shown.weekday() == pattern.weekday
