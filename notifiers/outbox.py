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
FIRST = "first"
ONCE = ("dispatch_key", "contact_id", "purpose")


Templates = Mapping[tuple[Language, Channel], MessageTemplate]


@dataclass(frozen=True)
class Plan:
    """What is to be said to whom: one firing of a step, or one `crisis notify`. The key makes it happen once."""

    key: str
    template: str
    channels: Sequence[Channel]
    context: Mapping[str, Any]
    step: str = ""
    purpose: str = FIRST
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
    fresh = insert_new(session, Dispatch, [dispatch], ["key"]) > 0
    noting = _Noting(session, incident if fresh or plan.purpose != FIRST else None, plan, at)
    templates = _templates(session, plan.template)
    rows = [
        row
        for choice, recipient in _choices(session, recipients)
        for row in _rows(noting, templates, choice, recipient, now, incident)
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


@dataclass(frozen=True)
class _Noting:
    """Where it is noted that somebody is told otherwise than planned; nowhere the second time, or without incident."""

    session: Session
    incident: Incident | None
    plan: Plan
    at: datetime

    def line(self, kind: Kind, member: Member, **facts: str) -> None:
        told = (Message.dispatch_key == self.plan.key, Message.member_id == member.id)
        if self.incident is not None and self.session.scalar(select(Message.id).where(*told)) is None:
            append(self.session, self.incident.id, self.at, kind, member=member.id, **facts)


def _rows(
    noting: _Noting,
    templates: Templates,
    choice: _Choice,
    recipient: Recipient,
    now: datetime,
    incident: Incident | None,
) -> Iterable[dict[str, Any]]:
    for contact in _contacts(noting, templates, choice):
        template = _template(noting, templates, choice.member, contact.channel)
        yield {
            "dispatch_key": noting.plan.key,
            "incident_id": incident.id if incident else None,
            "member_id": choice.member.id,
            "contact_id": contact.id,
            "purpose": noting.plan.purpose,
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
            "created_at": noting.at,
        }


def _contacts(noting: _Noting, templates: Templates, choice: _Choice) -> Iterable[Contact]:
    plan = noting.plan
    wanted = [choice.contacts[channel] for channel in plan.channels if channel in choice.contacts]
    if wanted:
        return wanted
    # A text that was not written for the other channel cannot go there, nor can words signed off for this one.
    written = {channel for _, channel in templates} if plan.public_hash is None else set()
    fallback = next((contact for channel, contact in choice.contacts.items() if channel in written), None)
    reason = f"no {' or '.join(plan.channels)} contact; " + (
        f"fell back to {fallback.channel}" if fallback else "not told"
    )
    noting.line(Kind.NOT_TOLD, choice.member, reason=reason, step=plan.step)
    return [fallback] if fallback else []


def _template(noting: _Noting, templates: Templates, member: Member, channel: Channel) -> MessageTemplate:
    exact = templates.get((member.language, channel))
    if exact is not None:
        return exact
    key = noting.plan.template
    for language in Language:
        other = templates.get((language, channel))
        if other is not None:
            noting.line(Kind.LANGUAGE_FALLBACK, member, template=key, wanted=member.language, used=language)
            return other
    raise Remedy(f'The message "{key}" has no text for {channel}; add one to the library and load it.')


def _templates(session: Session, key: str) -> Templates:
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
        raise Remedy(f'No message "{key}" in the protocol store; add it to the library and run `crisis load`.')
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
