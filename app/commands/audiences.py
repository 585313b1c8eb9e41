"""`crisis audience load`: a team of up to a hundred thousand people from a CSV file, all or nothing."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from app.arguments import ExistingFile
from app.authorship import By, Why, author, version_said
from app.terminal import console, count, examples, say
from protocol.audience import Loaded, load_audience
from protocol.audience_file import AudiencePeople, Given, read_audience
from protocol.company_parts import KEY, ZONES
from protocol.history import Author, Recorded, recorded
from protocol.words import Language, Remedy
from wiring.works import Works, open_works

LONGEST_KEY = 28  # the key of a person begins with it

commands = typer.Typer()
_audience = typer.Typer(
    help="Audiences: teams of many people, kept in a file of their own.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples("crisis audience load customers customers.csv --name-es Clientes --name-en Customers"),
)
commands.add_typer(_audience, name="audience")


@_audience.command(
    epilog=examples(
        "crisis audience load customers customers.csv --name-es Clientes --name-en Customers",
        "crisis audience load staff staff.csv --inside --language es --time-zone Europe/Madrid",
    )
)
def load(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of the team that they become.")],
    file: ExistingFile,
    name_es: Annotated[str, typer.Option(metavar="NAME", help="What it is called in Spanish.")] = "",
    name_en: Annotated[str, typer.Option(metavar="NAME", help="What it is called in English.")] = "",
    inside: Annotated[bool, typer.Option("--inside", help="People of the company, not outside of it.")] = False,
    language: Annotated[Language | None, typer.Option(help="Of lines that name none.")] = None,
    time_zone: Annotated[str | None, typer.Option(metavar="ZONE", help="Of lines that name none.")] = None,
    by: By = "",
    why: Why = "",
) -> None:
    """Makes a team the people of a CSV file; whoever is no longer in it leaves the team. The same file changes nothing.

    Headings, in any order: name, language, time_zone, sms, email, voice (or nombre, idioma, zona horaria, móvil,
    correo, voz), and key (clave), which keeps a person the same when their contacts change.
    """
    if not KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        raise Remedy(f'"{key}" cannot be a key; write small letters, digits and hyphens, {LONGEST_KEY} at the most.')
    if time_zone is not None and time_zone not in ZONES:
        raise Remedy(f'"{time_zone}" is not a time zone; write it like Europe/Madrid.')
    works = open_works()
    names = {language: name for language, name in (("es", name_es), ("en", name_en)) if name}
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console(stderr=True)
    ) as bar:
        people = _read(works, bar, key, file, Given(language, time_zone))
        who = author(f"audience load {key} {file.name}", by, why)
        done, version = _written(works, bar, key, people, names, not inside, who)
    say(_told(key, done) + version_said(version))


def _read(works: Works, bar: Progress, key: str, file: Path, given: Given) -> AudiencePeople:
    task = bar.add_task("Checking", total=None)
    people = read_audience(file, key, works.vault, given, lambda lines: bar.update(task, completed=lines))
    bar.update(task, total=len(people.keys), completed=len(people.keys))
    return people


def _written(
    works: Works, bar: Progress, key: str, people: AudiencePeople, names: dict[str, str], outside: bool, who: Author
) -> tuple[Loaded, Recorded]:
    task = bar.add_task("Writing", total=len(people.keys))
    with works.store.write() as session, recorded(session, who, works.clock.now()) as version:
        told = load_audience(session, key, people, names, outside, lambda done: bar.update(task, completed=done))
    return told, version


def _told(key: str, done: Loaded) -> str:
    if not (done.new or done.changed or done.contacts or done.left):
        return f"{key}: {count(done.people, 'person', 'people')}, nothing changed."
    what = f"{done.new:,} new, {done.changed:,} changed, {done.left:,} left; {count(done.contacts, 'contact')} written"
    return f"{key}: {count(done.people, 'person', 'people')}, {what}."
