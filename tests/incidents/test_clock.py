"""An incident's own clock: compressed for a drill, the wall's for the real thing, and right both ways."""

from datetime import UTC, timedelta, timezone

import pytest

from incidents.clock import IncidentClock, WallClock, clock_for
from tests.fakes.room import Room
from tests.fakes.set_clock import NOW


@pytest.mark.parametrize("speed", [1.0, 60.0, 0.5])
def test_time_goes_through_and_back(speed: float) -> None:
    clock = IncidentClock(NOW, NOW - timedelta(days=365), speed)
    moment = clock.at(NOW + timedelta(minutes=3))
    assert moment == NOW - timedelta(days=365) + timedelta(minutes=3) * speed
    assert clock.real_of(moment) == NOW + timedelta(minutes=3)


def test_the_real_thing_runs_on_the_walls_time(room: Room) -> None:
    number = room.open()
    later = room.clock.later(hours=5)
    assert clock_for(room.incident(number)).at(later) == later


def test_a_compressed_drill_meets_an_hours_deadline_in_a_minute(room: Room) -> None:
    number = room.open(drill=True, speed=60.0)
    room.do(number, "next-update")
    assert room.pass_time(number, seconds=59) == 0
    assert room.pass_time(number, seconds=1) == 1
    assert room.told("deadline-missed") != []


def test_a_drill_beside_a_real_incident_keeps_a_clock_of_its_own(room: Room) -> None:
    real, drill = room.open(), room.open(drill=True, speed=60.0)
    later = room.clock.later(minutes=1)
    assert clock_for(room.incident(real)).at(later) == NOW + timedelta(minutes=1)
    assert clock_for(room.incident(drill)).at(later) == NOW + timedelta(hours=1)


def test_moments_come_back_from_the_store_aware_and_in_utc(room: Room) -> None:
    room.clock.moment = NOW.astimezone(timezone(timedelta(hours=9)))
    opened = room.incident(room.open()).opened_at
    assert (opened, opened.tzinfo) == (NOW, UTC)


def test_the_wall_clock_is_aware() -> None:
    assert WallClock().now().tzinfo is UTC
