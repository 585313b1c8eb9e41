"""Telling people without any orchestrator: one message to an audience, through the same outbox."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.places import places, uses_of
from incidents.clock import clock_for
from incidents.opening import find as find_incident
from incidents.rows import Incident
from notifiers.context import company_words, incident_context
from notifiers.outbox import Plan, enqueue, told
from notifiers.recipients import Recipient, find
from notifiers.render import Rendered
from notifiers.rows import Dispatch, Message
from notifiers.segments import sms_size
from notifiers.wording import Scribe
from playbooks.format import Audience
from playbooks.versions import PlaybookVersion
from protocol.installation import Environment
from protocol.messages import MessageTemplate
from protocol.people import Member, Team
from protocol.words import Channel, Remedy
from wiring.works import Works


@dataclass(frozen=True)
class Order:
    """What is to be said to whom, about which incident."""

    template: str
    audience: Audience
    channels: Sequence[Channel]
    incident: int | None
    id: str

    @property
    def key(self) -> str:
        """The dispatch that it becomes: the same id again is the same dispatch."""
        return f"notify/{self.id}"


@dataclass(frozen=True)
class Extent:
    """What an order comes to. `fresh` messages were not enqueued before; `unreached` people have no contact."""

    people: int
    fresh: int
    known: int
    channels: Counter[str]
    languages: Counter[str]
    segments: int
    unreached: Sequence[str]


def own_id(template: str, audience: Audience, incident_id: int | None, now: datetime) -> str:
    """The id of an order that was given none: the same order on the same day has the same one, and is sent once."""
    said = f"{template}|{audience.model_dump_json()}|{incident_id}"
    return f"{now:%Y-%m-%d}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def place_order(session: Session, works: Works, order: Order, now: datetime) -> Extent:
    """Enqueues an order in the caller's transaction and answers what it came to. `now` is real time.

    Raises Remedy for public words, people outside the company, an id that stands for other words, a drill in
    production, and words that do not render.
    """
    incident = find_incident(session, order.incident) if order.incident is not None else None
    _refuse_public(session, order)
    _refuse_other_words(session, order)
    _refuse_drill(works, incident)
    people = _people(session, order, clock_for(incident).at(now) if incident else now)
    known = len(_messages(session, order))
    plan = Plan(
        key=order.key,
        template=order.template,
        channels=order.channels,
        context=_context(session, works, incident),
        step="notify",
        drill=incident.drill if incident else works.settings.environment is Environment.STAGING,
    )
    fresh = enqueue(session, plan, people, now, incident)
    return _extent(session, works.scribe, order, people, fresh, known)


def _people(session: Session, order: Order, at: datetime) -> tuple[Recipient, ...]:
    people = find(session, order.audience, at).recipients
    outside = select(Team).where(Team.outside.is_(True))
    strangers = {member.id for team in session.scalars(outside) for member in team.members}
    stranger = next((person for person in people if person.member_id in strangers), None)
    if stranger is not None:
        key = session.get_one(Member, stranger.member_id).key
        raise Remedy(f"{key} is outside the company and gets signed-off words only; use a publish step of a playbook.")
    if not people:
        raise Remedy("Nobody of that audience is there just now; name another role, team or member.")
    return people


def _refuse_public(session: Session, order: Order) -> None:
    playbooks = [row.playbook for row in session.scalars(select(PlaybookVersion))]
    uses = (use for place in places(playbooks) for use in uses_of(place.step))
    if any(use.public and use.key == order.template for use in uses):
        raise Remedy(
            f'The message "{order.template}" is public and needs sign-offs; '
            "it leaves only by the publish step of a playbook (`crisis words`, `crisis sign-off`)."
        )


def _refuse_other_words(session: Session, order: Order) -> None:
    standing = session.get(Dispatch, order.key)
    if standing is not None and (standing.template, standing.incident_id) != (order.template, order.incident):
        raise Remedy(f'The id "{order.id}" was used for the message "{standing.template}"; give this one another --id.')


def _refuse_drill(works: Works, incident: Incident | None) -> None:
    if incident is not None and incident.drill and works.settings.environment is Environment.PRODUCTION:
        raise Remedy(f"{incident.name} is a drill, and production sends no drill; rehearse in staging.")


def _context(session: Session, works: Works, incident: Incident | None) -> dict[str, object]:
    if incident is not None:
        return incident_context(session, incident, works.links)
    words = company_words(session, "")
    return {"plain": {name: words[name] for name in ("company", "press_page")}}


def _messages(session: Session, order: Order) -> list[Message]:
    return list(session.scalars(select(Message).where(Message.dispatch_key == order.key).order_by(Message.id)))


def _extent(
    session: Session, scribe: Scribe, order: Order, people: Sequence[Recipient], fresh: int, known: int
) -> Extent:
    messages = _messages(session, order)[known:]
    written = [(message, _words(session, scribe, message, order)) for message in messages]
    reached = told(session, order.key)
    unreached = [person.member_id for person in people if person.member_id not in reached]
    return Extent(
        people=len({message.member_id for message in messages}),
        fresh=fresh,
        known=known,
        channels=Counter(str(message.channel) for message in messages),
        languages=Counter(str(message.language) for message in messages),
        segments=sum(sms_size(words.body).segments for message, words in written if message.channel is Channel.SMS),
        unreached=[session.get_one(Member, member_id).name for member_id in unreached],
    )


def _words(session: Session, scribe: Scribe, message: Message, order: Order) -> Rendered:
    try:
        return scribe.words(session, message)
    except Remedy as remedy:
        hint = "" if order.incident else " If an incident gives it, name one with --incident."
        key = session.get_one(MessageTemplate, message.template_id).key
        raise Remedy(f'The message "{key}" was not sent. {remedy}{hint}') from None
