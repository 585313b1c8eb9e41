"""A deadline that has come, with what is at hand to act on it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from flows.steps import phase_plan
from incidents import cabinet
from incidents.rows import Deadline, Incident
from notifiers.context import incident_context
from notifiers.outbox import Plan, enqueue
from notifiers.recipients import Recipient, find
from notifiers.rows import Acknowledgement
from playbooks.format import Audience, Convene, Step
from protocol.words import Channel
from wiring.works import Works

BOTH = (Channel.SMS, Channel.EMAIL)
LEAD = "crisis-lead"


class Missed:
    """One deadline that nothing ended in time. `now` is real time, `at` the incident's."""

    def __init__(
        self, session: Session, works: Works, incident: Incident, row: Deadline, now: datetime, at: datetime
    ) -> None:
        self.session = session
        self.works = works
        self.incident = incident
        self.row = row
        self.now = now
        self.at = at

    @property
    def step(self) -> Step | None:
        """The step it belongs to; none for the gate's."""
        steps = phase_plan(self.session, self.incident, self.row.entry).steps
        return next((step for step in steps if step.key == self.row.step), None)

    def dispatch_key(self, occurrence: int) -> str:
        """The dispatch of one firing of the step."""
        return f"{self.row.incident_id}/{self.row.entry}/{self.row.step}/{occurrence}"

    def tell(self, template: str, people: tuple[Recipient, ...], context: dict[str, Any] | None = None) -> None:
        """Sends a message of the product's own about the deadline, once."""
        plan = Plan(
            key=f"{self.incident.id}/{self.incident.entry}/{self.row.step}/{template}-{self.row.id}",
            template=template,
            channels=BOTH,
            context=context or self.context(),
            step=self.row.step,
            drill=self.incident.drill,
        )
        enqueue(self.session, plan, people, self.now, self.incident)

    def context(self, **plain: str) -> dict[str, Any]:
        """What such a message may say."""
        step = self.step
        return incident_context(
            self.session,
            self.incident,
            self.works.links,
            step=step.title if step else None,
            due=self.row.due_at,
            plain=dict(plain),
        )

    def holders(self, *roles: str) -> tuple[Recipient, ...]:
        """Who of these roles is there."""
        return find(self.session, Audience(roles=list(roles)), self.at).recipients

    def offer_seat(self, role: str, member_id: int) -> None:
        """Gives the seat of a role that has not answered to its deputy, where the step is a convocation."""
        seat = cabinet.seat_of(self.session, self.incident.id, role) if isinstance(self.step, Convene) else None
        if seat is not None and seat.answer == cabinet.Seat.WAITING:
            seat.member_id = member_id

    def exhausted(self, role: str, occurrence: int) -> None:
        """Tells the crisis lead that nobody is left for a role; not of the lead's own when somebody has answered."""
        done = self.session.query(Acknowledgement.id).filter_by(dispatch_key=self.dispatch_key(occurrence))
        if done.first() is None or role != LEAD:
            self.tell("escalation-exhausted", self.holders(LEAD), self.context(role_missing=role))
