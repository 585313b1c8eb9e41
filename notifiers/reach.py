"""By which contacts people are reached: one statement for one person or a hundred thousand."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Subquery,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from incidents.rows import Incident
from notifiers.recipients import Recipient
from protocol.messages import MessageTemplate
from protocol.people import Contact, Member
from protocol.row_sets import Rows, row_set
from protocol.words import Channel, Language, Remedy

Templates = Mapping[tuple[Language, Channel], MessageTemplate]
FALLBACK = (Channel.SMS, Channel.EMAIL, Channel.VOICE, Channel.CHAT)


def newest_templates(session: Session, key: str, version: int | None = None) -> Templates:
    """The newest text of a message for each language and channel; of those that a version of the protocol knew, if any.

    A message that the version did not know at all is taken as it is now. Raises Remedy when there is none.
    """
    known = or_(MessageTemplate.since.is_(None), MessageTemplate.since <= version) if version is not None else true()
    newest = (
        select(MessageTemplate.language, MessageTemplate.channel, func.max(MessageTemplate.version).label("version"))
        .where(MessageTemplate.key == key, known)
        .group_by(MessageTemplate.language, MessageTemplate.channel)
        .subquery()
    )
    same = (
        (MessageTemplate.language == newest.c.language)
        & (MessageTemplate.channel == newest.c.channel)
        & (MessageTemplate.version == newest.c.version)
    )
    rows = session.scalars(select(MessageTemplate).join(newest, same).where(MessageTemplate.key == key)).all()
    if not rows and version is not None:
        return newest_templates(session, key)
    if not rows:
        raise Remedy(f'No message "{key}" in the protocol store; add it to the library and run `crisis load`.')
    return {(row.language, row.channel): row for row in rows}


def templates_for(session: Session, key: str, incident: Incident | None) -> Templates:
    """The texts of a message as an incident goes by them; without one, the newest. Raises Remedy for none."""
    return newest_templates(session, key, incident.protocol_version_id if incident else None)


def people_of(session: Session, recipients: Sequence[Recipient]) -> Subquery:
    """The recipients as a table: `place` in their order, `member_id`, `role`; each member once."""
    first = {person.member_id: person.role for person in reversed(recipients)}  # the first mention counts
    rows = [
        (place, member, first[member]) for place, member in enumerate(dict.fromkeys(p.member_id for p in recipients))
    ]
    return row_set(session, "people", {"place": int, "member_id": int, "role": str}, rows)


def asked_ways(people: Subquery, templates: Templates, asked: Sequence[Channel], drill: bool) -> Rows:
    """A person's first contact on each of the asked channels.

    Columns: place, member_id, role, contact_id, channel, language, template_id, rank.
    """
    words = _Words(templates, asked)
    better = aliased(Contact)
    first = ~exists().where(
        better.member_id == Contact.member_id,
        better.channel == Contact.channel,
        better.opted_out_at.is_(None),
        _preference(better) < _preference(Contact),
    )
    return _columns(people, words).where(*_usable(words, drill), first)


def other_ways(people: Subquery, templates: Templates, asked: Sequence[Channel], drill: bool, told: Rows) -> Rows:
    """For those who are not among the `told`: their first contact on the first other channel, columns as above."""
    words = _Words(templates, [channel for channel in FALLBACK if channel not in asked])
    ranked = (
        _columns(people, words)
        .add_columns(
            func.row_number()
            .over(partition_by=Contact.member_id, order_by=(words.rank, *_preference(Contact).clauses))
            .label("choice")
        )
        .where(*_usable(words, drill), people.c.member_id.not_in(told))
        .subquery("ranked")
    )
    return select(*[column for column in ranked.c if column.name != "choice"]).where(ranked.c.choice == 1)


class _Words:
    """Which text goes to a person on a channel, as SQL: few texts, so plain cases beat a join."""

    def __init__(self, templates: Templates, channels: Sequence[Channel]) -> None:
        pairs = [(wanted, channel) for wanted in Language for channel in channels]
        found = {pair: text for pair in pairs if (text := _in_language(templates, *pair)) is not None}
        self.channels = [channel for channel in channels if any(channel == written for _, written in found)]
        self.template_id = self._case({pair: text.id for pair, text in found.items()}, Integer())
        self.language = self._case({pair: str(text.language) for pair, text in found.items()}, String())
        places: dict[Any, Any] = {channel: place for place, channel in enumerate(self.channels)}
        self.rank: ColumnElement[int] = case(places, value=Contact.channel, else_=len(places)) if places else literal(0)

    @staticmethod
    def _case(values: dict[tuple[Language, Channel], Any], kind: Any) -> ColumnElement[Any]:
        conditions = [
            ((Member.language == wanted) & (Contact.channel == channel), literal(value, kind))
            for (wanted, channel), value in values.items()
        ]
        return case(*conditions, else_=None) if conditions else cast(null(), kind)


def _columns(people: Subquery, words: _Words) -> Rows:
    return (
        select(
            people.c.place,
            people.c.member_id,
            people.c.role,
            Contact.id.label("contact_id"),
            Contact.channel.label("channel"),
            words.language.label("language"),
            words.template_id.label("template_id"),
            words.rank.label("rank"),
        )
        .select_from(people)
        .join(Member, Member.id == people.c.member_id)
        .join(Contact, Contact.member_id == people.c.member_id)
    )


def _usable(words: _Words, drill: bool) -> list[ColumnElement[bool]]:
    usable: list[ColumnElement[bool]] = [Contact.opted_out_at.is_(None), Contact.channel.in_(words.channels)]
    return [*usable, Member.drill_roster.is_(True)] if drill else usable


def _preference(contact: Any) -> Any:
    return tuple_(contact.bounced_at.is_not(None), contact.position, contact.id)


def _in_language(templates: Templates, wanted: Language, channel: Channel) -> MessageTemplate | None:
    return next((templates[key] for lang in (wanted, *Language) if (key := (lang, channel)) in templates), None)
