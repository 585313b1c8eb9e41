"""Work teams, their members, contacts, roles, deputies, hours and absences."""

from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from protocol.base import Base, Word
from protocol.raci import Raci
from protocol.words import AudienceKind, Channel, Language, Rest


class Team(Base):
    """A work team, or, when it is outside the company, an audience such as the press list."""

    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    names: Mapped[dict[str, str]]
    functions: Mapped[str] = mapped_column(default="")
    outside: Mapped[bool] = mapped_column(default=False)
    audience: Mapped[AudienceKind | None] = mapped_column(Word(AudienceKind))  # None inside: employees
    holidays: Mapped[str | None]  # whose public holidays, like ES-MD; None: the company's
    members: Mapped[list["Member"]] = relationship(secondary="membership", order_by="Membership.position")


class Member(Base):
    """A person of the protocol."""

    __tablename__ = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    language: Mapped[Language] = mapped_column(Word(Language))
    time_zone: Mapped[str]
    responsibilities: Mapped[str] = mapped_column(default="")
    drill_roster: Mapped[bool] = mapped_column(default=False)
    quiet_starts: Mapped[time | None]  # in the member's own time zone; None: the company's
    quiet_ends: Mapped[time | None]
    holidays: Mapped[str | None]  # None: the team's, or else the company's
    erased_at: Mapped[datetime | None]  # only a pseudonym is left
    contacts: Mapped[list["Contact"]] = relationship(back_populates="member", order_by="Contact.position")
    absences: Mapped[list["Absence"]] = relationship(order_by="Absence.starts")
    hours: Mapped[list["WorkingHours"]] = relationship(order_by="WorkingHours.weekday")


class Membership(Base):
    """Member of a team, in order, with the tasks held there."""

    __tablename__ = "membership"
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    tasks: Mapped[str] = mapped_column(default="")


class Contact(Base):
    """One way to reach a member. `sealed` is the value, encrypted when a contact key is set; `fingerprint` finds it."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("member_id", "channel", "fingerprint"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    sealed: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(default=0)
    shared: Mapped[bool] = mapped_column(default=False, server_default=false())  # others have it as well
    opted_out_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]  # when its person last confirmed it
    bounced_at: Mapped[datetime | None]  # the provider says that nothing arrives there; a delivery clears it
    bounce: Mapped[str | None]
    member: Mapped[Member] = relationship(back_populates="contacts")


class Role(Base):
    """A part that somebody plays in a crisis. Holders stand in order: the first holds it, the rest are deputies."""

    __tablename__ = "role"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    names: Mapped[dict[str, str]]
    cabinet: Mapped[bool] = mapped_column(default=False)
    responsibilities: Mapped[str] = mapped_column(default="")
    on_holidays: Mapped[Rest] = mapped_column(Word(Rest), default=Rest.WORK, server_default="work")
    outside_hours: Mapped[Rest] = mapped_column(Word(Rest), default=Rest.WORK, server_default="work")
    holders: Mapped[list[Member]] = relationship(secondary="role_holder", order_by="RoleHolder.position")


class RoleHolder(Base):
    """Who holds a role; position 0 is the holder, the others deputise in order."""

    __tablename__ = "role_holder"
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    position: Mapped[int]


class Responsibility(Base):
    """The part that a member or a role has in an area: a function of the company, or steps of a playbook."""

    __tablename__ = "responsibility"
    __table_args__ = (CheckConstraint("(member_id IS NULL) <> (role_id IS NULL)", name="one_owner"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    role_id: Mapped[int | None] = mapped_column(ForeignKey("role.id"), index=True)
    part: Mapped[Raci] = mapped_column(Word(Raci))
    area: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class WorkingHours(Base):
    """When a member works, in the member's own time zone; weekday 0 is Monday."""

    __tablename__ = "working_hours"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]


class Absence(Base):
    """A span in which a member is not to be disturbed and deputies act."""

    __tablename__ = "absence"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
