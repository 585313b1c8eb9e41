"""Calendars for the tests: rotations, overrides and protocol tasks that hypothesis makes."""

from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from protocol.calendar_checks import is_shown
from protocol.company_parts import DAYS
from protocol.words import Rest

PLAIN = 'abcñ áé,;"#=\n1'
ZONES = ("Europe/Madrid", "America/Mexico_City", "Asia/Kathmandu", "UTC")
RULES = ("", "FREQ=DAILY;BYHOUR=8,14", "FREQ=WEEKLY;UNTIL=20301231T230000Z;BYDAY=MO", "FREQ=MONTHLY;BYDAY=-1FR")
plain = st.text(PLAIN, max_size=12).map(str.strip)
said = plain.filter(bool)
days = st.dates(date(2020, 1, 1), date(2035, 1, 1))
times = st.times().map(lambda moment: time(moment.hour, moment.minute))
zones = st.sampled_from(ZONES)


@st.composite
def shifts(draw: st.DrawFn) -> dict[str, Any]:
    """Hours on one day or a span of days; they may pass midnight."""
    first, last = sorted(draw(st.tuples(st.integers(0, 6), st.integers(0, 6))))
    said_days = DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"
    return {"days": said_days, "starts": draw(times), "ends": draw(times)}


@st.composite
def rotations(draw: st.DrawFn, key: str, people: list[str], owner: tuple[str, str]) -> dict[str, Any]:
    """A rotation of some of these people for a role or a team."""
    weekday = draw(st.sampled_from([None, *DAYS]))
    starts = draw(days)
    return {
        "key": key,
        owner[0]: owner[1],
        "members": draw(st.lists(st.sampled_from(people), min_size=1, max_size=len(people), unique=True)),
        "time_zone": draw(zones),
        "hand_over": draw(times),
        "weekday": weekday,
        "length": draw(st.sampled_from(["1 week", "3 weeks"] if weekday else ["8 hours", "1 day", "2 days", "1 week"])),
        "starts": starts,
        "ends": draw(st.none() | st.integers(1, 900).map(lambda number: starts + timedelta(days=number))),
        "on_holidays": draw(st.sampled_from(Rest)),
        "outside_hours": draw(st.sampled_from(Rest)),
        "shifts": draw(st.lists(shifts(), max_size=3)),
    }


@st.composite
def overrides(draw: st.DrawFn, rotation: str, people: list[str]) -> list[dict[str, Any]]:
    """Spans of a rotation, one after another."""
    found = []
    at = datetime(2027, 1, 1)  # noqa: DTZ001 - by the clocks of the rotation
    for _ in range(draw(st.integers(0, 2))):
        at += timedelta(days=draw(st.integers(1, 200)), minutes=draw(st.integers(0, 1439)))
        ends = at + draw(st.sampled_from([timedelta(days=2), timedelta(hours=7), timedelta(minutes=90, seconds=5)]))
        member, why = draw(st.sampled_from(people)), draw(plain)
        found.append({"rotation": rotation, "member": member, "starts": at, "ends": ends, "why": why})
        at = ends
    return found


@st.composite
def tasks(draw: st.DrawFn, key: str, owner: tuple[str, str]) -> dict[str, Any]:
    """A task of a role or a member, at an hour that its clocks show."""
    zone = draw(zones)
    moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1))  # noqa: DTZ001 - by its own clocks
    return {
        "key": key,
        "names": {"es": draw(said), "en": draw(said)},
        owner[0]: owner[1],
        "place": draw(plain),
        "starts": draw(moments.map(lambda at: at.replace(microsecond=0)).filter(lambda at: is_shown(at, zone))),
        "time_zone": zone,
        "recurrence": draw(st.sampled_from(RULES)),
        "reminder": draw(st.none() | st.integers(0, 40_320)),
    }


@st.composite
def calendars(draw: st.DrawFn, people: list[str], teams: list[str], roles: list[str]) -> dict[str, Any]:
    """The three sections of a company file."""
    some_roles = [("role", role) for role in roles]
    of_rotations = st.sampled_from([("team", team) for team in teams] + some_roles)
    of_tasks = st.sampled_from([("member", member) for member in people] + some_roles)
    keys = [f"rotation-{number}" for number in range(draw(st.integers(0, 2)))]
    return {
        "rotations": [draw(rotations(key, people, draw(of_rotations))) for key in keys],
        "overrides": [one for key in keys for one in draw(overrides(key, people))],
        "tasks": [draw(tasks(f"task-{number}", draw(of_tasks))) for number in range(draw(st.integers(0, 2)))],
    }
