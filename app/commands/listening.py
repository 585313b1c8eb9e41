"""`crisis listening`: what every rule hears just now, how near it is to an alarm, and which feeds do not answer."""

from dataclasses import asdict
from datetime import datetime

import typer
from rich.text import Text

from app.arguments import AsJson
from app.commands.standing import LEVELS
from app.terminal import Cell, clock, count, examples, say, say_json, show, table
from monitoring.number_words import bars
from monitoring.overview import FeedHeard, Heard, counted, nearness, overview, recorded
from wiring.works import open_works

commands = typer.Typer()


@commands.command(epilog=examples("crisis listening", "crisis listening --json"))
def listening(as_json: AsJson = False) -> None:
    """Shows what is heard just now: each rule with its last day, how near it is to an alarm, and its feeds."""
    works = open_works()
    now = works.clock.now()
    with works.store.read() as session:
        found = overview(session, now)
    if as_json:
        say_json(asdict(found), indent=1)
        return
    if not found.rules:
        say("No rule watches yet; load some with `crisis rules load` or `crisis load --rules`.")
    else:
        columns = (
            "now",
            "rule",
            "series",
            "last 24 hours",
            "counted",
            "usual",
            "on its way",
            "newest",
            "alarms, 4 weeks",
        )
        show(table("What is heard, UTC", columns, [_rule(one, now) for one in found.rules]))
    if found.feeds:
        show(table("Feeds, UTC", ("feed", "asked", ""), [_feed(one, now) for one in found.feeds]))
    if found.waiting:
        say(f"{count(found.waiting, 'alarm')} waiting for a person's word: `crisis alarms`.")


def _rule(one: Heard, now: datetime) -> list[Cell]:
    standing = one.standing
    return [
        Text(standing.level, LEVELS[standing.level]),
        one.rule,
        "\n".join(one.series),
        bars(one.hours),
        *counted(standing),
        nearness(standing),
        clock(standing.newest, now=now),
        recorded(one),
    ]


def _feed(one: FeedHeard, now: datetime) -> list[Cell]:
    return [one.host, clock(one.asked, now=now), Text(one.fault, "red") if one.fault else "heard"]
