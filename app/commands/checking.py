"""`crisis check`: what would go wrong, before the fire."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import typer
from rich.text import Text

from app.arguments import AsJson
from app.terminal import count, examples, say, say_json, show, table
from checks.compiler import compile_playbooks
from checks.findings import Finding, Severity
from wiring.works import open_works

commands = typer.Typer()

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}


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
        show_findings(found)
    raise typer.Exit(int(any(finding.severity is Severity.ERROR for finding in found)))


def show_findings(found: Sequence[Finding]) -> None:
    """A table of findings, and how many there are of each severity."""
    if found:
        rows = [
            (Text(finding.severity, STYLES[finding.severity]), finding.where, finding.what, finding.remedy)
            for finding in found
        ]
        show(table("Findings", ("", "where", "what", "what to do"), rows))
    counts = Counter(finding.severity for finding in found)
    said = [count(counts[severity], severity) for severity in (Severity.ERROR, Severity.WARNING)]
    notices = [count(counts[Severity.NOTICE], Severity.NOTICE)] if counts[Severity.NOTICE] else []
    say(f"{', '.join([*said, *notices])}.", "bold red" if counts[Severity.ERROR] else "green")
