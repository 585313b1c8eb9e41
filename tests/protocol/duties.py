"""Who is on duty, for the tests: rotations, shifts, overrides and absences written straight into the store."""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from protocol.calendar import Rotation, RotationShift, Seat, ShiftOverride
from protocol.company_parts import weekdays
from protocol.people import Absence, Role, Team
from protocol.who import Duty, who
from tests.fakes.room import Room

ROLE, TEAM = "communications-lead", "legal"
MADRID, MEXICO = "Europe/Madrid", "America/Mexico_City"
LUCIA, TOM, MARTA = "lucia.romero", "tom.baker", "marta.vidal"


def utc(said: str) -> datetime:
    """A moment."""
    return datetime.fromisoformat(said).replace(tzinfo=UTC)


def rotate(
    room: Room, *members: str, team: str = "", shifts: tuple[tuple[str, int, int], ...] = (), **said: Any
) -> None:
    """A rotation of these members for the role, or for a team; weekly from Monday 2 March at nine in Madrid.

    `shifts` are days with the full hours from and until which it works, like `("mon-fri", 8, 20)`.
    """
    given: dict[str, Any] = {"time_zone": MADRID, "hand_over": time(9), "hours": 168, "starts": date(2026, 3, 2)}
    with room.store.write() as session:
        role_id = None if team else session.scalars(select(Role.id).where(Role.key == ROLE)).one()
        team_id = session.scalars(select(Team.id).where(Team.key == team)).one() if team else None
        row = Rotation(key=said.pop("key", "weeks"), role_id=role_id, team_id=team_id, **{**given, **said})
        session.add(row)
        session.flush()
        session.add_all(
            Seat(rotation_id=row.id, member_id=room.member(key), position=place) for place, key in enumerate(members)
        )
        session.add_all(
            RotationShift(rotation_id=row.id, weekday=day, starts=time(starts), ends=time(ends))
            for days, starts, ends in shifts
            for day in weekdays(days)
        )


def cover(room: Room, member: str, starts: str, ends: str, why: str = "", key: str = "weeks") -> None:
    """Somebody covers a span of a rotation."""
    with room.store.write() as session:
        rotation = session.scalars(select(Rotation.id).where(Rotation.key == key)).one()
        session.add(
            ShiftOverride(
                rotation_id=rotation, member_id=room.member(member), starts=utc(starts), ends=utc(ends), why=why
            )
        )


def away(room: Room, member: str, starts: str, ends: str) -> None:
    """A member is absent."""
    with room.store.write() as session:
        session.add(Absence(member_id=room.member(member), starts=utc(starts), ends=utc(ends)))


def change(room: Room, table: type[Any], key: str, **values: Any) -> None:
    """Sets columns of the row with a key, or of the only row."""
    with room.store.write() as session:
        row = session.scalars(select(table).where(table.key == key) if key else select(table)).one()
        for name, value in values.items():
            setattr(row, name, value)


def duty(room: Room, at: str, zone: str | None = None) -> Duty:
    """Who it is for the role."""
    with room.store.read() as session:
        return who(session, ROLE, utc(at), zone)


def keys(one: Duty) -> list[str]:
    """The one on duty, then the deputies."""
    return [member.key for member in (one.member, *one.deputies) if member]
