"""The people of the company, as opposed to those of audiences outside of it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.people import Member, Membership, RoleHolder, Team


def colleague_ids(session: Session, *, roster_only: bool = False) -> Sequence[int]:
    """Whoever holds a role, sits in a team inside the company, or in no team at all; by their numbers, in order."""
    everywhere = select(Membership.member_id)
    inside = select(Membership.member_id).join(Team, Team.id == Membership.team_id).where(Team.outside.is_(False))
    ours = Member.id.in_(select(RoleHolder.member_id)) | Member.id.in_(inside) | Member.id.not_in(everywhere)
    query = select(Member.id).where(ours, Member.erased_at.is_(None)).order_by(Member.id)
    return session.scalars(query.where(Member.drill_roster.is_(True)) if roster_only else query).all()
