"""The calendar of the protocol: rotations with seats and shifts, overrides of single shifts, planned protocol tasks."""

from datetime import date, datetime, time

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from protocol.base import Base, Word
from protocol.people import Member
from protocol.words import Rest


class Rotation(Base):
    """Whose turn it is for a role or a team: the seats take turns of equal length by the clocks of one time zone."""

    __tablename__ = "rotation"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    role_id: Mapped[int | None] = mapped_column(ForeignKey("role.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    time_zone: Mapped[str]
    hand_over: Mapped[time]
    weekday: Mapped[int | None]  # 0 is Monday; None: hand-overs keep no weekday
    hours: Mapped[int]  # of one turn, as clocks show them: 24 is until the same time next day
    starts: Mapped[date]
    ends: Mapped[date | None]  # at the hand-over time of this day
    on_holidays: Mapped[Rest] = mapped_column(Word(Rest), default=Rest.WORK)
    outside_hours: Mapped[Rest] = mapped_column(Word(Rest), default=Rest.WORK)
    members: Mapped[list[Member]] = relationship(secondary="seat", order_by="Seat.position", viewonly=True)
    overrides: Mapped[list["ShiftOverride"]] = relationship(order_by="ShiftOverride.starts")
    shifts: Mapped[list["RotationShift"]] = relationship(order_by="RotationShift.id")


class Seat(Base):
    """A member's place in a rotation; turns are taken in this order."""

    __tablename__ = "seat"
    rotation_id: Mapped[int] = mapped_column(ForeignKey("rotation.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    position: Mapped[int]


class RotationShift(Base):
    """Hours of a weekday, 0 is Monday, to which a rotation is limited. See protocol.shifts.Shift."""

    __tablename__ = "rotation_shift"
    id: Mapped[int] = mapped_column(primary_key=True)
    rotation_id: Mapped[int] = mapped_column(ForeignKey("rotation.id"), index=True)
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]


class ShiftOverride(Base):
    """A span in which somebody is on duty instead of whose turn it is."""

    __tablename__ = "shift_override"
    id: Mapped[int] = mapped_column(primary_key=True)
    rotation_id: Mapped[int] = mapped_column(ForeignKey("rotation.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    why: Mapped[str] = mapped_column(default="")
    member: Mapped[Member] = relationship()


class ProtocolTask(Base):
    """Something planned that somebody owes, once or by an RRULE: a monitoring round, the weekly report."""

    __tablename__ = "protocol_task"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    names: Mapped[dict[str, str]]
    role_id: Mapped[int | None] = mapped_column(ForeignKey("role.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    place: Mapped[str] = mapped_column(default="")
    starts: Mapped[datetime] = mapped_column(DateTime())  # as the clocks of its own time zone show it
    time_zone: Mapped[str]
    recurrence: Mapped[str] = mapped_column(default="")
    reminder: Mapped[int | None]  # minutes before
