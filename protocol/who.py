"""Who it is just now: the holder of a role, or, when absent, the first deputy who is there, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from protocol.people import Absence, Member, Membership, Role, Team
from protocol.words import Language, Remedy


@dataclass(frozen=True)
class Duty:
    """The person of a role at a moment (None when nobody is there), who else may step in, and a sentence why."""

    role: str
    member: Member | None
    deputies: tuple[Member, ...]
    why: str


def who(session: Session, role_key: str, at: datetime) -> Duty:
    """Answers for a role at a moment. Raises Remedy for a role that the protocol does not have."""
    role = session.scalar(
        select(Role).where(Role.key == role_key).options(selectinload(Role.holders).selectinload(Member.absences))
    )
    if role is None:
        known = ", ".join(session.scalars(select(Role.key).order_by(Role.key)))
        raise Remedy(f'No role "{role_key}" in the protocol. Add it, or use one of: {known}.')
    there = [member for member in role.holders if absence_of(member, at) is None]
    if not there:
        return Duty(role_key, None, (), f"Nobody of {role_key} is there at {at:%Y-%m-%d %H:%M} UTC.")
    return Duty(role_key, there[0], tuple(there[1:]), _why(role, there[0], at))


def absence_of(member: Member, at: datetime) -> Absence | None:
    """The absence that covers the moment, if any."""
    return next((absence for absence in member.absences if absence.starts <= at < absence.ends), None)


def team_members(session: Session, team_key: str, at: datetime) -> list[Member]:
    """The members of a team who are there, in order. Raises Remedy for a team that the protocol does not have."""
    team = session.scalar(
        select(Team).where(Team.key == team_key).options(selectinload(Team.members).selectinload(Member.absences))
    )
    if team is None:
        raise _no_team(session, team_key)
    return [member for member in team.members if absence_of(member, at) is None]


def team_member_ids(session: Session, team_key: str, at: datetime) -> Sequence[int]:
    """As `team_members`, by their ids: an audience may have a hundred thousand."""
    team_id = session.scalar(select(Team.id).where(Team.key == team_key))
    if team_id is None:
        raise _no_team(session, team_key)
    away = select(Absence.member_id).where(Absence.starts <= at, Absence.ends > at)
    there = select(Membership.member_id).where(Membership.team_id == team_id, Membership.member_id.not_in(away))
    return session.scalars(there.order_by(Membership.position)).all()


def _no_team(session: Session, team_key: str) -> Remedy:
    known = ", ".join(session.scalars(select(Team.key).order_by(Team.key)))
    return Remedy(f'No team "{team_key}" in the protocol. Add it, or use one of: {known}.')


def member_by_key(session: Session, key: str) -> Member:
    """The member of a key. Raises Remedy when there is none."""
    member = session.scalar(select(Member).where(Member.key == key).options(selectinload(Member.absences)))
    if member is None:
        raise Remedy(f'No member "{key}" in the protocol; `crisis who --all` lists them.')
    return member


def team_name(session: Session, team_key: str, language: str) -> str:
    """What a team is called in a language; its key when it has no name there."""
    names = session.scalar(select(Team.names).where(Team.key == team_key)) or {}
    return names.get(language, team_key)


def role_titles(session: Session, role_key: str | None) -> dict[str, str]:
    """What a role is called, per language; empty texts for none."""
    role = session.scalar(select(Role).where(Role.key == role_key)) if role_key else None
    return {language: role.names.get(language, role.key) if role else "" for language in Language}


def _why(role: Role, member: Member, at: datetime) -> str:
    holder = role.holders[0]
    if member.id == holder.id:
        return f"{member.name} holds {role.key}."
    back = at
    while absence := absence_of(holder, back):  # one absence may follow another
        back = absence.ends
    until = f"{back.astimezone(ZoneInfo(holder.time_zone)):%a %d %b %H:%M}"
    return f"{holder.name} is absent until {until}; deputy {member.name} acts as {role.key}."
