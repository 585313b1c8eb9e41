"""Into the outbox: one dispatch becomes one message per person and channel, once, however often it is enqueued."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, String, Subquery, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.rows import Incident
from notifiers import bell, quiet, withholding
from notifiers.reach import FALLBACK, asked_ways, other_ways, people_of, templates_for
from notifiers.recipients import Recipient
from notifiers.references import numbers, reference_of, token_of
from notifiers.rows import Dispatch, Message
from notifiers.states import State
from notifiers.ways import require_texts
from protocol.base import Word
from protocol.row_sets import Rows
from protocol.store import insert_new
from protocol.words import Channel

FIRST = "first"
ONCE = ("dispatch_key", "contact_id", "purpose")
FIRST_OUT, USUAL, IN_BULK = 0, 1, 5  # priorities: what asks for an answer or carries a code leaves before the rest


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
    urgent: bool = False  # neither quiet hours nor limits hold it


def enqueue(
    session: Session, plan: Plan, recipients: Sequence[Recipient], now: datetime, incident: Incident | None
) -> int:
    """Writes the dispatch and its messages in the caller's transaction; answers how many messages are new.

    Raises Remedy when the template is unknown. A person without the wanted channel is told on another one, with a line
    on the timeline; every decision not to send is a row with its reason. `now` is real time.
    """
    at = clock_for(incident).at(now) if incident else now
    urgent = _urgent(session, plan, incident)
    fresh = insert_new(session, Dispatch, [_dispatch(plan, incident, urgent, at)], ["key"]) > 0
    templates = templates_for(session, plan.template, incident)
    if plan.purpose == FIRST:  # a later rung must not fail for want of a text: it goes by another channel
        require_texts(plan.template, templates, plan.channels)
    people = people_of(session, recipients)
    noted = _members_told(session, plan) if incident and (fresh or plan.purpose != FIRST) else None
    row = _Row(plan, incident, urgent, fresh, now, at)
    new = _insert(session, row, asked_ways(people, templates, plan.channels, plan.drill))
    people_in_all = len({recipient.member_id for recipient in recipients})
    if new < people_in_all * len(plan.channels) and plan.public_hash is None:
        # Words that were signed off for one channel go on no other.
        so_far = select(Message.member_id).where(Message.dispatch_key == plan.key, Message.purpose == plan.purpose)
        new += _insert(session, row, other_ways(people, templates, plan.channels, plan.drill, so_far))
    if new < people_in_all * len(plan.channels) or people_in_all < len(recipients):
        withholding.withhold(session, plan.key, plan.purpose, plan.channels, plan.drill, people, recipients, at)
    if incident is not None and noted is not None:
        withholding.note(session, incident, plan, noted, at)
    if new and not urgent:
        quiet.hold(session, plan.key, plan.purpose, now)
    if new:
        bell.ring(session)
    return new


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
        urgent=dispatch.urgent,
    )


def _dispatch(plan: Plan, incident: Incident | None, urgent: bool, at: datetime) -> dict[str, Any]:
    return {
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
        "urgent": urgent,
        "level": incident.level if incident else None,
        "created_at": at,
    }


def _urgent(session: Session, plan: Plan, incident: Incident | None) -> bool:
    if plan.urgent or plan.acknowledge or "nonces" in plan.context:
        return True
    return incident is not None and incident.level.rank >= quiet.company_level(session).rank


def _priority(plan: Plan, incident: Incident | None) -> int:
    if plan.acknowledge or "nonces" in plan.context:
        return FIRST_OUT
    return USUAL if incident is not None or plan.urgent else IN_BULK


def _members_told(session: Session, plan: Plan) -> set[int]:
    return told(session, plan.key)


@dataclass(frozen=True)
class _Row:
    """What all messages of one enqueue have in common."""

    plan: Plan
    incident: Incident | None
    urgent: bool
    fresh: bool  # the dispatch is new: nothing of it can be there already
    now: datetime
    at: datetime


def _insert(session: Session, row: _Row, ways: Rows) -> int:
    rows = _rows(session, row, ways.subquery("ways"))
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Message).from_select([column.name for column in rows.selected_columns], rows)
    once = statement if row.fresh else statement.on_conflict_do_nothing(index_elements=list(ONCE))
    result = session.execute(once, execution_options={"preserve_rowcount": True})
    return cast("CursorResult[Any]", result).rowcount


def _rows(session: Session, row: _Row, ways: Subquery) -> Rows:
    place = ways.c.place * len(FALLBACK) + ways.c.rank
    numbered = select(ways, numbers(session, place).label("number")).order_by(place).subquery("numbered")
    kept, plan = numbered.c, row.plan
    return select(
        kept.number.label("id"),
        literal(plan.key, String).label("dispatch_key"),
        literal(row.incident.id if row.incident else None, Message.incident_id.type).label("incident_id"),
        kept.member_id.label("member_id"),
        kept.contact_id.label("contact_id"),
        literal(plan.purpose, String).label("purpose"),
        kept.role.label("role"),
        kept.channel.label("channel"),
        kept.language.label("language"),
        kept.template_id.label("template_id"),
        reference_of(kept.number).label("reference"),
        token_of(session, kept.number).label("token"),
        literal(State.PENDING, Word(State)).label("state"),
        literal("", String).label("reason"),
        literal(_priority(plan, row.incident), Message.priority.type).label("priority"),
        literal(0, Message.attempts.type).label("attempts"),
        literal(row.now, Message.next_at.type).label("next_at"),
        literal(row.at, Message.created_at.type).label("created_at"),
    ).where(kept.contact_id.is_not(None))
