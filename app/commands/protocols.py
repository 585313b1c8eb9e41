"""`crisis protocol`: the protocol as a spreadsheet, out of the store and into it, all or nothing."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import phonenumbers
import typer

from app.arguments import moment
from app.authorship import By, Why, author, version_said
from app.commands import histories, reaching, rekeying, reviewing
from app.message_uses import segments
from app.terminal import count, cut, examples, say, show, table
from app.uncollected import set_apart, uncollected
from app.workbook_bars import Bars
from app.workbook_faults import refuse, tell_left_out
from playbooks.texts import keep_messages, newest_texts, text_faults, texts_of_version
from protocol.company import load_company
from protocol.company_export import company_of, has_company
from protocol.company_format import CompanyFile
from protocol.history import recorded, version_at
from protocol.past import company_at, message_kept_at
from protocol.stewardship import Kept, kept_in, load_kept
from protocol.variables import declared
from protocol.words import Language, Remedy
from protocol.workbook.differences import Change, Difference, differences, kept_differences
from protocol.workbook.folder import files_of, write_folder
from protocol.workbook.keeping import keep_people
from protocol.workbook.pages import Page
from protocol.workbook.paper import write_pages
from protocol.workbook.reading import read_book
from protocol.workbook.understanding import Understood, understand, understand_the_rest
from protocol.workbook.writing import Beside, pages_of, template_pages
from wiring.works import Works, open_works


def _country(text: str) -> str:
    if text.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise Remedy(f'"{text}" is not a country; write its two letters, like ES.')
    return text.upper()


commands = typer.Typer()
_protocol = typer.Typer(
    help="The protocol as a spreadsheet (an Excel workbook or CSV files, in Spanish or English); its people and keys.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples(
        "crisis protocol export protocolo.xlsx",
        "crisis protocol diff protocolo.xlsx",
        "crisis protocol import protocolo.xlsx",
    ),
)
commands.add_typer(_protocol, name="protocol")
for _module in (histories, reaching, rekeying, reviewing):
    _protocol.add_typer(_module.commands)

File = Annotated[Path, typer.Argument(metavar="FILE", help="An .xlsx file, or a folder of CSV files.")]
InLanguage = Annotated[Language, typer.Option("--lang", help="Of headings, notes and drop-downs.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="A folder of CSV files instead of a workbook.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Even if the file is there.")]
Country = Annotated[
    str, typer.Option(metavar="XX", callback=_country, help="Of phone numbers that are written without their country.")
]


@_protocol.command(
    epilog=examples("crisis protocol template protocolo.xlsx", "crisis protocol template sheets --csv --lang en")
)
def template(file: File, lang: InLanguage = Language.ES, csv: AsCsv = False, overwrite: Overwrite = False) -> None:
    """Writes the empty sheets: headings, a note on each, drop-downs, and an example row that is not read."""
    _write(file, template_pages(lang), lang, csv, overwrite)
    say(f"{file} is ready to be filled. Rows that begin with # are not read.")


@_protocol.command(
    epilog=examples(
        "crisis protocol export protocolo.xlsx",
        "crisis protocol export sheets --csv",
        'crisis protocol export before.xlsx --at "2026-05-01 12:00"',
    )
)
def export(
    file: File,
    lang: InLanguage = Language.ES,
    csv: AsCsv = False,
    overwrite: Overwrite = False,
    at: Annotated[
        datetime | None, typer.Option("--at", parser=moment, metavar="TIME", help="As it stood then; UTC.")
    ] = None,
) -> None:
    """Writes the whole protocol, readable by you only. Importing it again changes nothing."""
    works = open_works()
    with works.store.read() as session:
        if at is None:
            company, texts = company_of(session, works.vault), newest_texts(session)
            beside = Beside(kept_in(session), segments(session, works))
        else:
            version = version_at(session, at)
            company, texts = company_at(session, works.vault, version), texts_of_version(session, version)
            beside = Beside(message_kept_at(session, version))
    _write(file, pages_of(company, texts, lang, beside), lang, csv, overwrite)
    say(f"{_counted(company)} and {count(len(texts), 'text')} are in {file}. It holds personal data: keep it safe.")
    apart = [team.key for team in company.teams if team.members is None]
    if apart:
        say(f"Not in it, because they have a file of their own: the people of {', '.join(apart)}.")


@_protocol.command(
    "import", epilog=examples("crisis protocol import protocolo.xlsx", "crisis protocol import sheets --skip-bad-rows")
)
def import_(
    file: File,
    country: Country = "ES",
    skip_bad_rows: Annotated[
        bool, typer.Option("--skip-bad-rows", help="Leave out the rows with faults, and say which.")
    ] = False,
    by: By = "",
    why: Why = "",
) -> None:
    """Loads the sheets into the protocol store in one transaction; what they do not name stays.

    Nothing is written unless every row is well. With rows left out, nobody leaves a team and no absence ends.
    """
    works = open_works()
    with Bars() as bars:
        read = _read(works, file, country, skip_bad_rows, bars)
        company = read.company
        assert company is not None  # _read refuses otherwise
        who = author(f"protocol import {file.name}", by, why)
        noting = bars.noting(len(company.members))
        at = works.clock.now()
        with set_apart(), works.store.write() as session, recorded(session, who, at, noting) as version:
            if read.left_out and has_company(session):
                company = keep_people(company, company_of(session, works.vault))
            load_company(session, works.vault, company, bars.writing(len(company.members)))
            new = keep_messages(session, read.texts)
            # With rows left out, an owner that nobody says may stand in one of them.
            load_kept(session, [pair for pair in read.kept.items() if pair[1] != Kept() or not read.left_out])
            told = _counted(company)
            company, read = None, replace(read, company=None)  # its memory is needed for what is noted now
    say(f"{told} loaded; texts: {new} new, {len(read.texts) - new} unchanged.{version_said(version)}")
    if read.left_out:
        tell_left_out(read)


@_protocol.command(epilog=examples("crisis protocol diff protocolo.xlsx"))
def diff(file: File, country: Country = "ES") -> None:
    """Shows what an import would change; ends with 1 when there is something, with 0 when there is nothing."""
    works = open_works()
    with Bars() as bars:
        read = _read(works, file, country, False, bars)
    found = _differences(works, read)
    stay = [one for one in found if one.change is Change.REMOVED]
    changes = [one for one in found if one.change is not Change.REMOVED]
    if changes:
        rows = [(one.change.value, one.what, one.key, one.field, cut(one.before), cut(one.after)) for one in changes]
        show(
            table(
                f"{file}: what an import would change",
                ("", "what", "key", "field", "in the store", "in the file"),
                rows,
            )
        )
    said = count(len(changes), "difference") if changes else "An import would change nothing"
    say(f"{said}.")
    if stay:
        say(f"Only in the store, and staying there: {', '.join(f'{one.what} {one.key}' for one in stay)}.")
    raise typer.Exit(1 if changes else 0)


def _read(works: Works, file: Path, country: str, skip_bad_rows: bool, bars: Bars) -> Understood:
    with works.store.read() as session:
        known = declared(session)
    with uncollected():
        book = read_book(file, bars.reading())
        told = bars.checking(sum(len(rows) for rows in book.rows.values()))
        work_out = understand_the_rest if skip_bad_rows else understand
        read = work_out(book, country, partial(text_faults, declared=known), told=told)
    if read.company is None:
        bars.stop()
        refuse(file, read)
    return read


def _differences(works: Works, read: Understood) -> list[Difference]:
    assert read.company is not None  # _read refuses otherwise
    with works.store.read() as session:
        stored = company_of(session, works.vault) if has_company(session) else None
        found = differences(stored, read.company, newest_texts(session), read.texts)
        return [*found, *kept_differences(kept_in(session), read.kept)]


def _write(file: Path, pages: list[Page], language: Language, csv: bool, overwrite: bool) -> None:
    folder = csv or file.is_dir()
    if not folder and file.suffix.lower() != ".xlsx":
        raise Remedy(f"{file}: name a file that ends in .xlsx, or write a folder of CSV files with --csv.")
    if not folder and not file.parent.is_dir():
        raise Remedy(f"{file}: there is no folder {file.parent}; make it.")
    if folder and file.is_file():
        raise Remedy(f"{file}: this is a file; name a folder for the CSV files.")
    there = [one for one in (files_of(file, language) if folder else [file]) if one.exists()]
    if there and not overwrite:
        raise Remedy(f"{there[0]}: it is there already; name another one, or pass --overwrite.")
    write = write_folder if folder else write_pages
    write(file, pages, language)


def _counted(company: CompanyFile) -> str:
    practice = (
        company.tools,
        company.resources,
        company.communication_flows,
        company.measurements,
        company.listening_channels,
        company.subjects,
        company.support,
        company.rotations,
        company.overrides,
        company.tasks,
    )
    told = (
        count(len(company.members), "member"),
        count(len(company.teams), "team"),
        count(len(company.roles), "role"),
        count(sum(len(entries) for entries in practice), "entry", "entries"),
    )
    return f"{company.company.name}: {', '.join(told)}"
