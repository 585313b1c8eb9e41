"""False alarms are remembered: how often each rule was right, how soon people answered, and how often nobody did."""

from datetime import timedelta

import pytest

from monitoring.rows import Verdict
from monitoring.track_record import RuleRecord, alarm_lines, track_record
from tests.fakes.room import Room
from tests.monitoring.desk_officer import ANA, RULE, SERGIO, Officer

FAST = {"unit": "inquiries", "hold": "1h", "levels": {"yellow": 100}}


@pytest.fixture
def officer(room: Room) -> Officer:
    return Officer(room, {"parameters": FAST, "actions": {"yellow": "ask"}})


def record(room: Room, **since: float) -> RuleRecord:
    with room.store.read() as session:
        now = room.clock.now()
        (found,) = track_record(session, now, now - timedelta(**since) if since else None)
    return found


def burst(officer: Officer, said: Verdict | None, minutes: float = 4) -> None:
    """A burst about which somebody says something after so many minutes, and then calm."""
    officer.counts(150)
    officer.looks()
    if said is None:
        for _ in range(3):
            officer.looks(minutes=10)
    else:
        officer.room.clock.later(minutes=minutes)
        officer.answers(SERGIO, said)
    officer.calms()


def test_real_false_and_unanswered_alarms_are_counted_by_rule(room: Room, officer: Officer) -> None:
    burst(officer, Verdict.FALSE_ALARM, 2)
    burst(officer, Verdict.FALSE_ALARM, 6)
    burst(officer, Verdict.REAL, 10)
    room.clock.later(days=13)
    found = record(room)
    assert (found.rule, found.alarms, found.asked, found.real, found.false_alarms) == (RULE, 3, 3, 1, 2)
    assert (found.unanswered, found.median_answer, found.precision) == (0, 360, pytest.approx(1 / 3))
    assert found.false_per_week == pytest.approx(1.0, rel=0.1)


def test_an_alarm_that_opened_by_itself_is_unanswered_whatever_is_said_later(room: Room, officer: Officer) -> None:
    burst(officer, None)
    assert (record(room).unanswered, record(room).precision, record(room).median_answer) == (1, None, None)
    officer.answers(ANA, Verdict.FALSE_ALARM)
    assert (record(room).unanswered, record(room).false_alarms, record(room).precision) == (1, 1, 0.0)


def test_only_alarms_of_the_period_count(room: Room, officer: Officer) -> None:
    burst(officer, Verdict.FALSE_ALARM)
    room.clock.later(days=20)
    burst(officer, Verdict.REAL)
    assert (record(room, days=1).alarms, record(room, days=1).precision) == (1, 1.0)
    assert record(room).alarms == 2


def test_the_list_says_what_each_alarm_came_to_newest_first(room: Room, officer: Officer) -> None:
    burst(officer, Verdict.FALSE_ALARM)
    burst(officer, None)
    with room.store.read() as session:
        second, first = alarm_lines(session)
    assert (first.verdict, first.incident, first.asked, first.unanswered) == (Verdict.FALSE_ALARM, None, 1, False)
    assert (second.verdict, second.incident, second.asked, second.unanswered) == (None, "INC-1", 3, True)
    assert first.ended is not None and second.ended is not None
