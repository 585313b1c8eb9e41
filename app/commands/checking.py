"""`crisis check`: what would go wrong, before the fire."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import typer
from rich.text import Text

from app.arguments import AsJson
from app.terminal import count, examples, say, say_json, show, table
from checks.compiler import compile_playbooks
from checks.findings import SEVERITY_WORDS, Finding, Severity
from protocol.words import Language
from protocol.workbook.columns import Words
from wiring.works import open_works

commands = typer.Typer()

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}
HEADINGS = (
    Words("Lo que se ha encontrado", "Findings"),
    Words("dónde", "where"),
    Words("qué pasa", "what"),
    Words("qué hacer", "what to do"),
)
"""The title of the table of findings and its columns."""


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


def show_findings(found: Sequence[Finding], language: Language = Language.EN) -> None:
    """A table of findings, and how many there are of each severity."""
    if found:
        rows = [
            (
                Text(SEVERITY_WORDS[finding.severity][0].told(language), STYLES[finding.severity]),
                finding.where,
                finding.what,
                finding.remedy,
            )
            for finding in found
        ]
        title, *columns = (words.told(language) for words in HEADINGS)
        show(table(title, ("", *columns), rows))
    counts = Counter(finding.severity for finding in found)
    shown = [one for one in Severity if counts[one] or one is not Severity.NOTICE]
    said = [count(counts[one], *(words.told(language) for words in SEVERITY_WORDS[one])) for one in shown]
    say(f"{', '.join(said)}.", "bold red" if counts[Severity.ERROR] else "green")
