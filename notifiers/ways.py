"""By which ways people would be told, asked beforehand: as enqueueing decides it, and nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifiers.reach import Templates, asked_ways, other_ways, people_of
from notifiers.recipients import Recipient
from protocol.words import Channel, Language, Remedy


@dataclass(frozen=True)
class Way:
    """One message that a person would get: `channel`, and the language of the text that there is."""

    member_id: int
    channel: Channel
    language: Language
    template_id: int


def require_texts(key: str, templates: Templates, channels: Sequence[Channel]) -> None:
    """Raises Remedy where a message is to go by a channel that it has no text for in any language: nobody is told."""
    written = {channel for _, channel in templates}
    missing = next((channel for channel in channels if channel not in written), None)
    if missing is not None:
        raise Remedy(f'The message "{key}" has no text for {missing}; add one to the library and load it.')


def ways(
    session: Session,
    recipients: Sequence[Recipient],
    templates: Templates,
    channels: Sequence[Channel],
    *,
    only_these: bool = False,
) -> list[Way]:
    """Every message that these people would get, in their order; who would get none has none.

    Somebody without any of the channels is told by another one, unless `only_these` may be used (signed words).
    """
    people = people_of(session, recipients)
    asked = asked_ways(people, templates, channels, drill=False)
    found = session.execute(asked).all()
    if not only_these:
        reached = select(asked.subquery("asked").c.member_id)
        found = [*found, *session.execute(other_ways(people, templates, channels, False, reached)).all()]
    told = [row for row in found if row.contact_id is not None]
    told.sort(key=lambda row: (row.place, row.rank))
    return [Way(row.member_id, Channel(row.channel), Language(row.language), row.template_id) for row in told]
