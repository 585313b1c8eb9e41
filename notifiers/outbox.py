"""Into the outbox: one dispatch becomes one message per person and channel, once, however often it is enqueued."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.rows import Incident
from incidents.timeline import Kind, append
from notifiers.recipients import Recipient
from notifiers.rows import Dispatch, Message
from notifiers.states import State
from protocol.messages import MessageTemplate
from protocol.people import Contact, Member
from protocol.store import insert_new
from protocol.words import Channel, Language, Remedy

_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no letter that is mistaken for a digit on a phone
ONCE = ("dispatch_key", "contact_id", "purpose")


@dataclass(frozen=True)
class Plan:
    """What is to be said to whom: one firing of a step, or one `crisis notify`. The key makes it happen once."""

    key: str
    template: str
    channels: Sequence[Channel]
    context: Mapping[str, Any]
    step: str = ""
    purpose: str = "first"
    acknowledge: bool = False
    public_hash: str | None = None
    sign_offs_needed: int = 0
    drill: bool = False


@dataclass
class _Choice:
    """What was found for one person: contacts by channel."""

    member: Member
    contacts: dict[Channel, Contact] = field(default_factory=dict)


def enqueue(
    session: Session, plan: Plan, recipients: Sequence[Recipient], now: datetime, incident: Incident | None
) -> int:
    """Writes the dispatch and its messages in the caller's transaction; answers how many messages are new.

    Raises Remedy when the template is unknown. A person without the wanted channel is told on another one, with a line
    on the timeline; a person without any is named there too. `now` is real time.
    """
    at = clock_for(incident).at(now) if incident else now
    dispatch = {
        "key": plan.key,
        "incident_id": incident.id if incident else None,
        "entry": incident.entry if incident else 0,
        "step": plan.step,
        "template": plan.template,
        "context": dict(plan.context),
        "public_hash": plan.public_hash,
        "sign_offs_needed": plan.sign_offs_needed,
        "acknowledge": plan.acknowledge,
        "drill": plan.drill,
        "level": incident.level if incident else None,
        "created_at": at,
    }
    insert_new(session, Dispatch, [dispatch], ["key"])
    templates = _templates(session, plan.template)
    rows = [
        row
        for choice, recipient in _choices(session, recipients)
        for row in _rows(session, plan, templates, choice, recipient, at, now, incident)
    ]
    return insert_new(session, Message, rows, ONCE)


def told(session: Session, dispatch_key: str) -> set[int]:
    """The members a dispatch has a message for."""
    return set(session.scalars(select(Message.member_id).where(Message.dispatch_key == dispatch_key)))


def plan_of(dispatch: Dispatch, channels: Sequence[Channel], purpose: str) -> Plan:
    """The plan of a standing dispatch, to tell one more person the same."""
    return Plan(
        key=dispatch.key,
        template=dispatch.template,
        channels=channels,
        context=dispatch.context,
        step=dispatch.step,
        purpose=purpose,
        acknowledge=dispatch.acknowledge,
        drill=dispatch.drill,
    )


def _rows(
    session: Session,
    plan: Plan,
    templates: Mapping[tuple[Language, Channel], MessageTemplate],
    choice: _Choice,
    recipient: Recipient,
    at: datetime,
    now: datetime,
    incident: Incident | None,
) -> Iterable[dict[str, Any]]:
    for contact in _contacts(session, plan, choice, at, incident):
        template = _template(session, templates, choice.member, contact.channel, plan, at, incident)
        yield {
            "dispatch_key": plan.key,
            "incident_id": incident.id if incident else None,
            "member_id": choice.member.id,
            "contact_id": contact.id,
            "purpose": plan.purpose,
            "role": recipient.role,
            "channel": contact.channel,
            "language": template.language,
            "template_id": template.id,
            "reference": "".join(secrets.choice(_ALPHABET) for _ in range(7)),
            "token": secrets.token_urlsafe(16),
            "state": State.PENDING,
            "reason": "",
            "attempts": 0,
            "next_at": now,
            "created_at": at,
        }


def _contacts(
    session: Session, plan: Plan, choice: _Choice, at: datetime, incident: Incident | None
) -> Iterable[Contact]:
    wanted = [choice.contacts[channel] for channel in plan.channels if channel in choice.contacts]
    if wanted:
        return wanted
    fallback = next(iter(choice.contacts.values()), None)
    reason = f"no {' or '.join(plan.channels)} contact; " + (
        f"fell back to {fallback.channel}" if fallback else "not told"
    )
    _line(session, plan, incident, at, Kind.NOT_TOLD, choice.member, reason=reason, step=plan.step)
    return [fallback] if fallback else []


def _template(
    session: Session,
    templates: Mapping[tuple[Language, Channel], MessageTemplate],
    member: Member,
    channel: Channel,
    plan: Plan,
    at: datetime,
    incident: Incident | None,
) -> MessageTemplate:
    exact = templates.get((member.language, channel))
    if exact is not None:
        return exact
    for language in Language:
        other = templates.get((language, channel))
        if other is not None:
            facts = {"template": plan.template, "wanted": member.language, "used": language}
            _line(session, plan, incident, at, Kind.LANGUAGE_FALLBACK, member, **facts)
            return other
    raise Remedy(f'The message "{plan.template}" has no text for {channel}; add one to the library and load it.')


def _line(
    session: Session, plan: Plan, incident: Incident | None, at: datetime, kind: Kind, member: Member, **facts: str
) -> None:
    fresh = session.scalar(select(Message.id).where(Message.dispatch_key == plan.key, Message.member_id == member.id))
    if incident is not None and fresh is None:
        append(session, incident.id, at, kind, member=member.id, **facts)


def _templates(session: Session, key: str) -> dict[tuple[Language, Channel], MessageTemplate]:
    newest = (
        select(MessageTemplate.language, MessageTemplate.channel, func.max(MessageTemplate.version).label("version"))
        .where(MessageTemplate.key == key)
        .group_by(MessageTemplate.language, MessageTemplate.channel)
        .subquery()
    )
    rows = session.scalars(
        select(MessageTemplate)
        .join(
            newest,
            (MessageTemplate.language == newest.c.language)
            & (MessageTemplate.channel == newest.c.channel)
            & (MessageTemplate.version == newest.c.version),
        )
        .where(MessageTemplate.key == key)
    ).all()
    if not rows:
        raise Remedy(
            f'No message "{key}" in the protocol store; add it to the library and run `crisis playbooks load`.'
        )
    return {(row.language, row.channel): row for row in rows}


def _choices(session: Session, recipients: Sequence[Recipient]) -> list[tuple[_Choice, Recipient]]:
    wanted = [recipient.member_id for recipient in recipients]
    found = {
        member.id: _Choice(member) for member in session.scalars(select(Member).where(Member.id.in_(wanted))).all()
    }
    usable = select(Contact).where(Contact.member_id.in_(wanted), Contact.opted_out_at.is_(None))
    for contact in session.scalars(usable.order_by(Contact.position)):
        found[contact.member_id].contacts.setdefault(contact.channel, contact)
    return [(found[recipient.member_id], recipient) for recipient in recipients]
