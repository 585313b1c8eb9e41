"""`crisis calendar`: what is planned, and the calendar of the protocol as an iCalendar file, out and in."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.arguments import moment
from app.arguments import zone as zone_
from app.authorship import By, Why, author, version_said
from app.terminal import count, examples, say, show, table
from protocol.company import load_company
from protocol.company_checks import company_faults
from protocol.company_export import company_of
from protocol.duty_words import moment_words
from protocol.history import recorded
from protocol.ics_events import read_ics
from protocol.ics_export import ics_of
from protocol.ics_import import take_events
from protocol.planned import Planned, planned
from protocol.words import Language, Remedy
from protocol.workbook.differences import differences
from wiring.works import open_works

AHEAD, LONGEST = timedelta(days=90), timedelta(days=3 * 366)

commands = typer.Typer()
_calendar = typer.Typer(
    help="The calendar of the protocol: what is planned, and all of it as an iCalendar file.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples(
        "crisis calendar next", "crisis calendar export protocolo.ics", "crisis calendar import protocolo.ics"
    ),
)
commands.add_typer(_calendar, name="calendar")

File = Annotated[Path, typer.Argument(metavar="FILE", help="An .ics file.")]


@_calendar.command(
    epilog=examples(
        "crisis calendar export protocolo.ics",
        "crisis calendar export december.ics --from 2026-12-01 --until 2027-01-01 --overwrite",
    )
)
def export(
    file: File,
    starts: Annotated[
        datetime | None, typer.Option("--from", parser=moment, metavar="TIME", help="UTC; now unless given.")
    ] = None,
    ends: Annotated[
        datetime | None, typer.Option("--until", parser=moment, metavar="TIME", help="UTC; 90 days later unless given.")
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Of the titles.")] = Language.ES,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Even if the file is there.")] = False,
) -> None:
    """Writes planned tasks, and the turns, overrides and absences of a span. Importing it again changes nothing."""
    works = open_works()
    now = works.clock.now()
    first = starts or now
    last = ends or first + AHEAD
    if not timedelta(0) < last - first <= LONGEST:
        raise Remedy("--until must come after --from, at most three years later; give other moments.")
    _require_free(file, overwrite)
    with works.store.read() as session:
        company = company_of(session, works.vault)
    _write(file, ics_of(company, first, last, lang, now))
    say(f"{file} holds {count(len(read_ics(file)), 'event')}. It says who is away and when: keep it safe.")


@_calendar.command(
    "next", epilog=examples("crisis calendar next", "crisis calendar next --days 30 --zone Europe/Madrid --lang es")
)
def next_(
    days: Annotated[int, typer.Option(min=1, max=92, help="How far ahead.")] = 7,
    starts: Annotated[
        datetime | None, typer.Option("--from", parser=moment, metavar="TIME", help="UTC; now unless given.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(parser=zone_, metavar="ZONE", help="Of all times; else of each task's person.")
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Of tasks and days.")] = Language.EN,
) -> None:
    """Lists what is planned: when, the task, to whom it falls on that day, where, and the reminder."""
    works = open_works()
    first = starts or works.clock.now()
    with works.store.read() as session:
        rows = [_row(one, zone, lang) for one in planned(session, first, first + timedelta(days=days))]
    if not rows:
        say(f"Nothing is planned within {count(days, 'day')}.")
        return
    show(table("Planned", ("when", "task", "owner", "falls to", "place", "reminder"), rows))


@_calendar.command("import", epilog=examples("crisis calendar import protocolo.ics"))
def import_(file: File, by: By = "", why: Why = "") -> None:
    """Loads absences, overrides and tasks in one transaction; what no event names stays, and turns are passed over.

    Nothing is written unless every event is well.
    """
    works = open_works()
    events = read_ics(file)
    who = author(f"calendar import {file.name}", by, why)
    with works.store.write() as session, recorded(session, who, works.clock.now()) as version:
        before = company_of(session, works.vault)
        taken = take_events(before, events)
        faults = [*taken.faults] or company_faults(taken.company, str(file))
        if faults:
            raise Remedy("\n".join(faults))
        changes = differences(before, taken.company)
        if changes:
            load_company(session, works.vault, taken.company)
    said = count(len(changes), "difference") if changes else "nothing new"
    turns = f" {count(taken.turns, 'turn')} passed over: they follow from their rotation." if taken.turns else ""
    say(f"{count(len(events), 'event')} read, {said}.{turns}{version_said(version)}")


def _row(one: Planned, zone: str | None, language: Language) -> tuple[str, ...]:
    """By the clocks that were asked for, or of the person, or of the task when nobody is there."""
    clocks = zone or (one.member.time_zone if one.member else one.task.time_zone)
    when = f"{moment_words(one.at, clocks, language)} {clocks}"
    reminder = "–" if one.task.reminder is None else f"{one.task.reminder:,} min before"
    falls_to = one.member.name if one.member else "nobody is there"
    return when, one.task.names.get(language, one.task.key), one.owner, falls_to, one.task.place or "–", reminder


def _require_free(file: Path, overwrite: bool) -> None:
    if file.suffix.lower() != ".ics":
        raise Remedy(f"{file}: name a file that ends in .ics.")
    if not file.parent.is_dir():
        raise Remedy(f"{file}: there is no folder {file.parent}; make it.")
    if file.exists() and not overwrite:
        raise Remedy(f"{file}: it is there already; name another one, or pass --overwrite.")


def _write(file: Path, content: bytes) -> None:
    draft = file.with_name(f".{file.name}.draft")
    try:
        draft.touch(mode=0o600)  # it says who is away
        draft.write_bytes(content)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
