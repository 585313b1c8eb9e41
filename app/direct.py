"""Telling people of the company without any orchestrator: one message to an audience, through the same outbox."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.order import Addressed, Order
from incidents.opening import find as find_incident
from incidents.rows import Incident
from notifiers.context import company_words, incident_context
from notifiers.outbox import Plan, enqueue
from notifiers.rows import Dispatch, Message
from protocol.installation import Environment
from protocol.store import Store
from protocol.variables import company_variables
from protocol.words import WRITTEN, Channel, Remedy
from wiring.settings import Settings
from wiring.works import Works


@dataclass(frozen=True)
class Placed:
    """What enqueueing an order came to: `fresh` messages, numbered above `last`."""

    dispatch: str
    last: int
    fresh: int


@contextmanager
def trial(store: Store) -> Iterator[Session]:
    """A session in which everything can be done in full; it is all taken back."""
    with store.write() as session:  # a reader that begins to write would fail beside another writer
        everything = session.begin_nested()
        yield session
        everything.rollback()


def incident_of(session: Session, works: Works, order: Order) -> Incident | None:
    """The incident of an order. Raises Remedy for an unknown one, a drill in production, and an id used before."""
    incident = find_incident(session, order.incident) if order.incident is not None else None
    standing = session.get(Dispatch, order.key)
    if standing is not None and (standing.template, standing.incident_id) != (order.template, order.incident):
        raise Remedy(f'The id "{order.id}" was used for the message "{standing.template}"; give this one another --id.')
    if incident is not None and incident.drill and works.settings.environment is Environment.PRODUCTION:
        raise Remedy(f"{incident.name} is a drill, and production sends no drill; rehearse in staging.")
    require_carriers(works.settings, order.channels)
    return incident


def place_order(
    session: Session, works: Works, order: Order, people: Addressed, incident: Incident | None, now: datetime
) -> Placed:
    """Enqueues an order for people of the company in the caller's transaction. `now` is real time."""
    last = last_message(session, order.key)
    plan = Plan(
        key=order.key,
        template=order.template,
        channels=order.channels or WRITTEN,
        context=_context(session, works, incident),
        step="notify",
        drill=incident.drill if incident else works.settings.environment is Environment.STAGING,
        urgent=order.urgent,
    )
    return Placed(order.key, last, enqueue(session, plan, people.recipients, now, incident))


def last_message(session: Session, dispatch: str) -> int:
    """The highest number of a dispatch's messages; 0 while it has none."""
    return session.scalar(select(func.max(Message.id)).where(Message.dispatch_key == dispatch)) or 0


def require_carriers(settings: Settings, channels: Sequence[Channel]) -> None:
    """Raises Remedy for a channel that nothing carries: its messages would wait for ever."""
    for channel in channels:
        if getattr(settings, f"{channel}_provider") == "none":
            raise Remedy(f"Nothing carries {channel} here; set CRISIS_{channel.upper()}_PROVIDER, or name another.")


def _context(session: Session, works: Works, incident: Incident | None) -> dict[str, object]:
    if incident is not None:
        return incident_context(session, incident, works.links)
    words = company_words(session, "")
    plain = {name: words[name] for name in ("company", "press_page")}
    return {"plain": plain, "variables": company_variables(session)}
