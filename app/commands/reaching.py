"""`crisis protocol check` and `confirm`: whether people can be reached, and asking them, a few a week."""

import re
from dataclasses import asdict
from datetime import timedelta
from fractions import Fraction
from typing import Annotated

import typer

from app.arguments import AsJson
from app.commands.checking import show_findings
from app.terminal import count, examples, say, say_json
from checks.findings import Severity
from checks.reachability import reachability
from notifiers.contact_checks import Asked, ask, next_asked
from protocol.installation import Environment
from wiring.works import open_works

commands = typer.Typer()


def share_of(text: str) -> Fraction:
    """`1/12`."""
    found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", str(text).strip())  # the default is a share already
    if not found or not 0 < int(found[1]) <= int(found[2]):
        raise typer.BadParameter(f'"{text}" is not a share; write it like 1/12.')
    return Fraction(int(found[1]), int(found[2]))


@commands.command(epilog=examples("crisis protocol check", "crisis protocol check --days 365 --json"))
def check(
    days: Annotated[int, typer.Option(min=1, help="For how long a confirmed contact counts as confirmed.")] = 180,
    as_json: AsJson = False,
) -> None:
    """Lists what keeps people from being reached: contacts, roles, teams, confirmations.

    Exits with 1 when there are errors; warnings and notices alone are 0.
    """
    works = open_works()
    with works.store.read() as session:
        found = reachability(session, works.clock.now(), timedelta(days=days))
    if as_json:
        say_json([asdict(finding) for finding in found], indent=1)
    else:
        show_findings(found)
    raise typer.Exit(int(any(finding.severity is Severity.ERROR for finding in found)))


@commands.command(epilog=examples("crisis protocol confirm", "crisis protocol confirm --share 1/4"))
def confirm(
    share: Annotated[
        Fraction, typer.Option(parser=share_of, metavar="SHARE", help="Of all colleagues, in any seven days.")
    ] = Fraction(1, 12),
) -> None:
    """Asks the next few people whether a contact reaches them: "Reply 1 so that we know". Run it every week, at work.

    Nobody is asked twice in 90 days, during an open incident of theirs, while away, off duty or in quiet hours.
    """
    works = open_works()
    now, rehearsal = works.clock.now(), works.settings.environment is Environment.STAGING
    with works.store.write() as session:
        asked = next_asked(session, share, now, roster_only=rehearsal)
        ask(session, asked, now, drill=rehearsal)
    say(_told(asked))


def _told(asked: Asked) -> str:
    everybody = f"of {count(asked.colleagues, 'colleague')}"
    if not asked.people:
        return f"Nobody {everybody} is to be asked just now; {asked.due:,} wait for their turn."
    ways = ", ".join(f"{len(members):,} by {channel}" for channel, members in asked.by_channel.items())
    left = asked.due - asked.people
    return f"{asked.people:,} {everybody} will be asked: {ways}. {left:,} more wait for their turn."
