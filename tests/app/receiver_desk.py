"""A receiver on a loaded store, and what a test looks at behind it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.receiver import create_receiver
from flows.deciding import open_gate
from flows.steps import due_steps, run_step
from incidents import cabinet
from incidents.opening import Signal, open_or_join
from incidents.rows import Incident
from notifiers.links import Purpose
from notifiers.rows import Message
from protocol.people import Member
from protocol.words import Channel, Level
from wiring.settings import read_settings
from wiring.works import Works

EXAMPLES = Path("examples")
NOW = datetime(2026, 3, 3, 21, 0, tzinfo=UTC)
SERIES = "mentions.brand-aurora"
PUBLIC = "https://crisis.example.org"
SECRET = "a token of the tests"


@dataclass
class Clock:
    """Stands still until it is set."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@dataclass
class Desk:
    """A receiver on a loaded store, and what a test looks at behind it."""

    works: Works
    clock: Clock

    def client(self, address: str = "127.0.0.1", **settings: Any) -> TestClient:
        works = replace(self.works, settings=replace(self.works.settings, **settings))
        return TestClient(create_receiver(works), PUBLIC, client=(address, 50000), follow_redirects=False)

    def open(self, *steps: str, drill: bool = False, gate: bool = False, level: Level = Level.ORANGE) -> int:
        """An incident with these steps done and, on demand, its gate open."""
        signal_ = Signal(
            "social-firestorm", "brand-aurora", level, {"en": "Many.", "es": "Muchas."}, "test", drill=drill
        )
        with self.works.store.write() as session:
            incident, _ = open_or_join(session, signal_, self.clock.now())
            for step in due_steps(session, incident):
                if step.key in steps:
                    run_step(session, self.works, incident, step, self.clock.now())
            if gate:
                open_gate(session, self.works, incident, self.clock.now())
            return incident.id

    def message(self, member: str, channel: Channel = Channel.SMS, purpose: str = "first") -> Message:
        """The newest message of a person."""
        with self.works.store.read() as session:
            query = select(Message).join(Member, Member.id == Message.member_id).where(Member.key == member)
            query = query.where(Message.channel == channel, Message.purpose == purpose)
            found = session.scalar(query.order_by(Message.id.desc()).limit(1))
            assert found is not None
            return found

    def link(self, message: Message, purpose: Purpose = Purpose.ACKNOWLEDGE) -> str:
        """The path of a one-tap link of a message."""
        return f"/{purpose}/{self.works.links.signed(purpose, message.id, message.token)}"

    def count(self, table: type) -> int:
        with self.works.store.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def seat(self, role: str) -> tuple[str, str]:
        """Who holds a role's seat, and the answer."""
        with self.works.store.read() as session:
            incident = session.scalars(select(Incident.id)).one()
            seat = cabinet.seat_of(session, incident, role)
            assert seat is not None
            return session.get_one(Member, seat.member_id).key, seat.answer


def environment(name: str) -> Any:
    return read_settings({"CRISIS_ENVIRONMENT": name}).environment


def close(desk: Desk, incident_id: int) -> None:
    with desk.works.store.write() as session:
        incident = session.get_one(Incident, incident_id)
        incident.closed_at = desk.clock.now()


def reading(minutes: int = 0, value: object = 12, series: str = SERIES) -> dict[str, object]:
    return {"series": series, "at": (NOW + timedelta(minutes=minutes)).isoformat(), "value": value}
