"""`crisis rules load`, `export`, `import`, `diff`, `template` and `check`: rules in files, all or nothing."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.arguments import AsJson
from app.authorship import By, Why, author
from app.commands.checking import show_findings
from app.learning import learned_ahead
from app.terminal import count, cut, examples, say, say_json, show, table
from app.workbook_faults import refuse_all
from checks.findings import Severity
from checks.rules import rule_findings
from monitoring.changes import Noted
from monitoring.definitions import Known, RuleDefinition, known_in, load_rules, read_rules
from monitoring.keeping import definitions_in, take_rules
from monitoring.rule_differences import rule_differences
from monitoring.rule_files import YAML, read_rules_file, yaml_of
from monitoring.workbook.sheet import RULES
from monitoring.workbook.writing import rules_pages, rules_template
from protocol.words import Language, Remedy
from protocol.workbook.differences import Change, Difference
from protocol.workbook.folder import files_of, write_folder
from protocol.workbook.pages import Page
from protocol.workbook.paper import write_pages
from wiring.works import Works, open_works

commands = typer.Typer()

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A .yaml or .xlsx file, or a folder of CSV files.", show_default=False)
]
InLanguage = Annotated[Language, typer.Option("--lang", help="Of headings, notes and drop-downs.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Even if the file is there.")]


@commands.command(epilog=examples("crisis rules load rules.yaml"))
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Monitoring rules (YAML).")], by: By = "", why: Why = ""
) -> None:
    """Loads the rules of a YAML file in one transaction; those that it does not name stay."""
    works = open_works()
    lessons = learned_ahead(works, read_rules(file, _known(works)))
    with works.store.write() as session:
        noted = Noted(author(f"rules load {file.name}", by, why), works.clock.now())
        number = len(load_rules(session, file, noted, lessons))
    say(f"Rules: {number} loaded.")


@commands.command(
    epilog=examples(
        "crisis rules export rules.yaml", "crisis rules export reglas.xlsx", "crisis rules export sheets --lang en"
    )
)
def export(file: File, lang: InLanguage = Language.ES, overwrite: Overwrite = False) -> None:
    """Writes all rules. Importing them again changes nothing. A name without an ending is a folder of CSV files."""
    works = open_works()
    with works.store.read() as session:
        definitions = definitions_in(session)
    if file.suffix.lower() in YAML:
        _may_write(file, [file], overwrite)
        _write_text(file, yaml_of(definitions))
    else:
        _write(file, rules_pages(definitions, lang), lang, overwrite)
    say(f"{count(len(definitions), 'rule')} are in {file}." if len(definitions) != 1 else f"1 rule is in {file}.")


@commands.command(epilog=examples("crisis rules template reglas.xlsx", "crisis rules template rules.xlsx --lang en"))
def template(file: File, lang: InLanguage = Language.ES, overwrite: Overwrite = False) -> None:
    """Writes the empty sheet: headings, a note on each, drop-downs, and example rows that are not read."""
    _write(file, rules_template(lang), lang, overwrite)
    say(f"{file} is ready to be filled. Rows that begin with # are not read.")


@commands.command(
    "import", epilog=examples("crisis rules import reglas.xlsx", "crisis rules import rules.yaml --replace --yes")
)
def import_(
    file: File,
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove the rules that are not in the file; asks first.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: By = "",
    why: Why = "",
) -> None:
    """Loads the rules of a file in one transaction, all or nothing; what it does not name stays, unless it replaces."""
    works = open_works()
    read = _read(works, file, _known(works))
    found = _differences(works, read)
    gone = [one for one in found if one.change is Change.REMOVED]
    if replace and gone and not yes:
        _show(file, found)
        if not typer.confirm(f"Remove {count(len(gone), 'rule')}?"):
            say("Nothing was changed.")
            raise typer.Exit(1)
    lessons = learned_ahead(works, read)
    with works.store.write() as session:
        noted = Noted(author(f"rules import {file.name}", by, why), works.clock.now())
        take_rules(session, read, noted, replace, lessons)
    say(_said(found, gone if replace else []))


@commands.command(epilog=examples("crisis rules diff reglas.xlsx"))
def diff(file: File) -> None:
    """Shows what an import would change; ends with 1 when there is something, with 0 when there is nothing."""
    works = open_works()
    found = _differences(works, _read(works, file, _known(works)))
    changes = [one for one in found if one.change is not Change.REMOVED]
    if changes:
        _show(file, changes)
    say(f"{count(len(changes), 'difference')}." if changes else "An import would change nothing.")
    stay = [one.key for one in found if one.change is Change.REMOVED]
    if stay:
        say(f"Only in the store, and staying there unless you import with --replace: {', '.join(stay)}.")
    raise typer.Exit(1 if changes else 0)


@commands.command(epilog=examples("crisis rules check", "crisis rules check reglas.xlsx --lang es"))
def check(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Rules that are not loaded yet.")] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Of what is found.")] = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Looks for rules that cannot speak, speak twice, ask nobody or fire by chance; `crisis check` does so as well.

    Exits with 1 when there are errors; warnings alone are 0.
    """
    works = open_works()
    given = None if file is None else _read(works, file, None)
    with works.store.read() as session:
        found = rule_findings(session, works.clock.now(), given, lang)
    if as_json:
        say_json([asdict(finding) for finding in found], indent=1)
    else:
        show_findings(found, lang)
    raise typer.Exit(int(any(finding.severity is Severity.ERROR for finding in found)))


def _known(works: Works) -> Known:
    with works.store.read() as session:
        return known_in(session)


def _read(works: Works, file: Path, known: Known | None) -> Sequence[RuleDefinition]:
    read = read_rules_file(file, known)
    if read.faults:
        refuse_all(file, read.faults, read.language)
    if not read.definitions:
        raise Remedy(f"{file}: there is no rule in it; write one row for each.")
    return read.definitions


def _differences(works: Works, read: Sequence[RuleDefinition]) -> list[Difference]:
    with works.store.read() as session:
        return rule_differences(definitions_in(session), read)


def _show(file: Path, found: Sequence[Difference]) -> None:
    rows = [(one.change.value, one.key, one.field, cut(one.before), cut(one.after)) for one in found]
    show(table(f"{file}: what an import would change", ("", "rule", "field", "in the store", "in the file"), rows))


def _said(found: Sequence[Difference], gone: Sequence[Difference]) -> str:
    added = [one for one in found if one.change is Change.ADDED]
    changed = {one.key for one in found if one.change is Change.CHANGED}
    return f"Rules: {len(added)} added, {len(changed)} changed, {len(gone)} removed."


def _write(file: Path, pages: list[Page], language: Language, overwrite: bool) -> None:
    is_book = file.suffix.lower() == ".xlsx"
    if not is_book and (file.suffix or file.is_file()):
        raise Remedy(f"{file}: name a file that ends in .yaml or .xlsx, or a folder for CSV files.")
    _may_write(file, [file] if is_book else files_of(file, language, (RULES,)), overwrite)
    write = write_pages if is_book else write_folder
    write(file, pages, language, (RULES,))


def _write_text(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.draft")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        raise Remedy(f"{file} cannot be written ({error.strerror}); name a file in a folder that can.") from None
    finally:
        draft.unlink(missing_ok=True)


def _may_write(file: Path, written: Sequence[Path], overwrite: bool) -> None:
    if not file.parent.is_dir():
        raise Remedy(f"{file}: there is no folder {file.parent}; make it.")
    there = next((one for one in written if one.exists()), None)
    if there is not None and not overwrite:
        raise Remedy(f"{there}: it is there already; name another one, or pass --overwrite.")
