"""Who answers: the team, who of it is on duty within its hours, and the teams along its communication flows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.hours import TeamHours
from protocol.communication import flows_in_order
from protocol.people import Role, Team
from protocol.practice import SupportEntry
from protocol.presence import at_work
from protocol.who import on_duty, team_member_ids, team_members, who

USUAL_TEAM = "customer-service"


@dataclass(frozen=True)
class OnDuty:
    """The key of whoever answers now, and whether the team is at work; when it is not, the moment at which it opens."""

    member: str | None
    within_hours: bool
    opens_at: datetime | None


def usual_team(session: Session) -> str | None:
    """The team of inquiries that no entry gives a team: `customer-service`, else that of most support entries."""
    inside = select(Team.key).where(Team.outside.is_(False))
    if (found := session.scalar(inside.where(Team.key == USUAL_TEAM))) is not None:
        return found
    busiest = inside.join(SupportEntry, SupportEntry.team_id == Team.id).group_by(Team.id, Team.key)
    return session.scalar(busiest.order_by(func.count().desc(), Team.key).limit(1))


def is_team(session: Session, team: str) -> bool:
    """Whether the protocol has this team."""
    return session.scalar(select(Team.id).where(Team.key == team)) is not None


def answers_customers(session: Session, team: str) -> bool:
    """Whether inquiries go to this team."""
    named = select(SupportEntry.id).join(Team, Team.id == SupportEntry.team_id).where(Team.key == team)
    return team == usual_team(session) or session.scalar(named.limit(1)) is not None


def duty_of(session: Session, team: str | None, hours: TeamHours, now: datetime) -> OnDuty:
    """Who of the team it is now: who has the turn, or else the first who is at work. Nobody outside their hours."""
    if team is None:
        return OnDuty(None, False, None)
    if not hours.is_open(now):
        return OnDuty(None, False, hours.opens(now))
    turn = on_duty(session, team, now)
    if turn is not None and turn.member is not None:
        return OnDuty(turn.member.key, True, None)
    there = [one for one in team_members(session, team, now) if at_work(one.time_zone, one.hours, now)]
    return OnDuty(there[0].key if there else None, True, None)


def lead_of(session: Session, team: str, now: datetime) -> tuple[int, str | None] | None:
    """Member and role of whoever leads a team now: the holder of the role TEAM-lead or the deputy there.

    Without such a role the first of the team who is there; None when nobody is.
    """
    role = f"{team}-lead"
    if session.scalar(select(Role.id).where(Role.key == role)) is not None:
        duty = who(session, role, now)
        if duty.member is not None:
            return duty.member.id, role
    there = team_member_ids(session, team, now)
    return (there[0], None) if there else None


def ladder(session: Session, team: str) -> list[str]:
    """The team, then the teams that its communication flows lead to, one after the other, each once."""
    flows = [flow for flow in flows_in_order(session) if not flow.outside and not flow.from_outside]
    rungs = [team]
    while True:
        onward = (flow.to_team for flow in flows if flow.from_team == rungs[-1] and flow.to_team not in rungs)
        following = next(onward, None)
        if following is None:
            return rungs
        rungs.append(following)
