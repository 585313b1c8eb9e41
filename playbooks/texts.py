"""The texts of standard messages in the store: kept as versions, the newest of each, and what a new one must be."""

import re
from collections.abc import Collection, Iterator, Sequence

from jinja2 import TemplateSyntaxError
from sqlalchemy import select
from sqlalchemy.orm import Session

from playbooks.templates import Text, unknown_variables
from playbooks.variables import variables_of
from protocol.messages import MessageTemplate
from protocol.past import texts_at
from protocol.workbook.columns import slug
from protocol.workbook.faults import Unreadable
from protocol.workbook.texts import MessageText

MESSAGE_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # narrower than other keys: no dots


def keep_texts(session: Session, texts: Sequence[tuple[str, Text]]) -> int:
    """Stores what changed as new versions; answers how many there are."""
    stored = session.scalars(
        select(MessageTemplate)
        .where(MessageTemplate.key.in_({key for key, _ in texts}))
        .order_by(MessageTemplate.version)
    )
    newest = {(row.key, row.language, row.channel): row for row in stored}
    new = 0
    for key, text in texts:
        row = newest.get((key, text.language, text.channel))
        if row is not None and (row.subject, row.body, row.public) == (text.subject, text.body, text.public):
            continue
        session.add(_row(key, text, version=row.version + 1 if row else 1))
        new += 1
    session.flush()
    return new


def keep_messages(session: Session, texts: Sequence[MessageText]) -> int:
    """The same for texts that came from a workbook."""
    told = [(text.key, Text(text.language, text.channel, text.subject, text.body, text.public)) for text in texts]
    return keep_texts(session, told)


def newest_texts(session: Session) -> list[MessageText]:
    """The newest version of every text, by key, language and channel."""
    rows = session.scalars(select(MessageTemplate).order_by(MessageTemplate.version))
    newest = {(row.key, row.language, row.channel): row for row in rows}
    return [_told(row) for _, row in sorted(newest.items())]


def texts_of_version(session: Session, version: int) -> list[MessageText]:
    """The texts as they were at a version of the protocol, by key, language and channel."""
    return [_told(row) for row in texts_at(session, version)]


def _told(row: MessageTemplate) -> MessageText:
    return MessageText(row.key, row.language, row.channel, row.subject, row.body, row.public)


def text_faults(text: MessageText, declared: Collection[str] = ()) -> Iterator[tuple[str, Unreadable]]:
    """What keeps a text from being sent: a column of the sheet *messages*, and why. `declared`: the company's own."""
    if not MESSAGE_KEY.fullmatch(text.key):
        yield "key", Unreadable("key", choices=slug(text.key))
    allowed = variables_of(text.key, public=text.public, declared=declared)
    for column, source in (("subject", text.subject), ("body", text.body)):
        yield from ((column, fault) for fault in _faults(source, allowed))


def _faults(source: str, allowed: frozenset[str]) -> Iterator[Unreadable]:
    try:
        unknown = unknown_variables(source, allowed)
    except TemplateSyntaxError as error:
        yield Unreadable("template", item=str(error.message).rstrip("."))
        return
    for name in unknown:
        yield Unreadable("variable", item=name, choices=", ".join(sorted(allowed)))


def _row(key: str, text: Text, version: int) -> MessageTemplate:
    return MessageTemplate(
        key=key,
        language=text.language,
        channel=text.channel,
        version=version,
        subject=text.subject,
        body=text.body,
        public=text.public,
    )
