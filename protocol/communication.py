"""Communication flows between departments as they happen: who is told by which words, in the order of audiences."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.company_format import FlowEntry
from protocol.past import flows_at
from protocol.people import Team
from protocol.practice_export import flow_entries
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
    from_outside: bool
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
    def leaks(self) -> bool:
        """Whether whoever would get the message is outside the company: nobody may, unsigned."""
        return self.outside and self.from_outside

    @property
    def step(self) -> str:
        """Under which key it is done, once for each entry into a phase; no step of a playbook has a dot in its own."""
        return f"flow.{self.key}"

    def asked_at(self, level: Level) -> bool:
        """Whether an incident of this level asks for it."""
        return self.level is None or level.rank >= self.level.rank


def flows_in_order(session: Session, version: int | None = None) -> list[TeamFlow]:
    """Every flow of the protocol: by audience, then in the order of the file; as a version left them, or as of now.

    What kind of people a team is, and whether it is outside, is always as of now.
    """
    teams = {team.key: team for team in session.scalars(select(Team))}
    entries = _entries_now(session) if version is None else flows_at(session, version)
    return sorted((_flow(entry, teams[entry.from_team], teams[entry.to_team]) for entry in entries), key=_turn)


def audience_of(team: Team) -> AudienceKind | None:
    """What kind of people a team is; inside the company employees, unless it says otherwise."""
    return team.audience or (None if team.outside else AudienceKind.EMPLOYEES)


def _entries_now(session: Session) -> list[FlowEntry]:
    teams = dict(session.execute(select(Team.id, Team.key)).all())
    return flow_entries(session, teams)


def _flow(entry: FlowEntry, teller: Team, told: Team) -> TeamFlow:
    return TeamFlow(
        key=entry.key,
        from_team=entry.from_team,
        to_team=entry.to_team,
        outside=told.outside,
        from_outside=teller.outside,
        audience=audience_of(told),
        when=entry.when,
        phases=entry.phases,
        message=entry.message or (AUDIENCE_DUE if told.outside else PHASE_CHANGED),
        channels=entry.channels or WRITTEN,
        level=entry.level,
    )


def _turn(flow: TeamFlow) -> int:
    order = list(AudienceKind)
    return order.index(flow.audience) if flow.audience else len(order)
