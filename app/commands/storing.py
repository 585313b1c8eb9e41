"""`crisis migrate`, `settings`, `backup` and `restore`: the store and what it runs with."""

import os
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import func, select

from app.terminal import count, examples, say, show, table
from notifiers.rows import Message
from notifiers.states import State
from wiring import schema
from wiring.backup import back_up
from wiring.restore import restore as restore_from
from wiring.settings import SETTINGS, read_settings
from wiring.works import open_works

commands = typer.Typer()


@commands.command(epilog=examples("crisis migrate"))
def migrate() -> None:
    """Brings the protocol store to this release; a new one is created, with its secret key."""
    works = open_works(create=True)
    say(f"The protocol store ({works.settings.environment}) is at release {schema.revision(works.store)}.")


@commands.command(epilog=examples("crisis settings"))
def settings() -> None:
    """Lists every setting, what it means and whether it is set. Values are not shown: some are secret."""
    rows = [
        (setting.name, "set" if os.environ.get(setting.name, "").strip() else "", setting.default, setting.meaning)
        for setting in SETTINGS
    ]
    show(table("Settings, from the environment", ("name", "", "otherwise", "meaning"), rows))


@commands.command(epilog=examples("crisis backup crisis-2026-03-03.tar.gz"))
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write; it holds personal data.")],
) -> None:
    """Writes the whole protocol store into one archive, as of one moment, readable by you only."""
    works = open_works()
    manifest = back_up(works, file)
    held = f"{count(manifest.rows, 'row')} of {len(manifest.tables)} tables"
    say(f"{held} are in {file}. It holds personal data: keep it safe.")
    if works.settings.secret_key:
        say("CRISIS_SECRET_KEY is not in it; keep it too, or the backup cannot be restored.")
    if works.settings.contact_key:
        say("CRISIS_CONTACT_KEY is not in it; keep it too, or the contacts cannot be read.")


@commands.command(epilog=examples("crisis restore crisis-2026-03-03.tar.gz"))
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An archive that `crisis backup` wrote.")],
) -> None:
    """Fills an empty protocol store from a backup, all or nothing."""
    manifest = restore_from(read_settings(os.environ), file)
    say(f"{count(manifest.rows, 'row')} of {len(manifest.tables)} tables were restored, as of {manifest.created}.")
    works = open_works()
    with works.store.read() as session:
        open_states = (State.PENDING, State.SENDING, State.IN_DOUBT)
        waiting = session.scalar(select(func.count()).select_from(Message).where(Message.state.in_(open_states))) or 0
    if waiting:
        what = f"{count(waiting, 'message')} had not left at that moment, and a sender will send them now"
        say(f"{what}; if the old store went on after the backup, some may arrive twice.", "yellow")
