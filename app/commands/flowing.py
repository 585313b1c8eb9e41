"""`crisis flows`: who tells whom when a phase begins, in which order, and whom of them it would reach now."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.terminal import count, examples, say, show, table
from notifiers.reach import newest_templates
from notifiers.recipients import Recipient, find
from notifiers.ways import require_texts, ways
from playbooks.format import Audience
from protocol.communication import TeamFlow, flows_in_order
from protocol.people import Member, Membership, Team
from protocol.words import Level, Phase, Remedy
from wiring.works import open_works

COLUMNS = ("", "audience", "from", "to", "message", "channels", "people", "reached now")
NAMED = 8

commands = typer.Typer()


@dataclass(frozen=True)
class _Told:
    """Who is told by a flow just now: of how many in the team, who is reached, and who was told by a flow before."""

    people: int
    reached: Sequence[str]
    before: Sequence[str]
    fault: str = ""


@commands.command("flows", epilog=examples("crisis flows crisis", "crisis flows pre_crisis --level yellow"))
def flows(
    phase: Annotated[Phase, typer.Argument(help="The phase that begins.")],
    level: Annotated[Level | None, typer.Option("--level", help="At this level; at any unless given.")] = None,
) -> None:
    """Shows the communication flows of a phase in the order in which they happen; sends nothing.

    Where a flow leads outside the company, the people of the team that tells are told that it is their turn.
    """
    works = open_works()
    with works.store.read() as session:
        found = [one for one in flows_in_order(session) if phase in one.phases and (not level or one.asked_at(level))]
        rows = list(_rows(session, found, works.clock.now()))
    if rows:
        show(table(f"Communication flows into {phase.label}{f', level {level}' if level else ''}", COLUMNS, rows))
    else:
        say(f"No communication flow leads into {phase.label}; give one `phases` in the company file.")


def _rows(session: Session, flows: Sequence[TeamFlow], at: datetime) -> Iterator[tuple[str, ...]]:
    keys: dict[int, str] = {}
    told: set[int] = set()
    for place, flow in enumerate(flows, 1):
        found = _told(session, flow, at, told, keys)
        yield (
            str(place),
            str(flow.audience or "not set"),
            flow.from_team,
            f"{flow.to_team} (outside: {flow.from_team} is told)" if flow.outside else flow.to_team,
            flow.message + (f" (from {flow.level})" if flow.level else ""),
            ", ".join(flow.channels),
            str(found.people),
            found.fault or _named(found),
        )


def _told(session: Session, flow: TeamFlow, at: datetime, told: set[int], keys: dict[int, str]) -> _Told:
    """Adds whom the flow tells to the `told`, for the flows that come after it."""
    team = select(Member.id, Member.key).join(Membership, Membership.member_id == Member.id).join(Team)
    people = dict(session.execute(team.where(Team.key == flow.told_team)).all())
    keys |= people
    if flow.leaks:
        return _Told(len(people), (), (), f"nobody: {flow.from_team} is outside the company")
    there = find(session, Audience(teams=[flow.told_team]), at).recipients
    before = set() if flow.outside else told
    try:
        reached = _reached(session, flow, [person for person in there if person.member_id not in before])
    except Remedy as remedy:
        return _Told(len(people), (), (), str(remedy))
    again = [keys[person.member_id] for person in there if person.member_id in before]
    if not flow.outside:
        told |= set(reached)
    return _Told(len(people), [keys[member] for member in reached], again)


def _reached(session: Session, flow: TeamFlow, people: Sequence[Recipient]) -> list[int]:
    templates = newest_templates(session, flow.message)
    require_texts(flow.message, templates, flow.channels)
    found = ways(session, people, templates, flow.channels)
    return list(dict.fromkeys(way.member_id for way in found))


def _named(found: _Told) -> str:
    said = [_some(found.reached) or "nobody"]
    if found.before:
        said.append(f"told before: {_some(found.before)}")
    return "; ".join(said)


def _some(keys: Collection[str]) -> str:
    more = len(keys) - NAMED
    return ", ".join([*list(keys)[:NAMED], *([count(more, "more", "more")] if more > 0 else [])])
