"""Who may be on duty at a moment, in order: who covers a shift, whose turn it is, who holds the role, and the rest."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from protocol.calendar import Rotation, ShiftOverride
from protocol.people import Member, Role, Team
from protocol.presence import ALWAYS, Rules
from protocol.shifts import Pattern, Shift, Turn, moment_of


class Standing(StrEnum):
    """By what somebody may be on duty."""

    OVERRIDE = "override"
    TURN = "turn"
    HOLDER = "holder"
    SEAT = "seat"
    PLACE = "place"


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be on duty; `until` is the end of the turn, shift or override, and `why` its reason."""

    member: Member
    standing: Standing
    rules: Rules = ALWAYS
    rotation: str = ""
    until: datetime | None = None
    why: str = ""


def for_role(session: Session, role: Role, at: datetime) -> list[Candidate]:
    """Everybody for a role, each once: overrides, turns, holders in order, then the other seats."""
    first, seats = _by_turns(session, Rotation.role_id == role.id, at)
    rules = Rules(role.on_holidays, role.outside_hours)
    holders = [Candidate(member, Standing.HOLDER, rules) for member in role.holders]
    return _once([*first, *holders, *seats])


def for_team(session: Session, team: Team, at: datetime) -> list[Candidate]:
    """Everybody for a team that has a rotation, each once: overrides, turns, the other seats, then its members."""
    places = (Candidate(member, Standing.PLACE) for member in team.members)
    return _once([*seats_of(session, team.id, at), *places])


def seats_of(session: Session, team_id: int, at: datetime) -> list[Candidate]:
    """Who covers a shift of a team just now, whose turn it is, and whose turns come next."""
    first, seats = _by_turns(session, Rotation.team_id == team_id, at)
    return [*first, *seats]


def is_on_turn(candidates: Iterable[Candidate]) -> bool:
    """Whether somebody covers a shift or has the turn, be they there or not: it is a rotation's hour."""
    return any(one.standing in (Standing.OVERRIDE, Standing.TURN) for one in candidates)


def pattern_of(rotation: Rotation) -> Pattern:
    """When the rotation hands over, and within which shifts."""
    return Pattern(
        rotation.time_zone,
        rotation.hand_over,
        rotation.hours,
        rotation.starts,
        rotation.ends,
        rotation.weekday,
        tuple(Shift(row.weekday, row.starts, row.ends) for row in rotation.shifts),
    )


def limited(session: Session) -> list[Pattern]:
    """When rotations hand over that are limited to shifts."""
    rotations = session.scalars(select(Rotation).where(Rotation.shifts.any()).options(selectinload(Rotation.shifts)))
    return [pattern_of(rotation) for rotation in rotations]


def edges(session: Session) -> Iterator[datetime]:
    """Moments at which other people may come into question than before: rotations and overrides begin and end.

    Shifts begin and end besides, as `limited` rotations say.
    """
    for rotation in session.scalars(select(Rotation).options(selectinload(Rotation.shifts))):
        yield pattern_of(rotation).start_of(0)
        if rotation.ends:
            yield moment_of(datetime.combine(rotation.ends, rotation.hand_over), rotation.time_zone)
    for override in session.scalars(select(ShiftOverride)):
        yield override.starts
        yield override.ends


def _by_turns(session: Session, whose: ColumnElement[bool], at: datetime) -> tuple[list[Candidate], list[Candidate]]:
    """Those who are on duty by overrides and turns, and those whose turns come next."""
    rotations = _rotations(session, whose)
    covering = [candidate for rotation in rotations for candidate in _covering(rotation, at)]
    turns: list[Candidate] = []
    seats: list[Candidate] = []
    for rotation in rotations:
        part = pattern_of(rotation).part_at(at)
        if part is not None and rotation.members:
            now, *others = _from_turn(rotation, part, at)
            turns.append(now)
            seats += others
    return [*covering, *turns], seats


def _rotations(session: Session, whose: ColumnElement[bool]) -> Sequence[Rotation]:
    seats = selectinload(Rotation.members)
    overrides = selectinload(Rotation.overrides).selectinload(ShiftOverride.member)
    return session.scalars(
        select(Rotation)
        .where(whose)
        .order_by(Rotation.id)
        .options(
            seats.selectinload(Member.absences),
            overrides.selectinload(Member.absences),
            selectinload(Rotation.shifts),
        )
    ).all()


def _covering(rotation: Rotation, at: datetime) -> Iterator[Candidate]:
    """An override is written for that very day: whoever covers it works on holidays and at all hours."""
    for one in rotation.overrides:
        if one.starts <= at < one.ends:
            yield Candidate(one.member, Standing.OVERRIDE, ALWAYS, rotation.key, one.ends, one.why)


def _from_turn(rotation: Rotation, part: Turn, at: datetime) -> Iterator[Candidate]:
    first = part.number % len(rotation.members)
    rules = Rules(rotation.on_holidays, rotation.outside_hours)
    order = [*rotation.members[first:], *rotation.members[:first]]
    covered = (one.starts for one in rotation.overrides if one.starts > at)
    yield Candidate(order[0], Standing.TURN, rules, rotation.key, min([part.ends, *covered]))
    for member in order[1:]:
        yield Candidate(member, Standing.SEAT, rules, rotation.key)


def _once(candidates: Iterable[Candidate]) -> list[Candidate]:
    first: dict[int, Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.member.id, candidate)
    return list(first.values())
