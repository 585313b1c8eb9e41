"""From the enqueue of a step to its first message at the provider, while an idle sender waits."""

import time
from collections.abc import Sequence
from typing import Any

from bench import people
from bench.measured import Work
from bench.stub_process import reset, taken
from incidents.clock import WallClock
from incidents.rows import Incident
from notifiers.outbox import enqueue
from notifiers.recipients import Recipient
from protocol.store import Store
from protocol.words import Channel

PEOPLE = 30  # told by one step
IDLE = 0.4  # seconds in which the sender comes to rest
LATEST = 30.0


def prepare(url: str, port: int, rounds: int) -> Work:
    """Enqueues a step's dispatch again and again; answers the milliseconds of each. The first round only warms up."""
    store = Store(url)
    with store.write() as session:
        incident = people.incident(session, WallClock().now())
    with store.read() as session:
        everyone = people.recipients(session, 0, PEOPLE * (rounds + 1))
    groups = [everyone[start : start + PEOPLE] for start in range(0, len(everyone), PEOPLE)]

    def work() -> dict[str, Any]:
        waits = [_once(store, port, incident.id, place, group) for place, group in enumerate(groups)]
        return {"milliseconds": waits[1:]}

    return work


def _once(store: Store, port: int, incident_id: int, place: int, group: Sequence[Recipient]) -> float:
    reset(port)
    time.sleep(IDLE + place % 10 * 0.02)  # not always at the same moment of the sender's own rhythm
    plan = people.plan(f"bench/{place}", Channel.SMS, step="alert", acknowledge=True)
    start = time.monotonic()
    with store.write() as session:
        enqueue(session, plan, group, WallClock().now(), session.get_one(Incident, incident_id))
    until = start + LATEST
    while time.monotonic() < until:
        time.sleep(0.05)
        count = taken(port)
        if count.messages == len(group):
            return (count.first - start) * 1000
    raise RuntimeError(f"The messages of round {place} did not come within {LATEST:.0f} seconds.")
