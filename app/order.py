"""An order to tell people: which message, to whom, by which channels, about which incident, under which id."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.places import places, uses_of
from notifiers.public_orders import order_key
from notifiers.reach import people_of
from notifiers.recipients import Recipient, find
from playbooks.format import Audience
from playbooks.versions import PlaybookVersion
from protocol.messages import MessageTemplate
from protocol.people import Member, Membership, Team
from protocol.words import Channel, Remedy


@dataclass(frozen=True)
class Order:
    """What is to be said to whom, about which incident. No `channels`: the usual ones. `signers`: of public words."""

    template: str
    audience: Audience
    channels: Sequence[Channel]
    incident: int | None
    id: str
    urgent: bool = False
    signers: Sequence[str] = ()

    @property
    def key(self) -> str:
        """The dispatch that it becomes: the same id again is the same dispatch."""
        return order_key(self.id)


@dataclass(frozen=True)
class Addressed:
    """The people of an order, those named twice twice; all of them outside the company, or none."""

    recipients: Sequence[Recipient]
    outside: bool


def own_id(template: str, audience: Audience, incident_id: int | None, now: datetime) -> str:
    """The id of an order that was given none: the same order on the same day has the same one, and is sent once."""
    said = f"{template}|{audience.model_dump_json()}|{incident_id}"
    return f"{now:%Y-%m-%d}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def addressed(session: Session, order: Order, at: datetime) -> Addressed:
    """Whom an order tells at a moment.

    Raises Remedy when nobody is there, and for people inside and outside at once: they do not get the same words.
    """
    found = find(session, order.audience, at)
    if not found.recipients:
        raise Remedy("Nobody of that audience is there just now; name another role, team or member.")
    stranger, colleague = (_first(session, found.recipients, outside) for outside in (True, False))
    if stranger and colleague:
        raise Remedy(
            f"{stranger} is outside the company and {colleague} is not; "
            "tell them apart, for only signed-off words leave the company."
        )
    words_are_public = is_public(session, order.template)
    if stranger and not words_are_public:
        raise Remedy(
            f'{stranger} is outside the company and gets signed-off words only; "{order.template}" is not public.'
        )
    if colleague and words_are_public:
        raise Remedy(
            f'The message "{order.template}" is public and needs sign-offs; '
            "it leaves only for a team outside the company: name it with --team."
        )
    return Addressed((*found.recipients, *found.again), stranger is not None)


def is_public(session: Session, template: str) -> bool:
    """Whether the words of a message may leave the company, once they are signed off."""
    marked = select(MessageTemplate.id).where(MessageTemplate.key == template, MessageTemplate.public.is_(True))
    if session.scalar(marked.limit(1)) is not None:
        return True
    playbooks = [row.playbook for row in session.scalars(select(PlaybookVersion))]
    uses = (use for place in places(playbooks) for use in uses_of(place.step))
    return any(use.public and use.key == template for use in uses)


def _first(session: Session, recipients: Sequence[Recipient], outside: bool) -> str | None:
    """The key of the first of them who is outside the company (or who is not)."""
    people = people_of(session, recipients)
    strangers = select(Membership.member_id).join(Team, Team.id == Membership.team_id).where(Team.outside.is_(True))
    stranger = people.c.member_id.in_(strangers)
    query = select(Member.key).join(people, people.c.member_id == Member.id)
    return session.scalar(query.where(stranger if outside else ~stranger).order_by(people.c.place).limit(1))
