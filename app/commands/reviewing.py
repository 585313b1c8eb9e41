"""`crisis protocol stale` and `reviewed`: what is to be looked at again, and that somebody did."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.arguments import AsJson, day
from app.authorship import By, Why, author, version_said
from app.terminal import count, examples, say, say_json, show, table
from checks.staleness import Watched, stale, watched
from protocol.entry_keys import entry_keys
from protocol.history import recorded
from protocol.kinds import EntryKind, read_kind
from protocol.stewardship import Kept, kept_in, load_kept, require_owner
from protocol.words import Remedy
from wiring.works import open_works

commands = typer.Typer()


@commands.command("stale", epilog=examples("crisis protocol stale", "crisis protocol stale --within 30 --json"))
def list_stale(
    within: Annotated[int, typer.Option(min=0, metavar="DAYS", help="Also what falls due within so many days.")] = 0,
    undated: Annotated[bool, typer.Option("--undated", help="Also what has no review date.")] = False,
    as_json: AsJson = False,
) -> None:
    """Lists the entries whose review date has come, with who keeps them. Exits with 1 when there are any."""
    works = open_works()
    with works.store.read() as session:
        entries = watched(session, works.clock.now())
    found = stale(entries, timedelta(days=within))
    without = [one for one in entries if one.review is None]
    shown = [*found, *(without if undated else ())]
    if as_json:
        say_json([asdict(one) for one in shown], indent=1)
    elif shown:
        show(table("To be looked at again", ("entry", "kept by", "review by", "days", "last change"), map(_row, shown)))
    due = len(stale(entries))
    if not as_json:
        say(f"{count(due, 'entry', 'entries')} of {len(entries):,} to be looked at now; {len(without):,} have no date.")
    raise typer.Exit(int(due > 0))


@commands.command(
    epilog=examples(
        "crisis protocol reviewed support-entry is-it-safe --next 2027-05-01",
        "crisis protocol reviewed message holding-statement --next 2027-05-01 --owner communications-lead",
    )
)
def reviewed(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="member, team, role, tool, message, company, ...")],
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its key; nothing for the company.")] = "",
    until: Annotated[
        date | None, typer.Option("--next", parser=day, metavar="DATE", help="The day of its next review.")
    ] = None,
    owner: Annotated[str, typer.Option(metavar="KEY", help="Who keeps it from now on: a role or a member.")] = "",
    by: By = "",
    why: Why = "",
) -> None:
    """Says that somebody looked at an entry, and when it is due again; what it says stays as it is."""
    works = open_works()
    kind = read_kind(what)
    if until is None and not owner:
        raise Remedy("Say --next DATE, the day of its next review, or --owner KEY, who keeps it.")
    who = author("protocol reviewed", by, why or "looked at, unchanged")
    with works.store.write() as session, recorded(session, who, works.clock.now()) as version:
        _require(session, kind, key)
        before = kept_in(session).get((kind, key), Kept())
        if owner:
            require_owner(session, owner)
        kept = Kept(owner or before.owner, until or before.review)
        load_kept(session, [((kind, key), kept)])
    due = f"it is due again on {kept.review}" if kept.review else "it has no review date"
    noted = version_said(version) or " It was so already: nothing is noted."
    place = f"{kind.value.capitalize()} {key}".rstrip()
    say(f"{place}: kept by {kept.owner or 'nobody'}, {due}.{noted}")


def _require(session: Session, kind: EntryKind, key: str) -> None:
    known = entry_keys(session)[kind]
    if key not in known:
        some = ", ".join(known[:12]) + (", …" if len(known) > 12 else "") if known else "none is loaded yet"
        raise Remedy(f'No {kind.value} "{key}" in the protocol. Use one of: {some}.')


def _row(one: Watched) -> tuple[str, ...]:
    keeper = one.owner or "nobody"
    if one.person and one.person != one.owner:
        keeper += f" ({one.person})"
    return (
        f"{one.kind.value} {one.key}".strip(),
        keeper,
        one.review.isoformat() if one.review else "–",
        "–" if one.overdue is None else f"{one.overdue:+d}",
        f"{one.changed_at:%Y-%m-%d}" if one.changed_at else "–",
    )
