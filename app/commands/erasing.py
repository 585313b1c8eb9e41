"""`crisis member export` and `erase`, `crisis retire`: what is kept of people, and until when."""

import json
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.authorship import By, Why, author, version_said
from app.compacting import compact
from app.terminal import count, examples, say, show, table
from protocol.history import recorded
from protocol.who import member_by_key
from protocol.words import Remedy
from wiring.erasing import Mention, erase
from wiring.personal import everything_about
from wiring.retiring import Retired, retire, to_retire
from wiring.works import Works, open_works

commands = typer.Typer()
_member = typer.Typer(
    help="What is kept of one person: take it out, or erase it.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples("crisis member export ana.ruiz ana.json", "crisis member erase ana.ruiz --yes"),
)
commands.add_typer(_member, name="member")

Key = Annotated[str, typer.Argument(metavar="KEY", help="Key of the member.")]


@_member.command("export", epilog=examples("crisis member export ana.ruiz ana.json"))
def export_member(
    key: Key, file: Annotated[Path, typer.Argument(metavar="FILE", help="The JSON file to write.")]
) -> None:
    """Writes everything that is stored about one member, readable by you only."""
    works = open_works()
    with works.store.read() as session:
        document = everything_about(session, works.vault, member_by_key(session, key))
    rows = sum(len(rows) for rows in document.values() if isinstance(rows, list))
    _write(file, json.dumps(document, ensure_ascii=False, indent=1))
    say(f"{count(rows, 'row')} about {key} are in {file}. It holds personal data: keep it safe.")


@_member.command("erase", epilog=examples("crisis member erase ana.ruiz --yes"))
def erase_member(
    key: Key,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; there is no way back.")] = False,
    by: By = "",
    why: Why = "",
) -> None:
    """Removes a member's contacts and puts a pseudonym for the name; the timelines stay whole.

    Texts that people wrote and that name the member are listed, not altered.
    """
    if not yes:
        raise Remedy(f"To erase {key} cannot be undone; say --yes, and export what is kept of them first.")
    works = open_works()
    who = author("member erase", by, why)
    with works.store.write() as session, recorded(session, who, works.clock.now()) as version:
        member = member_by_key(session, key)
        found = erase(session, works.vault, member, works.clock.now())
        pseudonym = member.key
    compact(works.store)
    say(f"{key} is erased; what they did stands under {pseudonym}.{version_said(version)}")
    if found.unkept:
        kept = ", ".join(f"{kind.value} {key}".strip() for kind, key in found.unkept)
        say(f"Nobody keeps these up to date now: {kept}. Give them an owner (`crisis protocol reviewed`).", "yellow")
    _show_mentions(found.mentions)


@commands.command("retire", epilog=examples("crisis retire", "crisis retire --yes"))
def retire_old(yes: Annotated[bool, typer.Option("--yes", help="Do it; there is no way back.")] = False) -> None:
    """Deletes what is older than CRISIS_RETENTION_DAYS: receipts, readings, inbound texts and inquiries.

    What belongs to an incident goes so long after its closing. Without --yes it only shows what would go. Timelines and
    decisions always stay.
    """
    works = open_works()
    keep = _kept(works)
    now = works.clock.now()
    if yes:
        with works.store.write() as session:
            found = retire(session, keep, now)
        compact(works.store)
    else:
        with works.store.read() as session:
            found = to_retire(session, keep, now)
    _show_retired(found, yes)


def _kept(works: Works) -> timedelta:
    days = works.settings.retention_days
    if days is None:
        raise Remedy(
            "CRISIS_RETENTION_DAYS is not set, so everything is kept; set it to a number of days, such as 730."
        )
    return timedelta(days=days)


def _show_retired(found: list[Retired], done: bool) -> None:
    if not found:
        say("There is nothing to delete.")
        return
    rows = [(one.incident or "–", one.what, f"{one.rows:,}") for one in found]
    show(table("Deleted" if done else "What would be deleted", ("incident", "what", "rows"), rows))
    if not done:
        say("Nothing is deleted yet; say --yes to do it.")


def _show_mentions(found: Sequence[Mention]) -> None:
    if found:
        rows = [(m.table, m.row, m.column, f"INC-{m.incident}" if m.incident else "–") for m in found]
        show(table("Texts that still name them", ("table", "row", "column", "incident"), rows))
        say("These were written by people and are not altered; whoever keeps them decides.", "yellow")


def _write(file: Path, text: str) -> None:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Remedy(f"{file} exists already; name another file.") from None
    except OSError as error:
        raise Remedy(f"{file} cannot be written ({error.strerror}); name a file in a folder that can.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text + "\n")
