"""Shifts of a rotation: within them somebody is on turn, by the clocks of its time zone, also when these change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.shifts import Pattern, Shift, Turn

MADRID = "Europe/Madrid"
NIGHTS = tuple(Shift(day, time(22), time(6)) for day in range(7))
ZONES = (MADRID, "America/New_York", "America/Havana", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
times = st.times().map(lambda moment: time(moment.hour, moment.minute))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - in UTC
some_shifts = st.lists(st.builds(Shift, st.integers(0, 6), times, times), min_size=1, max_size=4).map(tuple)
patterns = st.builds(
    Pattern,
    st.sampled_from(ZONES),
    times,
    st.sampled_from([8, 24, 36, 168, 700]),
    st.dates(date(2023, 1, 1), date(2023, 12, 1)),
    shifts=some_shifts,
)


def _utc(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=UTC)


def _weekly(*shifts: Shift, zone: str = MADRID) -> Pattern:
    return Pattern(zone, time(9), 168, date(2026, 1, 5), shifts=shifts)


def _hours(pattern: Pattern, at: str) -> tuple[str, str]:
    """From when to when the part lasts that a moment is in."""
    turn = pattern.turn_at(_utc(at))
    assert turn is not None
    (part,) = [one for one in pattern.parts(turn) if one.starts <= _utc(at) < one.ends]
    assert pattern.part_at(_utc(at)) == part
    return f"{part.starts:%d %H:%M}", f"{part.ends:%d %H:%M}"


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        ("2026-03-04 23:00", ("04 21:00", "05 05:00")),  # eight hours, of the day on which they start
        ("2026-03-29 03:00", ("28 21:00", "29 04:00")),  # the clocks go forward: seven
        ("2026-10-25 03:00", ("24 20:00", "25 05:00")),  # and back: nine
    ],
)
def test_a_night_shift_ends_by_the_clock_on_the_nights_when_it_changes(at: str, hours: tuple[str, str]) -> None:
    assert _hours(_weekly(*NIGHTS), at) == hours


def test_an_hour_that_the_clocks_jump_over_is_nobodys_shift() -> None:
    pattern = _weekly(Shift(6, time(2, 10), time(2, 50)))
    assert pattern.part_at(_utc("2026-03-29 01:00")) is None
    assert _hours(pattern, "2026-03-22 01:20") == ("22 01:10", "22 01:50")


def test_an_hour_that_the_clocks_show_twice_starts_and_ends_at_the_first_time() -> None:
    pattern = _weekly(Shift(6, time(1), time(2, 30)), Shift(6, time(2, 30), time(4)))
    turn = pattern.turn_at(_utc("2026-10-25 00:10"))
    assert turn is not None
    spans = [
        Shift(6, *hours).span(date(2026, 10, 25), MADRID) for hours in ((time(1), time(2, 30)), (time(2, 30), time(4)))
    ]
    assert spans == [
        (_utc("2026-10-24 23:00"), _utc("2026-10-25 00:30")),
        (_utc("2026-10-25 00:30"), _utc("2026-10-25 03:00")),
    ]
    assert _hours(pattern, "2026-10-25 01:45") == ("24 23:00", "25 03:00")  # they touch, so they are one


def test_a_shift_until_the_last_minute_lasts_until_midnight_and_one_until_its_start_a_day() -> None:
    assert _hours(_weekly(Shift(2, time(20), time(23, 59))), "2026-03-04 22:59") == ("04 19:00", "04 23:00")
    assert _hours(_weekly(Shift(5, time(10), time(10))), "2026-03-08 08:59") == ("07 09:00", "08 09:00")


def test_a_shift_over_the_hand_over_is_shared() -> None:
    days = _weekly(Shift(0, time(8), time(20)))  # hands over on Mondays at nine
    assert _hours(days, "2026-03-02 07:30") == ("02 07:00", "02 08:00")
    assert _hours(days, "2026-03-02 08:30") == ("02 08:00", "02 19:00")


def test_without_shifts_the_turn_is_whole() -> None:
    pattern = _weekly()
    turn = pattern.turn_at(_utc("2026-03-04 12:00"))
    assert turn is not None and list(pattern.parts(turn)) == [turn] == [pattern.part_at(_utc("2026-03-04 12:00"))]


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)], ids=str)
def test_at_the_ends_of_time_it_is_nobodys_shift(at: datetime) -> None:
    assert _weekly(*NIGHTS).part_at(at) is None


@given(patterns, moments)
def test_somebody_is_on_turn_exactly_within_the_shifts(pattern: Pattern, at: datetime) -> None:
    local = at.astimezone(ZoneInfo(pattern.time_zone)).date()
    spans = [one.span(day, pattern.time_zone) for one in pattern.shifts for day in _days_of(one, local)]
    within = any(starts <= at < ends for starts, ends in spans)
    assert (pattern.part_at(at) is not None) == within


@given(patterns, moments)
def test_the_parts_of_a_turn_stand_apart_and_in_order(pattern: Pattern, at: datetime) -> None:
    turn = pattern.turn_at(at)
    assert turn is not None
    parts = list(pattern.parts(turn))
    assert all(turn.starts <= part.starts < part.ends <= turn.ends for part in parts)
    assert all(before.ends < after.starts for before, after in pairwise(parts))
    here: Turn | None = next((part for part in parts if part.starts <= at < part.ends), None)
    found = pattern.part_at(at)
    assert (found and found.ends) == (here and here.ends)


def _days_of(shift: Shift, local: date) -> list[date]:
    return [day for day in (local - timedelta(days=1), local) if day.weekday() == shift.weekday]
