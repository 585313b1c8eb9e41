"""Which teams are audiences from a file of their own: their people have nothing but a name and contacts."""

from typing import Any

from sqlalchemy import CompoundSelect, func, or_, select, union
from sqlalchemy.orm import Session

from protocol.calendar import ProtocolTask, Seat, ShiftOverride
from protocol.company import WITHDRAWN
from protocol.people import Absence, Contact, Member, Membership, Responsibility, RoleHolder, Team, WorkingHours
from protocol.words import Channel

OWN_ROWS: tuple[Any, ...] = (RoleHolder, Seat, ShiftOverride, ProtocolTask, WorkingHours, Absence, Responsibility)
"""Tables that say more of a member than the file of an audience does."""


def audience_teams(session: Session) -> set[int]:
    """The numbers of these teams: each has people, all named after it, in no other team, and told no more of."""
    elsewhere = select(Membership.member_id).group_by(Membership.member_id).having(func.count() > 1)
    prefix = Team.key + "."
    stranger = or_(
        func.substr(Member.key, 1, func.length(prefix)) != prefix,
        Membership.member_id.in_(_described()),
        Membership.member_id.in_(elsewhere),
    )
    with_strangers = (
        select(Membership.team_id)
        .join(Member, Member.id == Membership.member_id)
        .join(Team, Team.id == Membership.team_id)
        .where(stranger)
    )
    peopled = select(Membership.team_id).where(Membership.team_id.not_in(with_strangers)).distinct()
    return set(session.scalars(peopled))


def _described() -> CompoundSelect[Any]:
    """Members of whom the protocol says what no file of an audience can."""
    more = or_(
        Member.title != "",
        Member.responsibilities != "",
        Member.drill_roster.is_(True),
        Member.quiet_starts.is_not(None),
        Member.holidays.is_not(None),
    )
    kept = Contact.opted_out_at.is_distinct_from(WITHDRAWN)
    return union(
        select(Member.id).where(more),
        select(Membership.member_id).where(Membership.tasks != ""),
        select(Contact.member_id).where(kept, or_(Contact.channel == Channel.CHAT, Contact.shared.is_(True))),
        *(select(table.member_id).where(table.member_id.is_not(None)) for table in OWN_ROWS),
    )
