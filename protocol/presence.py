"""Whether a person is there at a moment, and what keeps them: an absence, a public holiday, the end of their day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.free_days import NONE, public_holiday
from protocol.people import Absence, Member, Membership, Team, WorkingHours
from protocol.practice import Company
from protocol.shifts import LAST_MINUTE, Shift
from protocol.words import Language, Rest


class Keeps(StrEnum):
    """What keeps somebody from being on duty. An absent person is never told; the others are told last."""

    ABSENCE = "absence"
    HOLIDAY = "holiday"
    HOURS = "hours"


@dataclass(frozen=True)
class Kept:
    """What keeps a person: an absence with its end, or a public holiday with its names."""

    by: Keeps
    until: datetime | None = None
    names: tuple[tuple[Language, str], ...] = ()


@dataclass(frozen=True)
class Rules:
    """What a role or a rotation asks of its people on public holidays and outside their working hours."""

    on_holidays: Rest = Rest.WORK
    outside_hours: Rest = Rest.WORK


ALWAYS = Rules()
Span = WorkingHours | Shift
"""Hours of a weekday."""


def absence_of(member: Member, at: datetime) -> Absence | None:
    """The absence that covers the moment, if any."""
    return next((absence for absence in member.absences if absence.starts <= at < absence.ends), None)


def kept(session: Session, member: Member, at: datetime, rules: Rules) -> Kept | None:
    """What keeps the member from being on duty, the gravest first; None when nothing does."""
    if absence_of(member, at):
        return Kept(Keeps.ABSENCE, _back(member, at))
    if rules.on_holidays is Rest.OFF and (names := _holiday(session, member, at)):
        return Kept(Keeps.HOLIDAY, names=names)
    if rules.outside_hours is Rest.OFF and not at_work(member.time_zone, member.hours, at):
        return Kept(Keeps.HOURS)
    return None


def at_work(time_zone: str, hours: Sequence[Span], at: datetime) -> bool:
    """Whether a moment is within working hours of a time zone; without hours always. Until 23:59 is until midnight."""
    local = at.astimezone(ZoneInfo(time_zone))
    today = [span for span in hours if span.weekday == local.weekday()]
    return not hours or any(_covers(span, local.time()) for span in today)


def holidays_of(session: Session, member: Member) -> str | None:
    """The place whose public holidays a member has: the own, or the first team's that has one, or the company's."""
    if member.holidays is not None:
        return member.holidays
    teams = (
        select(Team.holidays)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.member_id == member.id, Team.holidays.is_not(None))
        .order_by(Team.id)
    )
    of_team = session.scalar(teams.limit(1))
    return of_team if of_team is not None else session.scalar(select(Company.holidays).order_by(Company.id).limit(1))


def _holiday(session: Session, member: Member, at: datetime) -> tuple[tuple[Language, str], ...]:
    place = holidays_of(session, member) or NONE
    day = at.astimezone(ZoneInfo(member.time_zone)).date()
    named = ((language, public_holiday(place, day, language)) for language in Language)
    return tuple((language, name) for language, name in named if name)


def _covers(span: Span, moment: time) -> bool:
    return span.starts <= moment and (moment < span.ends or span.ends >= LAST_MINUTE)


def _back(member: Member, at: datetime) -> datetime:
    """When the member is back: one absence may follow another."""
    back = at
    while absence := absence_of(member, back):
        back = absence.ends
    return back
