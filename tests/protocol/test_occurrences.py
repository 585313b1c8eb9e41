"""When a protocol task comes: at its hour by its own clocks, whatever these do, and each time once."""

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from protocol.occurrences import Recurrence
from protocol.recurrence import read_rule
from protocol.shifts import moment_of

MADRID = "Europe/Madrid"
RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3;BYHOUR=8,14,20",
    "FREQ=DAILY;COUNT=40",
    "FREQ=DAILY;BYDAY=MO,WE;BYSETPOS=1",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
    "FREQ=WEEKLY;BYDAY=MO,SU;BYSETPOS=1",
    "FREQ=DAILY;INTERVAL=2;BYHOUR=8,20;BYSETPOS=-1",
    "FREQ=WEEKLY;BYMONTH=2,7",
    "FREQ=WEEKLY;COUNT=100;BYDAY=FR",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO",
)
shown = st.datetimes(datetime(2016, 1, 1), datetime(2026, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))  # noqa: DTZ001
moments = st.datetimes(datetime(2020, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


def _utc(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=UTC)


def _times(starts: str, rule: str, since: str, number: int) -> list[str]:
    """The next few times, in UTC."""
    found = Recurrence(datetime.fromisoformat(starts), MADRID, read_rule(rule)).since(_utc(since))
    return [f"{at:%m-%d %H:%M}" for at in islice(found, number)]


def test_eight_o_clock_stays_eight_o_clock_when_the_clocks_change() -> None:
    for rule in ("FREQ=DAILY", "FREQ=DAILY;COUNT=900"):
        assert _times("2026-01-01 08:00", rule, "2026-03-28", 3) == ["03-28 07:00", "03-29 06:00", "03-30 06:00"]
        assert _times("2026-01-01 08:00", rule, "2026-10-24", 3) == ["10-24 06:00", "10-25 07:00", "10-26 07:00"]


def test_an_hour_that_is_left_out_comes_at_the_jump_and_one_that_is_shown_twice_comes_once() -> None:
    rule = "FREQ=DAILY;BYHOUR=2;BYMINUTE=10,30"
    assert _times("2026-01-01 02:10", rule, "2026-03-28 12:00", 3) == ["03-29 01:00", "03-30 00:10", "03-30 00:30"]
    assert _times("2026-01-01 02:10", rule, "2026-10-25", 3) == ["10-25 00:10", "10-25 00:30", "10-26 01:10"]


def test_a_task_without_a_rule_comes_once() -> None:
    assert _times("2026-03-06 12:00", "", "2026-03-06 11:00", 5) == ["03-06 11:00"]
    assert _times("2026-03-06 12:00", "", "2026-03-06 11:01", 5) == []


def test_a_rule_ends_at_its_moment_in_utc_or_after_its_number_of_times() -> None:
    until = "FREQ=DAILY;UNTIL=20260330T060000Z"
    assert _times("2026-03-28 08:00", until, "2026-03-01", 9) == ["03-28 07:00", "03-29 06:00", "03-30 06:00"]
    assert _times("2026-03-28 08:00", "FREQ=DAILY;COUNT=2", "2026-03-29", 9) == ["03-29 06:00"]


def test_the_first_of_the_days_of_a_week_is_so_years_later() -> None:
    rule = "FREQ=WEEKLY;BYDAY=MO,SU;BYSETPOS=1"  # from a Thursday on: once a Sunday, and then Mondays
    assert _times("2026-01-01 08:00", rule, "2026-01-01", 3) == ["01-04 07:00", "01-05 07:00", "01-12 07:00"]
    assert _times("2026-01-01 08:00", rule, "2026-02-07", 2) == ["02-09 07:00", "02-16 07:00"]


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYSETPOS=5", "FREQ=WEEKLY;BYMONTH=6;BYMONTHDAY=31"]
)
def test_a_rule_that_never_comes_ends(rule: str) -> None:
    assert _times("2026-03-28 08:00", rule, "2026-03-28", 1) == []


@given(shown, st.sampled_from(RULES), moments, st.sampled_from([MADRID, "America/Havana", "Asia/Kathmandu"]))
def test_from_any_moment_on_it_is_what_counting_from_the_first_time_gives(
    starts: datetime, rule: str, since: datetime, zone: str
) -> None:
    end = since + timedelta(days=800)
    counted = takewhile(lambda at: at.year < 2031, rrulestr(rule, dtstart=starts))
    wanted = sorted({at for one in counted if since <= (at := moment_of(one, zone)) < end})
    assert list(takewhile(lambda at: at < end, Recurrence(starts, zone, rule).since(since))) == wanted
