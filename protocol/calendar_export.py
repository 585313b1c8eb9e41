"""The calendar, out of the store as entries of a company file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from protocol.calendar import ProtocolTask, Rotation
from protocol.calendar_format import OverrideEntry, RotationEntry, ShiftEntry, TaskEntry, length_text
from protocol.company_parts import DAYS, BothLanguages, day_spans
from protocol.company_places import local_moment

Keys = Mapping[int, str]


def calendar_of(session: Session, members: Keys, teams: Keys, roles: Keys) -> dict[str, Any]:
    """Rotations, overrides and protocol tasks, by the names that a company file has."""
    loaded = (selectinload(lists) for lists in (Rotation.members, Rotation.overrides, Rotation.shifts))
    rotations = session.scalars(select(Rotation).order_by(Rotation.id).options(*loaded)).all()
    tasks = session.scalars(select(ProtocolTask).order_by(ProtocolTask.id)).all()
    return {
        "rotations": [_rotation(row, teams, roles) for row in rotations],
        "overrides": [one for row in rotations for one in _overrides(row, members)],
        "tasks": [_task(row, members, roles) for row in tasks],
    }


def local_text(moment: datetime, zone: str) -> datetime:
    """The moment as the clocks of a zone show it; with its zone in the hour that they show twice."""
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    return local if local_moment(local, zone) == moment else moment


def _rotation(row: Rotation, teams: Keys, roles: Keys) -> RotationEntry:
    names = ("key", "time_zone", "hand_over", "starts", "ends", "on_holidays", "outside_hours")
    return RotationEntry.model_validate(
        {
            **{name: getattr(row, name) for name in names},
            "role": _key(roles, row.role_id),
            "team": _key(teams, row.team_id),
            "members": [member.key for member in row.members],
            "weekday": None if row.weekday is None else DAYS[row.weekday],
            "length": length_text(row.hours),
            "shifts": _shifts(row),
        }
    )


def _shifts(row: Rotation) -> list[ShiftEntry]:
    spans = day_spans((one.weekday, one.starts, one.ends) for one in row.shifts)
    return [ShiftEntry(days=days, starts=starts, ends=ends) for days, starts, ends in spans]


def _overrides(row: Rotation, members: Keys) -> list[OverrideEntry]:
    return [
        OverrideEntry(
            rotation=row.key,
            member=members[one.member_id],
            starts=local_text(one.starts, row.time_zone),
            ends=local_text(one.ends, row.time_zone),
            why=one.why,
        )
        for one in row.overrides
    ]


def _task(row: ProtocolTask, members: Keys, roles: Keys) -> TaskEntry:
    return TaskEntry(
        key=row.key,
        names=BothLanguages(**row.names),
        role=_key(roles, row.role_id),
        member=_key(members, row.member_id),
        place=row.place,
        starts=row.starts,
        time_zone=row.time_zone,
        recurrence=row.recurrence,
        reminder=row.reminder,
    )


def _key(keys: Keys, number: int | None) -> str | None:
    return None if number is None else keys[number]
