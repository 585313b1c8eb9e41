"""Telling an audience outside the company: words are drafted, put up for sign-off, and leave once they are signed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.direct import Placed, last_message
from app.order import Addressed, Order
from flows.steps import request_sign_off
from incidents import sign_off
from incidents.clock import clock_for
from incidents.deadlines import Due, set_deadline
from incidents.phases import Phase
from incidents.rows import Incident, PublicText
from notifiers import public_orders
from notifiers.context import playbook_of
from notifiers.outbox import enqueue
from notifiers.public_texts import draft, plan_for, release
from notifiers.reach import templates_for
from notifiers.rows import Dispatch
from playbooks.format import Publish, StepKind, Texts
from protocol.who import team_name, who
from protocol.words import WRITTEN, Channel, Language, Remedy
from wiring.works import Works

SIGNERS = ("crisis-lead", "communications-lead")
WITHIN = timedelta(hours=1)
REQUEST = "sign-off-request"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_ID = 50


@dataclass(frozen=True)
class Waiting:
    """Public words of an order, and who has signed them. `dispatch` is what leaves, once `released`."""

    step: str
    hash: str
    roles: Sequence[str]
    signed: Sequence[str]
    needed: int
    dispatch: str
    released: bool


def step_of(session: Session, order: Order, incident: Incident | None, at: datetime) -> tuple[Incident, Publish]:
    """The publish step of an order: as it was frozen, or as it would be. Raises Remedy for what cannot be signed."""
    if incident is None:
        raise Remedy("Words to people outside are signed off for an incident; name it with --incident.")
    team = _one_team(order)
    standing = public_orders.find(session, incident, public_orders.step_key(order.id))
    if standing is None:
        return incident, _new_step(session, order, incident, team, at)
    asked = (team, order.channels[0] if order.channels else standing.channel)
    if (standing.audience, standing.channel) != asked or (order.signers and list(order.signers) != standing.signers):
        raise Remedy(
            f'The id "{order.id}" was used for {standing.audience} by {standing.channel}, '
            f"signed by {', '.join(standing.signers)}; give this one another --id."
        )
    return incident, standing


def waiting(session: Session, incident: Incident, step: Publish) -> Waiting | None:
    """Where the words of an order stand; None while none are up in this phase."""
    text = sign_off.current(session, incident.id, step.key)
    if text is None or (text.released_at is None and text.entry != incident.entry):
        return None
    signed = sorted(sign_off.roles_of(session, text))
    dispatch = plan_for(incident, step, text).key
    return Waiting(step.key, text.hash, step.signers, signed, step.sign_offs, dispatch, text.released_at is not None)


def try_out(
    session: Session, order: Order, people: Addressed, incident: Incident, step: Publish, now: datetime
) -> tuple[PublicText, Placed]:
    """The words, and what enqueueing them would come to, as if they were signed; for a trial. `now` is real time."""
    text = _put_up(session, incident, step, clock_for(incident).at(now))
    plan = plan_for(incident, step, text)
    last = last_message(session, plan.key)
    return text, Placed(plan.key, last, enqueue(session, plan, people.recipients, now, incident))


def propose(
    session: Session, works: Works, order: Order, incident: Incident, step: Publish, now: datetime
) -> list[str]:
    """Puts the words up and asks the signers, each with a code; answers the dispatches that ask. `now` is real time."""
    at = clock_for(incident).at(now)
    public_orders.keep(session, incident, order.id, step, at)
    _put_up(session, incident, step, at)
    set_deadline(session, incident, step.key, Due.PUBLISH, at, at + step.within)
    request_sign_off(session, works, incident, step, now)
    asked = select(Dispatch.key).where(
        Dispatch.incident_id == incident.id,
        Dispatch.entry == incident.entry,
        Dispatch.step == sign_off.purpose_of(step.key),
    )
    return list(session.scalars(asked))


def let_go(session: Session, incident: Incident, step: Publish, now: datetime) -> bool:
    """Enqueues the words if they are signed and nobody has; usually the last signature did. `now` is real time."""
    return release(session, incident, step, now)


def _one_team(order: Order) -> str:
    audience = order.audience
    if len(audience.teams) != 1 or audience.roles or audience.members:
        raise Remedy("Words to people outside are signed off for one audience; name one --team and nobody else.")
    if not _ID.fullmatch(order.id) or len(order.id) > _LONGEST_ID:
        raise Remedy(
            f'The id "{order.id}" becomes the key of a sign-off; '
            f"write it with small letters, digits and hyphens, {_LONGEST_ID} at the most."
        )
    if order.urgent:
        raise Remedy("Words to people outside wait for the morning, unless the incident's level says otherwise.")
    return audience.teams[0]


def _new_step(session: Session, order: Order, incident: Incident, team: str, at: datetime) -> Publish:
    if incident.phase is Phase.CLOSED:
        raise Remedy(f"{incident.name} is closed; words about it can no longer be signed off.")
    playbook = playbook_of(session, incident)
    key = public_orders.step_key(order.id)
    if any(step.key == key for step in playbook.steps):
        raise Remedy(f'The playbook {playbook.key} has a step "{key}" of its own; give another --id.')
    own = [step for step in playbook.steps if isinstance(step, Publish) and step.message == order.template]
    signers = list(order.signers or (own[0].signers if own else SIGNERS))
    for role in signers:
        who(session, role, at)  # raises for an unknown one
    return Publish(
        kind=StepKind.PUBLISH,
        key=key,
        title=_title(session, team),
        audience=team,
        message=order.template,
        channel=_channel(session, order, incident),
        signers=signers,
        sign_offs=own[0].sign_offs if own and not order.signers else 2,
        request=own[0].request if own else REQUEST,
        within=own[0].within if own else WITHIN,
    )


def _title(session: Session, team: str) -> Texts:
    es, en = (team_name(session, team, language) for language in (Language.ES, Language.EN))
    return Texts(es=f"Aviso: {es}", en=f"Notice: {en}")


def _channel(session: Session, order: Order, incident: Incident) -> Channel:
    """The one channel: signatures are bound to it."""
    written = {channel for _, channel in templates_for(session, order.template, incident)}
    choices = list(order.channels) or [channel for channel in WRITTEN if channel in written]
    if len(choices) != 1:
        raise Remedy("Words are signed off for one channel; name one with --channel, another in an order of its own.")
    return choices[0]


def _put_up(session: Session, incident: Incident, step: Publish, at: datetime) -> PublicText:
    words = draft(session, incident, step)
    return sign_off.propose(session, incident, step.key, step.channel, step.audience, words, at)
