"""Communication flows between departments as they happen: who is told by which words, in the order of audiences."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.people import Team
from protocol.practice import CommunicationFlow
from protocol.words import WRITTEN, AudienceKind, Channel, Level, Phase

PHASE_CHANGED, AUDIENCE_DUE = "phase-changed", "audience-due"
"""What is said when a flow names no message of its own: inside the company, and about an audience outside it."""


@dataclass(frozen=True)
class TeamFlow:
    """One flow. `audience` is that of the team it leads to; None: a team outside that has none yet."""

    key: str
    from_team: str
    to_team: str
    outside: bool
    audience: AudienceKind | None
    when: str
    phases: Sequence[Phase]
    message: str
    channels: Sequence[Channel]
    level: Level | None

    @property
    def told_team(self) -> str:
        """Whose people get the message: nothing leaves the company unsigned, so for an audience it is the teller's."""
        return self.from_team if self.outside else self.to_team

    @property
    def step(self) -> str:
        """Under which key it is done, once for each entry into a phase; no step of a playbook has a dot in its own."""
        return f"flow.{self.key}"

    def asked_at(self, level: Level) -> bool:
        """Whether an incident of this level asks for it."""
        return self.level is None or level.rank >= self.level.rank


def flows_in_order(session: Session) -> list[TeamFlow]:
    """Every flow of the protocol as it stands now: by audience, then in the order of the file."""
    teams = {team.id: team for team in session.scalars(select(Team))}
    rows = session.scalars(select(CommunicationFlow).order_by(CommunicationFlow.position, CommunicationFlow.id))
    return sorted((_flow(row, teams[row.from_team_id], teams[row.to_team_id]) for row in rows), key=_turn)


def audience_of(team: Team) -> AudienceKind | None:
    """What kind of people a team is; inside the company employees, unless it says otherwise."""
    return team.audience or (None if team.outside else AudienceKind.EMPLOYEES)


def _flow(row: CommunicationFlow, teller: Team, told: Team) -> TeamFlow:
    return TeamFlow(
        key=row.key,
        from_team=teller.key,
        to_team=told.key,
        outside=told.outside,
        audience=audience_of(told),
        when=row.when,
        phases=[Phase(phase) for phase in row.phases],
        message=row.message or (AUDIENCE_DUE if told.outside else PHASE_CHANGED),
        channels=[Channel(channel) for channel in row.channels] or WRITTEN,
        level=row.level,
    )


def _turn(flow: TeamFlow) -> int:
    order = list(AudienceKind)
    return order.index(flow.audience) if flow.audience else len(order)
