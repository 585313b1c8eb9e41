"""`crisis load`: the company, the playbooks and the rules into the protocol store, all or nothing."""

from pathlib import Path
from typing import Annotated

import typer

from app.authorship import By, Why, author, version_said
from app.learning import learned_ahead
from app.terminal import examples, say
from monitoring.changes import Noted
from monitoring.definitions import load_rules, read_rules
from playbooks import versions
from playbooks.library import FOLDER, load_library, read_library
from protocol.company import CompanyFile, load_company, read_company
from protocol.history import recorded
from wiring.works import Works, open_works

commands = typer.Typer()


@commands.command(
    epilog=examples(
        "crisis load",
        "crisis load --company company.yaml --rules rules.yaml",
        "crisis load --playbooks my-library",
    )
)
def load(
    company: Annotated[Path | None, typer.Option(metavar="FILE", help="A company file (YAML).")] = None,
    playbooks: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A library of playbooks; ours if the store has none yet.")
    ] = None,
    rules: Annotated[Path | None, typer.Option(metavar="FILE", help="Monitoring rules (YAML).")] = None,
    by: By = "",
    why: Why = "",
) -> None:
    """Loads files into the protocol store in one transaction; loading again changes only what changed.

    What it changes in the protocol is a version of it: see crisis protocol history.
    """
    works = open_works()
    people = read_company(company) if company else None
    folder = playbooks or (FOLDER if not (company or rules) or _has_no_playbooks(works) else None)
    library = read_library(folder) if folder else None
    said = []
    lessons = learned_ahead(works, read_rules(rules)) if rules else {}
    who = author(" ".join(["load", *(file.name for file in (company, playbooks) if file)]), by, why)
    with works.store.write() as session, recorded(session, who, works.clock.now()) as version:
        if people:
            load_company(session, works.vault, people)
            said.append(_counted(people))
        if library:
            done = load_library(session, library, works.clock.now())
            said.append(
                f"Playbooks: {done.new_playbooks} new, {done.unchanged_playbooks} unchanged; "
                f"texts: {done.new_texts} new, {done.unchanged_texts} unchanged."
            )
        if rules:
            noted = Noted(author(f"load {rules.name}", by, why), works.clock.now())
            said.append(f"Rules: {len(load_rules(session, rules, noted, lessons))} loaded.")
    for sentence in said:
        say(sentence)
    if version.version:
        say(version_said(version).strip())


def _has_no_playbooks(works: Works) -> bool:
    with works.store.read() as session:
        return not versions.keys(session)


def _counted(company: CompanyFile) -> str:
    counts = {
        "members": len(company.members),
        "teams": len(company.teams),
        "roles": len(company.roles),
        "subjects": len(company.subjects),
    }
    return f"{company.company.name}: {', '.join(f'{count} {noun}' for noun, count in counts.items())} loaded."
