"""`crisis check`: what would go wrong, before the fire."""

from dataclasses import asdict

import typer
from rich.text import Text

from app.arguments import AsJson
from app.terminal import count, examples, say, say_json, show, table
from checks.compiler import compile_playbooks
from checks.findings import Finding, Severity
from wiring.works import open_works

commands = typer.Typer()

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


@commands.command(epilog=examples("crisis check", "crisis check --json"))
def check(as_json: AsJson = False) -> None:
    """Proves for the next 30 days that every step reaches a person, every message renders, every gate can be decided.

    Exits with 1 when there are errors; warnings alone are 0.
    """
    works = open_works()
    with works.store.read() as session:
        found = compile_playbooks(session, works.links, works.clock.now())
    if as_json:
        say_json([asdict(finding) for finding in found], indent=1)
    else:
        _show(found)
    raise typer.Exit(int(any(finding.severity is Severity.ERROR for finding in found)))


def _show(found: list[Finding]) -> None:
    if found:
        rows = [
            (Text(finding.severity, STYLES[finding.severity]), finding.where, finding.what, finding.remedy)
            for finding in found
        ]
        show(table("Findings", ("", "where", "what", "what to do"), rows))
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    say(f"{count(errors, 'error')}, {count(len(found) - errors, 'warning')}.", "bold red" if errors else "green")
