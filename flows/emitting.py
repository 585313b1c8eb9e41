"""The supervisor's action that tells Prefect what happened: a Prefect event for each new row, in order, at least once.

A cursor moves after Prefect has taken the events. Whoever dies in between sends them again, with the same ids.
"""

from collections.abc import Sequence

from prefect.events.schemas.events import Event

from flows.apart import each
from flows.event_names import EVENTS
from flows.event_rows import event_of_breach, event_of_line
from flows.runs import prefect
from incidents.following import stretch, told_up_to, with_news
from incidents.rows import Incident
from monitoring.announcing import announce, unannounced
from wiring.works import Works

BATCH = 100  # Prefect events in one request
INCIDENTS = 50  # requests in one round: what is left waits for the next


class Emitting:
    """Takes up where the last round ended, so that none of many incidents is kept waiting by the others."""

    def __init__(self) -> None:
        self._after = 0

    def __call__(self, works: Works) -> int:
        """Sends what is new; answers of how many incidents and batches of breaches. Raises Unreachable."""
        told = each("Prefect events of breaches", ["all"], lambda _: _emit_breaches(works))
        with works.store.read() as session:
            numbers = with_news(session, self._after, INCIDENTS)
        told += each("Prefect events of incident", numbers, lambda number: _emit_lines(works, number))
        self._after = numbers[-1] if len(numbers) == INCIDENTS else 0
        return told


def _emit_lines(works: Works, number: int) -> bool:
    with works.store.read() as session:
        ahead = stretch(session, number, list(EVENTS), BATCH)
    events = [event_of_line(ahead.incident, line, standing) for line, standing in ahead.lines]
    _post(events)
    with works.store.write() as session:
        told_up_to(session, number, ahead.upto)
    return bool(events)


def _emit_breaches(works: Works) -> bool:
    now = works.clock.now()
    with works.store.read() as session:
        rows = unannounced(session, BATCH)
        events = [
            event_of_breach(breach, rule, session.get(Incident, breach.incident_id or 0), now) for breach, rule in rows
        ]
    if not rows:
        return False
    _post(events)
    with works.store.write() as session:
        announce(session, [breach.id for breach, _ in rows])
    return True


def _post(events: Sequence[Event]) -> None:
    if not events:
        return
    with prefect() as client:
        client.request("POST", "/events", json=[event.model_dump(mode="json") for event in events])
