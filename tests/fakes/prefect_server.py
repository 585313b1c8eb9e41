"""The door of a Prefect server through which Prefect events come in, as its client reaches it."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitoring.rows import Breach, MonitoringRule
from protocol.words import Level
from tests.fakes.faulty_server import FaultyServer, Reply, Request
from tests.fakes.room import WHY, Room


class FakePrefect(FaultyServer):
    """Keeps the Prefect events that came, in order; the same id again is dropped, as Prefect does."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[dict[str, Any]]] = []
        self.refuses = ""  # answers 422 to a batch that has this in it

    @property
    def api_url(self) -> str:
        """What PREFECT_API_URL is set to."""
        return f"{self.url}/api"

    def take(self, request: Request) -> Reply:
        assert (request.method, request.path) == ("POST", "/api/events")
        if self.refuses and self.refuses in request.body.decode():
            return Reply(422)
        self.batches.append(json.loads(request.body))
        return Reply(204)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Each Prefect event once, in the order in which they came first."""
        return list({event["id"]: event for batch in reversed(self.batches) for event in reversed(batch)}.values())[
            ::-1
        ]

    def names(self, incident: int | None = None) -> list[str]:
        """The names of the Prefect events, of an incident when it is given."""
        return [event["event"] for event in self.events if incident in (None, event["payload"]["incident"])]


def breach(room: Room, incident: int | None = None, minutes: int = 0, rule: str = "burst") -> int:
    """A rule fired; the id of the breach."""
    with room.store.write() as session:
        return put_breach(session, incident, room.clock.now() + timedelta(minutes=minutes), rule)


def put_breach(session: Session, incident: int | None, at: datetime, key: str) -> int:
    """A breach in a transaction that goes on."""
    rule = session.scalar(select(MonitoringRule).where(MonitoringRule.key == key))
    if rule is None:
        about = {"playbook_key": "social-firestorm", "subject": "brand-aurora"}
        rule = MonitoringRule(key=key, series="mentions", kind="static", parameters={}, **about)
        session.add(rule)
        session.flush()
    said = {"level": Level.RED, "why": WHY["en"], "observed": 3041, "threshold": 552}
    row = Breach(rule_id=rule.id, at=at, incident_id=incident, **said)
    session.add(row)
    session.flush()
    return row.id
