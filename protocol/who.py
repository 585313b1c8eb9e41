"""Who it is just now: who covers or has the turn, who holds the role, or the first deputy there, with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from protocol.calendar import Rotation
from protocol.duty_words import DutyWords
from protocol.people import Absence, Member, Membership, Role, Team
from protocol.presence import Keeps, Kept, absence_of, kept
from protocol.rota import Candidate, for_role, for_team, seats_of
from protocol.words import Language, Remedy


@dataclass(frozen=True)
class Duty:
    """The person of a role or team at a moment (None when nobody is there), who else may step in, and why, in words.

    `role` is the key that was asked for. Deputies who have a public holiday or are outside their hours come last.
    """

    role: str
    member: Member | None
    deputies: tuple[Member, ...]
    sentences: Mapping[Language, str]

    @property
    def why(self) -> str:
        """The sentence in English."""
        return self.sentences[Language.EN]


def who(session: Session, role_key: str, at: datetime, zone: str | None = None) -> Duty:
    """Answers for a role at a moment. Raises Remedy for a role that the protocol does not have.

    `zone` is the time zone that its sentences speak in; without one, that of the person they are about.
    """
    role = session.scalar(
        select(Role).where(Role.key == role_key).options(selectinload(Role.holders).selectinload(Member.absences))
    )
    if role is None:
        known = ", ".join(session.scalars(select(Role.key).order_by(Role.key)))
        raise Remedy(f'No role "{role_key}" in the protocol. Add it, or use one of: {known}.')
    return _duty(session, role_key, for_role(session, role, at), at, zone)


def on_duty(session: Session, team_key: str, at: datetime, zone: str | None = None) -> Duty | None:
    """Answers for a team at a moment; None when it has no rotation. Raises Remedy for an unknown team."""
    team = _team(session, team_key)
    if session.scalar(select(Rotation.id).where(Rotation.team_id == team.id).limit(1)) is None:
        return None
    return _duty(session, team_key, for_team(session, team, at), at, zone)


def _duty(session: Session, key: str, candidates: Sequence[Candidate], at: datetime, zone: str | None) -> Duty:
    """The first who is free; when nobody is, the first who is not absent: a crisis does not wait for a working day."""
    judged = [(candidate, kept(session, candidate.member, at, candidate.rules)) for candidate in candidates]
    free = [candidate for candidate, keeps in judged if keeps is None]
    resting = [candidate for candidate, keeps in judged if keeps and keeps.by is not Keeps.ABSENCE]
    there = [*free, *resting]
    words = {language: DutyWords(key, language, zone) for language in Language}
    if not there:
        return Duty(key, None, (), {language: said.nobody(at) for language, said in words.items()})
    passed = _passed(judged, there[0])
    sentences = {language: said.somebody(there[0], passed, not free) for language, said in words.items()}
    return Duty(key, there[0].member, tuple(one.member for one in there[1:]), sentences)


def _passed(judged: Sequence[tuple[Candidate, Kept | None]], chosen: Candidate) -> list[tuple[Candidate, Kept]]:
    """Those before the chosen one, and the chosen one if something keeps them too."""
    place = next(number for number, (candidate, _) in enumerate(judged) if candidate is chosen)
    return [(candidate, keeps) for candidate, keeps in judged[: place + 1] if keeps is not None]


def team_members(session: Session, team_key: str, at: datetime) -> list[Member]:
    """The members of a team who are there, who is on duty first. Raises Remedy for a team that it does not have."""
    team = _team(session, team_key)
    members = {member.id: member for member in (*_on_turn(session, team.id, at), *team.members)}
    return [member for member in members.values() if absence_of(member, at) is None]


def team_member_ids(session: Session, team_key: str, at: datetime) -> Sequence[int]:
    """As `team_members`, by their ids: an audience may have a hundred thousand."""
    team_id = session.scalar(select(Team.id).where(Team.key == team_key))
    if team_id is None:
        raise _no_team(session, team_key)
    away = select(Absence.member_id).where(Absence.starts <= at, Absence.ends > at)
    there = select(Membership.member_id).where(Membership.team_id == team_id, Membership.member_id.not_in(away))
    ids = session.scalars(there.order_by(Membership.position)).all()
    first = [member.id for member in _on_turn(session, team_id, at)]
    return list(dict.fromkeys([*first, *ids])) if first else ids


def _on_turn(session: Session, team_id: int, at: datetime) -> list[Member]:
    """The one who is on duty for a team, when it has a rotation and somebody of it is there."""
    candidates = seats_of(session, team_id, at)
    member = _duty(session, "", candidates, at, None).member if candidates else None
    return [member] if member else []


def _team(session: Session, team_key: str) -> Team:
    team = session.scalar(
        select(Team).where(Team.key == team_key).options(selectinload(Team.members).selectinload(Member.absences))
    )
    if team is None:
        raise _no_team(session, team_key)
    return team


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


def in_turn(session: Session, key: str, at: datetime) -> list[Member]:
    """Everybody of a role, or else of a team inside, who is there, in the order in which they are asked.

    Raises Remedy for a key that is neither.
    """
    if not is_role_or_team(session, key):
        raise Remedy(no_role_or_team(session, key))
    is_role = session.scalar(select(Role.id).where(Role.key == key)) is not None
    duty = who(session, key, at) if is_role else on_duty(session, key, at)
    if duty is None:
        return team_members(session, key, at)
    return [duty.member, *duty.deputies] if duty.member else []


def is_role_or_team(session: Session, key: str) -> bool:
    """Whether a role, or a team inside the company, has this key."""
    role = select(Role.id).where(Role.key == key)
    team = select(Team.id).where(Team.key == key, Team.outside.is_(False))
    return session.scalar(role) is not None or session.scalar(team) is not None


def no_role_or_team(session: Session, key: str) -> str:
    """The sentence for a key that is neither a role nor a team."""
    roles = ", ".join(session.scalars(select(Role.key).order_by(Role.key)))
    teams = ", ".join(session.scalars(select(Team.key).where(Team.outside.is_(False)).order_by(Team.key)))
    return f'No role or team "{key}" in the protocol. Add it, or use one of: {", ".join(filter(None, (roles, teams)))}.'
