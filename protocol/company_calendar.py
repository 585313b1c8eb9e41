"""The calendar of a company file, loaded into the store: by key, and the overrides of each rotation replaced."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from protocol.calendar import ProtocolTask, Rotation, RotationShift, Seat, ShiftOverride
from protocol.calendar_format import RotationEntry, TaskEntry, length_hours
from protocol.company_format import CompanyFile
from protocol.company_parts import DAYS, weekdays
from protocol.company_places import local_moment, stored_place
from protocol.upserting import replace, upsert


@dataclass(frozen=True)
class Ids:
    """The numbers of those whom the file names, by key."""

    members: Mapping[str, int]
    teams: Mapping[str, int]
    roles: Mapping[str, int]


def load_calendar(session: Session, company: CompanyFile, ids: Ids) -> None:
    """Stores rotations, overrides and protocol tasks. A rotation that the file does not name keeps its overrides."""
    for entry in company.rotations:
        rotation_id = _load_rotation(session, entry, ids)
        overrides = [
            {
                "member_id": ids.members[one.member],
                "starts": local_moment(one.starts, entry.time_zone),
                "ends": local_moment(one.ends, entry.time_zone),
                "why": one.why,
            }
            for one in company.overrides
            if one.rotation == entry.key
        ]
        replace(session, ShiftOverride, {"rotation_id": rotation_id}, overrides)
    for task in company.tasks:
        upsert(session, ProtocolTask, task.key, _task(task, ids))


def said_holidays(said: str | None) -> dict[str, str | None]:
    """The column to set; none when the file says nothing about it."""
    return {} if said is None else {"holidays": stored_place(said)}


def _load_rotation(session: Session, entry: RotationEntry, ids: Ids) -> int:
    same = entry.model_dump(include={"time_zone", "hand_over", "starts", "ends", "on_holidays", "outside_hours"})
    values = {
        **same,
        "role_id": ids.roles[entry.role] if entry.role else None,
        "team_id": ids.teams[entry.team] if entry.team else None,
        "weekday": DAYS.index(entry.weekday) if entry.weekday else None,
        "hours": length_hours(entry.length),
    }
    rotation = upsert(session, Rotation, entry.key, values)
    seats = [{"member_id": ids.members[key], "position": position} for position, key in enumerate(entry.members)]
    replace(session, Seat, {"rotation_id": rotation.id}, seats)
    shifts = [
        {"weekday": day, "starts": one.starts, "ends": one.ends} for one in entry.shifts for day in weekdays(one.days)
    ]
    replace(session, RotationShift, {"rotation_id": rotation.id}, shifts)
    session.expire(rotation)
    return rotation.id


def _task(entry: TaskEntry, ids: Ids) -> dict[str, Any]:
    return {
        **entry.model_dump(include={"names", "place", "starts", "time_zone", "recurrence", "reminder"}),
        "role_id": ids.roles[entry.role] if entry.role else None,
        "member_id": ids.members[entry.member] if entry.member else None,
    }
