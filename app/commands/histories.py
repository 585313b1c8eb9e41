"""`crisis protocol history` and `adopt`: every change of the protocol, and which version an incident goes by."""

from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from app.arguments import AsJson, Number, moment
from app.authorship import By, Why, author
from app.terminal import cut, examples, say, say_json, show, table
from incidents.adopting import adopt
from incidents.opening import find
from protocol.changes import FieldChange, changes_of_entry, changes_of_version, summary
from protocol.history import version_at, versions
from protocol.history_rows import ProtocolVersion
from protocol.kinds import read_kind
from protocol.words import Remedy
from wiring.works import Works, open_works

commands = typer.Typer()

What = Annotated[str, typer.Argument(metavar="WHAT", help="Only of an entry: member, team, role, tool, message, ...")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="The key of the entry; nothing for the company.")]


@commands.command(
    epilog=examples(
        "crisis protocol history",
        "crisis protocol history member ana.ruiz",
        "crisis protocol history --version 7",
        'crisis protocol history --at "2026-05-01 12:00"',
    )
)
def history(
    what: What = "",
    key: Key = "",
    number: Annotated[int | None, typer.Option("--version", min=1, help="What one version changed.")] = None,
    at: Annotated[
        datetime | None, typer.Option("--at", parser=moment, metavar="TIME", help="As it stood then; UTC.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="How many rows, the newest.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Lists the versions of the protocol: when, who, why and what changed; or all that changed in one entry."""
    if what and number is not None:
        raise Remedy("Name an entry or a --version, not both; all versions of an entry are shown.")
    works = open_works()
    with works.store.read() as session:
        last = None if at is None else version_at(session, at)
        found = {row.id: row for row in versions(session, last)}
        if what or number is not None:
            _show_changes(found, _changes(session, works, what, key, number, found, most), most, as_json)
        else:
            rows = [_row(session, version) for version in list(found.values())[:most]]
            _show_versions(rows, len(found), as_json)


@commands.command("adopt", epilog=examples('crisis protocol adopt 7 --why "the help line has another number"'))
def adopt_newest(incident: Number, by: By = "", why: Why = "") -> None:
    """Lets a running incident go by the newest version: its texts and communication flows, not its playbook.

    Until then it keeps those that it began with. Who is told, and how they are reached, is always as of now.
    """
    works = open_works()
    who = author("protocol adopt", by, why)
    with works.store.write() as session:
        row = find(session, incident)
        version = adopt(session, row, ": ".join(text for text in (who.by, who.why) if text), works.clock.now())
        name = row.name
    say(f"{name} goes by version {version} of the protocol from here on.")


def _row(session: Session, version: ProtocolVersion) -> dict[str, Any]:
    said = {"version": version.id, "at": version.at, "by": version.by, "why": version.why, "source": version.source}
    return {**said, "changed": summary(session, version)}


def _show_versions(rows: list[dict[str, Any]], number: int, as_json: bool) -> None:
    if as_json:
        say_json(rows, indent=1)
        return
    if not rows:
        say("The protocol has no history yet; it begins with the next crisis load or crisis protocol import.")
        return
    cells = [
        (str(one["version"]), f"{one['at']:%Y-%m-%d %H:%M}", one["by"], one["why"] or one["source"], one["changed"])
        for one in rows
    ]
    show(table("Versions of the protocol, UTC", ("no.", "when", "who", "why", "changed"), cells))
    if number > len(rows):
        say(f"{number - len(rows):,} earlier ones; --most shows more.")


def _changes(
    session: Session,
    works: Works,
    what: str,
    key: str,
    number: int | None,
    known: dict[int, ProtocolVersion],
    most: int,
) -> list[FieldChange]:
    if number is not None:
        if number not in known:
            raise Remedy(f"There is no version {number} of the protocol; `crisis protocol history` lists them.")
        return changes_of_version(session, works.vault, number, most)
    found = changes_of_entry(session, works.vault, read_kind(what), key)
    if not found:
        raise Remedy(
            f'The history knows no {read_kind(what).value} "{key}"; crisis protocol export shows what there is.'
        )
    return [change for change in found if change.version in known]


def _show_changes(known: dict[int, ProtocolVersion], changes: list[FieldChange], most: int, as_json: bool) -> None:
    if as_json:
        say_json([{**vars(one), "at": known[one.version].at, "by": known[one.version].by} for one in changes], indent=1)
        return
    shown = changes[-most:]
    cells = [
        (
            str(one.version),
            f"{known[one.version].at:%Y-%m-%d %H:%M}",
            known[one.version].by,
            f"{one.kind.value} {one.key}".strip(),
            f"{one.what} {one.field}".strip(),
            cut(one.before),
            cut(one.after),
        )
        for one in shown
    ]
    show(table("What changed, UTC", ("no.", "when", "who", "entry", "", "before", "after"), cells))
    if len(changes) > len(shown):
        say(f"{len(changes) - len(shown):,} more; --most shows them.")
