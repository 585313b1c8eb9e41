"""`crisis messages`: the standard messages with their texts, versions, variables and what their SMS come to."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.message_uses import Sent, longest, samples_of, sent_as
from app.terminal import clock, examples, say, show, table
from checks.samples import Samples
from checks.wording import newest_texts
from notifiers.render import names_in
from notifiers.rows import Message
from protocol.history_rows import ProtocolVersion
from protocol.messages import MessageTemplate
from protocol.words import Channel, Language, Remedy
from wiring.works import Works, open_works

COLUMNS = ("key", "texts", "version", "SMS segments", "variables", "public")
BROKEN = "does not render"

commands = typer.Typer()


@commands.command("messages", epilog=examples("crisis messages", "crisis messages signal-alert"))
def messages(
    key: Annotated[str, typer.Argument(metavar="MESSAGE", help="Key of a message: all its versions.")] = "",
) -> None:
    """Lists the standard messages, or every version of one. Segments are those of the longest case."""
    works = open_works()
    with works.store.read() as session:
        if key:
            _say_versions(session, works, key)
            return
        by_key: dict[str, list[MessageTemplate]] = {}
        for (name, _, _), row in sorted(newest_texts(session).items()):
            by_key.setdefault(name, []).append(row)
        uses = sent_as(session)
        given = {name: samples_of(session, works, uses.get(name, Sent())) for name in by_key}
        show(table("Messages", COLUMNS, [_row(name, rows, given[name]) for name, rows in by_key.items()]))


def _row(key: str, rows: Sequence[MessageTemplate], given: Samples) -> tuple[str, ...]:
    variables = {name for row in rows for name in names_in(row.subject, row.body)}
    versions = sorted({row.version for row in rows})
    return (
        key,
        _texts(rows),
        str(versions[0]) if len(versions) == 1 else f"{versions[0]}-{versions[-1]}",
        _segments(rows, given),
        ", ".join(sorted(variables)),
        "public" if rows[0].public else "",
    )


def _texts(rows: Iterable[MessageTemplate]) -> str:
    """`es, en: sms, email`, or each language apart where their channels differ."""
    written: dict[Language, list[str]] = {}
    for row in rows:
        written.setdefault(row.language, []).append(row.channel)
    together: dict[str, list[str]] = {}
    for language in Language:
        if channels := written.get(language):
            order = [channel for channel in Channel if channel in channels]
            together.setdefault(", ".join(order), []).append(language)
    return "; ".join(f"{', '.join(languages)}: {channels}" for channels, languages in together.items())


def _segments(rows: Iterable[MessageTemplate], given: Samples) -> str:
    texts = [row for row in rows if row.channel is Channel.SMS]
    try:
        return str(max(longest(row, given).segments for row in texts)) if texts else "–"
    except Remedy:
        return BROKEN


def _say_versions(session: Session, works: Works, key: str) -> None:
    query = select(MessageTemplate).where(MessageTemplate.key == key)
    order = (MessageTemplate.language, MessageTemplate.channel, MessageTemplate.version.desc())
    rows = session.scalars(query.order_by(*order)).all()
    if not rows:
        known = ", ".join(sorted({name for name, _, _ in newest_texts(session)})) or "none is loaded; run `crisis load`"
        raise Remedy(f'No message "{key}" in the protocol store. Use one of: {known}.')
    given = samples_of(session, works, sent_as(session).get(key, Sent()))
    used = _first_used(session, [row.id for row in rows])
    for row in rows:
        sent = f", first sent {clock(used[row.id])}" if row.id in used else ", never sent"
        public = ", public" if row.public else ""
        say(f"{row.key}, {row.language} {row.channel}, version {row.version}{sent}{public}", "bold")
        if row.since is not None:
            made = session.get_one(ProtocolVersion, row.since)
            say(f"Since version {made.id} of the protocol, {made.at:%Y-%m-%d %H:%M} UTC, by {made.by}.", "dim")
        say(f"Subject: {row.subject}\n\n{row.body}" if row.channel is Channel.EMAIL else row.body)
        say(f"{_told_size(row, given)}\n", "dim")


def _told_size(row: MessageTemplate, given: Samples) -> str:
    if row.channel is not Channel.SMS:
        return ""
    try:
        return str(longest(row, given))
    except Remedy:
        return BROKEN


def _first_used(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """When each text was first put into the outbox; of those that ever were."""
    first = select(Message.template_id, func.min(Message.created_at)).where(Message.template_id.in_(ids))
    return dict(session.execute(first.group_by(Message.template_id)).all())
