"""`crisis who`: who it is just now, and why."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.arguments import shown_moment
from app.arguments import zone as zone_
from app.terminal import examples, say, show, table
from protocol.people import Member, Role, Team
from protocol.presence import absence_of
from protocol.shifts import moment_of
from protocol.who import Duty, on_duty, team_members, who
from protocol.words import Language, Remedy
from wiring.works import open_works

_THEN = {Language.ES: "Después, por orden: {}.", Language.EN: "Then, in order: {}."}

commands = typer.Typer()


@commands.command(
    "who",
    epilog=examples(
        "crisis who crisis-lead",
        'crisis who monitoring --at "2026-12-24 22:00" --zone Europe/Madrid --lang es',
        "crisis who ana.ruiz",
        "crisis who --all",
    ),
)
def who_is(
    key: Annotated[str, typer.Argument(metavar="ROLE|TEAM|MEMBER", help="A key of the protocol.")] = "",
    at: Annotated[
        datetime | None,
        typer.Option(parser=shown_moment, metavar="TIME", help="A moment, UTC or of --zone; now unless given."),
    ] = None,
    zone: Annotated[
        str | None, typer.Option(parser=zone_, metavar="ZONE", help="The time zone of all times, like Europe/Madrid.")
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Of the sentence about a role or a turn.")] = Language.EN,
    everyone: Annotated[bool, typer.Option("--all", help="Every role, team and member.")] = False,
) -> None:
    """Says in a sentence who holds a role, who of a team is there, or where a person stands."""
    if bool(key) == everyone:
        raise typer.BadParameter("give a role, a team or a member, or --all.")
    works = open_works()
    with works.store.read() as session:
        asked = _Asked(session, _moment(at, zone) if at else works.clock.now(), zone, lang)
        if everyone:
            _all(session, asked.at)
            return
        say(asked.sentence(key))


@dataclass(frozen=True)
class _Asked:
    """What was asked: a moment, the time zone of the answer, and its language."""

    session: Session
    at: datetime
    zone: str | None
    language: Language

    def sentence(self, key: str) -> str:
        """Who it is, in a sentence or two."""
        if self.session.scalar(select(Role.id).where(Role.key == key)):
            return self._told(who(self.session, key, self.at, self.zone))
        if self.session.scalar(select(Team.id).where(Team.key == key)):
            turn = on_duty(self.session, key, self.at, self.zone)
            return " ".join([*([self._told(turn)] if turn else []), _team(self.session, key, self.at)])
        return _somebody(self.session, key, self.at)

    def _told(self, duty: Duty) -> str:
        deputies = ", ".join(member.name for member in duty.deputies)
        sentence = duty.sentences[self.language]
        return f"{sentence} {_THEN[self.language].format(deputies)}" if deputies else sentence


def _moment(at: datetime, zone: str | None) -> datetime:
    """The moment in UTC; one without a time zone is of `zone`, or UTC."""
    try:
        return at.astimezone(UTC) if at.tzinfo else moment_of(at, zone or "UTC")
    except OverflowError:
        raise Remedy(f"{at} is beyond the years that clocks know; give another moment.") from None


def _somebody(session: Session, key: str, at: datetime) -> str:
    member = session.scalar(select(Member).where(Member.key == key))
    if member is not None:
        return _member(session, member, at)
    roles = ", ".join(session.scalars(select(Role.key).order_by(Role.key)))
    teams = ", ".join(session.scalars(select(Team.key).order_by(Team.key)))
    raise Remedy(f'No role, team or member "{key}" in the protocol. Roles: {roles}. Teams: {teams}.')


def _team(session: Session, key: str, at: datetime) -> str:
    team = session.scalars(select(Team).where(Team.key == key)).one()
    there = ", ".join(member.name for member in team_members(session, key, at)) or "nobody"
    outside = " It is outside the company: only signed-off words reach it." if team.outside else ""
    return f"Of the team {team.names.get(Language.EN, key)}, {there} at {at:%Y-%m-%d %H:%M} UTC.{outside}"


def _member(session: Session, member: Member, at: datetime) -> str:
    absence = absence_of(member, at)
    stands = f"absent until {absence.ends:%Y-%m-%d %H:%M} UTC" if absence else "there"
    roles = session.scalars(select(Role).options(selectinload(Role.holders)).order_by(Role.key)).all()
    held = ", ".join(role.key for role in roles if member in role.holders) or "none"
    return f"{member.name} is {stands} at {at:%Y-%m-%d %H:%M} UTC. Roles, as holder or deputy: {held}."


def _all(session: Session, at: datetime) -> None:
    roles = [who(session, key, at) for key in session.scalars(select(Role.key).order_by(Role.key))]
    rows = [(d.role, d.member.name if d.member else "nobody", ", ".join(m.name for m in d.deputies)) for d in roles]
    show(table("Roles", ("role", "just now", "then"), rows))
    teams = session.scalars(select(Team).order_by(Team.key)).all()
    inside = [(team.key, ", ".join(m.key for m in team.members), "yes" if team.outside else "") for team in teams]
    show(table("Teams", ("team", "members", "outside"), inside))
    members = session.scalars(select(Member).order_by(Member.key)).all()
    people = [(m.key, m.name, m.title, m.language, m.time_zone, "absent" if absence_of(m, at) else "") for m in members]
    show(table("Members", ("member", "name", "title", "language", "time zone", ""), people))
