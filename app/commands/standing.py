"""`crisis status`: where the open incidents stand, or one of them in detail."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text
from sqlalchemy import select

from app.arguments import AsJson, incident_number
from app.situation import Overview, Situation, overview, situation
from app.terminal import Cell, clock, examples, say, say_json, show, table
from incidents.opening import find
from incidents.rows import Incident
from wiring.works import Works, open_works

commands = typer.Typer()

LEVELS = {"green": "green", "yellow": "yellow", "orange": "dark_orange", "red": "bold red"}


@commands.command(
    epilog=examples("crisis status", "crisis status 7", "crisis status INC-7 --json", "crisis status --all")
)
def status(
    incident: Annotated[
        int | None, typer.Argument(parser=incident_number, metavar="[INCIDENT]", help="Number: 7 or INC-7.")
    ] = None,
    closed: Annotated[bool, typer.Option("--all", help="Closed incidents too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Shows the open incidents, or the board of one: steps, deadlines, cabinet, people told, and what happened."""
    works = open_works()
    if incident is None:
        _list(works, closed, as_json)
        return
    with works.store.read() as session:
        found = situation(session, find(session, incident), works.links, works.clock.now())
    if as_json:
        say_json(asdict(found), indent=1)
        return
    _board(found)


def _list(works: Works, closed: bool, as_json: bool) -> None:
    with works.store.read() as session:
        query = select(Incident).order_by(Incident.id)
        rows = session.scalars(query if closed else query.where(Incident.closed_at.is_(None))).all()
        found = [overview(session, row, works.links, works.clock.now()) for row in rows]
    if as_json:
        say_json([asdict(line) for line in found], indent=1)
    elif not found:
        say("No incident is open." if not closed else "There has been no incident yet.")
    else:
        columns = ("incident", "playbook", "subject", "phase", "level", "since", "next deadline", "ack", "messages")
        show(table("Incidents", columns, [_line(line) for line in found]))
        for line in found:
            if line.gate:
                say(f"{line.name} waits for a decision: {line.gate}")


def _line(line: Overview) -> list[Cell]:
    return [
        f"DRILL {line.name}" if line.drill else line.name,
        line.playbook,
        line.subject,
        line.phase,
        Text(line.level, LEVELS[line.level]),
        clock(line.since, now=line.now),
        _next(line),
        f"{line.acknowledged}/{line.asked}",
        ", ".join(f"{count} {state}" for state, count in line.messages.items()) or "–",
    ]


def _next(line: Overview) -> Cell:
    if line.next_deadline is None:
        return "–"
    late = line.next_deadline <= line.now
    return Text(f"{clock(line.next_deadline, now=line.now)} {line.next_what}", "bold red" if late else "")


def _board(found: Situation) -> None:
    line = found.overview
    mark = "DRILL " if line.drill else ""
    say(f"{mark}{line.name} {line.playbook}: {line.subject} · {line.phase} · level {line.level}", LEVELS[line.level])
    say(f"As of {line.now:%Y-%m-%d %H:%M} UTC, open since {clock(line.since, now=line.now)}. {found.why}")
    for light in found.monitoring:
        say(light)
    if line.gate:
        say(f"It waits for a decision: {line.gate}")
    if found.steps:
        rows = [(step.key, step.title, step.when, "✔" if step.done else "–") for step in found.steps]
        show(table("Steps", ("step", "title", "when", "done"), rows))
    _deadlines(found)
    if found.seats:
        show(table("Cabinet", ("role", "person", "answer"), [(s.role, s.member, s.answer) for s in found.seats]))
    _told(found)
    show(table("What happened", ("UTC", ""), [(clock(at, now=line.now), said) for at, said in found.timeline]))


def _deadlines(found: Situation) -> None:
    rows = [
        (
            Text(f"{clock(row.due, now=found.overview.now)}{' late' if row.late else ''}", "red" if row.late else ""),
            row.what,
            row.step,
            row.role or "",
            row.member or "",
        )
        for row in found.deadlines
    ]
    if rows:
        show(table("Deadlines", ("due (UTC)", "what", "step", "role", "person"), rows))


def _told(found: Situation) -> None:
    words = {True: "yes", False: "not yet", None: "not asked"}
    rows = [(row.step, row.member, row.role or "", words[row.acknowledged], row.states) for row in found.told]
    if rows:
        show(table("Told", ("step", "person", "role", "acknowledged", "messages"), rows))
