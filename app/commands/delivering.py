"""`crisis outbox`: what waits, what is in doubt, what was not sent and why."""

from dataclasses import asdict

import typer
from rich.text import Text

from app.arguments import AsJson
from app.terminal import Cell, clock, examples, say, say_json, show, table
from notifiers.outlook import Line, Outlook, outlook
from notifiers.states import State
from wiring.works import open_works

commands = typer.Typer()

STYLES = {State.IN_DOUBT: "dark_orange", State.UNRESOLVED: "bold red", State.FAILED: "red", State.DELIVERED: "green"}


@commands.command(epilog=examples("crisis outbox", "crisis outbox --json"))
def outbox(as_json: AsJson = False) -> None:
    """Shows what stands in the outbox: by channel and state, what waits and why, stopped channels."""
    works = open_works()
    now = works.clock.now()
    with works.store.read() as session:
        found = outlook(session, now)
    if as_json:
        say_json(asdict(found), indent=1)
        return
    if not found.lines:
        say("The outbox is empty: nobody was told anything yet.")
        return
    rows = [_row(line) for line in found.lines]
    show(table("Outbox", ("channel", "state", "held by", "messages", "oldest due (UTC)"), rows))
    _rest(found)


def _row(line: Line) -> list[Cell]:
    waits = clock(line.since) if line.state == State.PENDING else ""
    return [line.channel, Text(line.state, STYLES.get(State(line.state), "")), line.held, f"{line.count:,}", waits]


def _rest(found: Outlook) -> None:
    for channel, (reason, until) in found.stopped.items():
        say(f"{channel} is stopped until {clock(until)} UTC: {reason}. Everyone is told otherwise.", "bold red")
    if found.withheld:
        reasons = ", ".join(f"{number:,} {reason}" for reason, number in sorted(found.withheld.items()))
        say(f"Decisions not to send: {reasons}.")
    if found.sender is not None:
        say(f"At work: {found.sender}.")
