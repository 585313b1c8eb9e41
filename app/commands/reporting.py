"""`crisis report` and `crisis timeline`: what happened, to read and to prove."""

from pathlib import Path
from typing import Annotated

import typer

from app.arguments import AsJson, Number
from app.terminal import clock, examples, say, say_json
from incidents.narrative import names_of, sentence
from incidents.opening import find
from incidents.rows import TimelineEntry
from incidents.timeline import first_broken, lines
from playbooks.versions import PlaybookVersion
from protocol.words import Language
from wiring.works import Works, open_works

commands = typer.Typer()


@commands.command(epilog=examples("crisis report 7", "crisis report 7 --lang es --out report.html"))
def report(
    incident: Number,
    language: Annotated[Language, typer.Option("--lang", help="The language of the report.")] = Language.EN,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to; CRISIS_HOME/reports unless given.")
    ] = None,
) -> None:
    """Writes the after-action report: one HTML file that opens offline."""
    # Drawing takes half a second to load that no other command should wait for.
    from app.report_writing import write_after_action  # noqa: PLC0415

    works = open_works()
    written = write_after_action(works, incident, language, out)
    say(f"The after-action report is {written}.")


@commands.command(
    epilog=examples("crisis timeline 7", "crisis timeline 7 --verify", "crisis timeline 7 --json > INC-7.jsonl")
)
def timeline(
    incident: Number,
    verify: Annotated[bool, typer.Option("--verify", help="Only say whether the chain of hashes holds.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tells everything that happened in an incident, in order; --json gives the chained lines themselves."""
    works = open_works()
    if verify:
        _verify(works, incident)
        return
    with works.store.read() as session:
        row = find(session, incident)
        version = session.get_one(PlaybookVersion, row.playbook_version_id)
        names = names_of(session, Language.EN, playbook=version)
        for entry in lines(session, incident):
            if as_json:
                say_json(_exported(entry))
            else:
                say(f"{entry.number:4} {clock(entry.at)}  {sentence(entry, names, Language.EN)}")


def _verify(works: Works, incident: int) -> None:
    with works.store.read() as session:
        name, count = find(session, incident).name, len(lines(session, incident))
        broken = first_broken(session, incident)
    if broken is None:
        say(f"{name}: the chain of {count} lines holds.", "green")
        return
    say(f"{name}: the chain is broken at line {broken} of {count}; compare it with a backup.", "bold red")
    raise typer.Exit(1)


def _exported(entry: TimelineEntry) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "facts": entry.facts,
        "text_hash": entry.text_hash,
        "previous": entry.previous,
        "hash": entry.hash,
    }
