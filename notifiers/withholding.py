"""Decisions not to send, each with its named reason, and the lines that say so on the timeline."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import String, Subquery, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from incidents.rows import Incident
from incidents.timeline import Fact, Kind, append_many
from notifiers.recipients import Recipient
from notifiers.rows import Message, Withheld
from notifiers.states import Reason
from protocol.base import Word
from protocol.company import WITHDRAWN
from protocol.people import Contact, Member
from protocol.row_sets import Rows, row_set
from protocol.words import Channel

ONCE = ("dispatch_key", "member_id", "purpose", "channel", "reason")


class Said(Protocol):
    """What a line needs to know of a plan."""

    @property
    def key(self) -> str: ...
    @property
    def template(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def channels(self) -> Sequence[Channel]: ...


def withhold(
    session: Session,
    key: str,
    purpose: str,
    channels: Sequence[Channel],
    drill: bool,
    people: Subquery,
    recipients: Sequence[Recipient],
    at: datetime,
) -> None:
    """Keeps who of a dispatch's people is not told, or not on a channel, and why. Once per reason."""
    person = select(people.c.member_id, literal("", String))
    if again := _again(recipients):
        _keep(session, key, purpose, person.where(people.c.member_id.in_(again)), Reason.DUPLICATE, at)
    if drill:
        off_roster = person.join(Member, Member.id == people.c.member_id).where(Member.drill_roster.is_(False))
        _keep(session, key, purpose, off_roster, Reason.NOT_ON_ROSTER, at)
    _keep(session, key, purpose, _opted_out(people, channels), Reason.OPTED_OUT, at)
    unreached = person.where(
        people.c.member_id.not_in(_have(Message, key, purpose)),
        people.c.member_id.not_in(_have(Withheld, key, purpose).where(Withheld.reason == Reason.NOT_ON_ROSTER)),
    )
    _keep(session, key, purpose, unreached, Reason.UNREACHABLE, at)


def keep(
    session: Session, key: str, members: Sequence[int], reason: Reason, at: datetime, channel: Channel | None = None
) -> None:
    """Keeps that a dispatch does not tell these, or not by a channel, and why. Once."""
    if members:
        found = row_set(session, "kept", {"member_id": int}, ([member] for member in members))
        _keep(session, key, "first", select(found.c.member_id, literal(channel or "", String)), reason, at)


def counts(session: Session, key: str) -> Counter[Reason]:
    """How many decisions not to send a dispatch has, by reason."""
    rows = session.execute(
        select(Withheld.reason, func.count()).where(Withheld.dispatch_key == key).group_by(Withheld.reason)
    )
    return Counter(dict(rows.all()))


def note(session: Session, incident: Incident, plan: Said, before: set[int], at: datetime) -> None:
    """Lines about those who are told otherwise than planned: on another channel, in another language, or not at all.

    Nothing about people whom the dispatch had told `before`.
    """
    told: list[dict[str, Fact]] = []
    for member, channel in sorted(_told_otherwise(session, plan)):
        if member not in before:
            end = f"fell back to {channel}" if channel else "not told"
            reason = f"no {' or '.join(plan.channels)} contact; {end}"
            told.append({"member": member, "reason": reason, "step": plan.step})
    translated: list[dict[str, Fact]] = [
        {"member": member, "template": plan.template, "wanted": wanted, "used": used}
        for member, wanted, used in session.execute(_in_another_language(plan)).all()
        if member not in before
    ]
    for kind, facts in ((Kind.NOT_TOLD, told), (Kind.LANGUAGE_FALLBACK, translated)):
        if facts:  # of an audience there may be thousands
            append_many(session, incident.id, at, kind, facts)


def _again(recipients: Sequence[Recipient]) -> list[int]:
    return [member for member, times in Counter(person.member_id for person in recipients).items() if times > 1]


def _opted_out(people: Subquery, channels: Sequence[Channel]) -> Rows:
    usable = select(Contact.member_id, Contact.channel).where(Contact.opted_out_at.is_(None)).subquery("usable_contact")
    said_stop = Contact.opted_out_at.is_not(None) & (Contact.opted_out_at != WITHDRAWN)
    return (
        select(people.c.member_id, Contact.channel)
        .join(Contact, Contact.member_id == people.c.member_id)
        .outerjoin(usable, (usable.c.member_id == Contact.member_id) & (usable.c.channel == Contact.channel))
        .where(said_stop, Contact.channel.in_(channels), usable.c.member_id.is_(None))
        .distinct()
    )


def _have(table: type[Message] | type[Withheld], key: str, purpose: str) -> Rows:
    return select(table.member_id).where(table.dispatch_key == key, table.purpose == purpose)


def _keep(session: Session, key: str, purpose: str, who: Rows, reason: Reason, at: datetime) -> None:
    found = who.subquery("found")
    member, channel = found.c
    rows = select(
        literal(key, String),
        member,
        literal(purpose, String),
        channel,
        literal(reason, Word(Reason)),
        literal(at, Withheld.decided_at.type),
    ).where(member.is_not(None))
    names = ["dispatch_key", "member_id", "purpose", "channel", "reason", "decided_at"]
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(Withheld).from_select(names, rows).on_conflict_do_nothing(index_elements=list(ONCE)))


def _told_otherwise(session: Session, plan: Said) -> list[tuple[int, str]]:
    fell_back = select(Message.member_id, Message.channel).where(
        Message.dispatch_key == plan.key, Message.purpose == plan.purpose, Message.channel.not_in(plan.channels)
    )
    unreached = select(Withheld.member_id).where(
        Withheld.dispatch_key == plan.key, Withheld.purpose == plan.purpose, Withheld.reason == Reason.UNREACHABLE
    )
    found = [(member, str(channel)) for member, channel in session.execute(fell_back).all()]
    return [*found, *((member, "") for member in session.scalars(unreached))]


def _in_another_language(plan: Said) -> Rows:
    return (
        select(Message.member_id, Member.language, Message.language)
        .join(Member, Member.id == Message.member_id)
        .where(Message.dispatch_key == plan.key, Message.purpose == plan.purpose, Message.language != Member.language)
        .order_by(Message.id)
    )
