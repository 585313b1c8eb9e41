"""The degraded mode, inside the company: counts, asks, enqueues, and sends if nobody else does."""

import typer
from sqlalchemy.orm import Session

from app.delivering import counting, deliver
from app.direct import Placed, incident_of, place_order, trial
from app.extent import Extent, measure
from app.extent_shown import say_before, show_extent
from app.order import Order, addressed
from app.terminal import count, say
from incidents.clock import clock_for
from notifiers.sender import Sender
from wiring.works import Works


def tell_inside(works: Works, order: Order, sender: Sender | None, yes: bool) -> int:
    """Tells people of the company; answers the code that the command ends with."""
    extent = _tried(works, order)
    say_before(extent, order.id)
    if extent.messages or extent.not_told:
        show_extent(works.settings, extent)
    if extent.messages and not (yes or typer.confirm("Send them now?")):
        return 1
    with works.store.write() as session:
        placed = _place(session, works, order)
    if placed.fresh:
        enqueued = count(placed.fresh, "message")
        say(f"Enqueued {enqueued} as {order.key}; a repetition with --id {order.id} sends nothing twice.")
    else:
        say(f"Nothing new to send as {order.key}; give another --id to send it again.")
    return deliver(works, sender, [order.key], order)


def _tried(works: Works, order: Order) -> Extent:
    """What it would come to: done in full, and taken back."""
    with counting(), trial(works.store) as session:
        return measure(session, works.scribe, _place(session, works, order))


def _place(session: Session, works: Works, order: Order) -> Placed:
    now = works.clock.now()
    incident = incident_of(session, works, order)
    people = addressed(session, order, clock_for(incident).at(now) if incident else now)
    return place_order(session, works, order, people, incident, now)
