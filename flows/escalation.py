"""What is done when a deadline comes: nothing if it was met; else tell the next person. Knows nothing of Prefect."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from flows.deciding import deciders, gate_context, remind_later
from flows.steps import phase_plan, publish_step, request_sign_off, run_step
from incidents import cabinet, sign_off
from incidents.clock import clock_for
from incidents.codes import GATE
from incidents.deadlines import Due, cancel, miss, set_deadline
from incidents.opening import find
from incidents.phases import Phase
from incidents.rows import Deadline, Incident
from incidents.timeline import Fact, Kind, append, lines
from notifiers.context import incident_context
from notifiers.outbox import Plan, enqueue, plan_of, told
from notifiers.recipients import Recipient, next_deputy
from notifiers.recipients import find as find_people
from notifiers.rows import Acknowledgement, Dispatch
from playbooks.format import Acknowledge, Audience, Clock, Convene, Notify, Publish, Record, Step
from protocol.words import Channel
from wiring.works import Works

BOTH = (Channel.SMS, Channel.EMAIL)
LEAD = "crisis-lead"


def follow_up(session: Session, works: Works, deadline_id: int, now: datetime) -> bool:
    """Acts on a deadline that has come, once; False when there was nothing to do. `now` is real time."""
    row = session.get(Deadline, deadline_id)
    if row is None:
        return False
    incident = find(session, row.incident_id)
    session.refresh(incident, with_for_update=True)  # the incident first, then its deadlines, as everyone does
    session.refresh(row)
    at = clock_for(incident).at(now)
    if incident.phase is Phase.CLOSED or (incident.entry != row.entry and row.kind != Due.CLOCK):
        cancel(session, row, at)  # a left phase has no follow-ups, but a law's clock goes on
        return False
    if row.due_at > at or not miss(session, row, at):
        return False
    _ACTS[Due(row.kind)](_Missed(session, works, incident, row, now, at))
    return True


class _Missed:
    """A deadline that has come, with what its act needs at hand."""

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
        steps = phase_plan(self.session, self.incident, self.row.entry).steps
        return next((step for step in steps if step.key == self.row.step), None)

    def tell(self, template: str, people: tuple[Recipient, ...], context: dict[str, object] | None = None) -> None:
        plan = Plan(
            key=f"{self.incident.id}/{self.incident.entry}/{self.row.step}/{template}-{self.row.id}",
            template=template,
            channels=BOTH,
            context=context or self.context(),
            step=self.row.step,
            drill=self.incident.drill,
        )
        enqueue(self.session, plan, people, self.now, self.incident)

    def context(self, **plain: str) -> dict[str, object]:
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
        return find_people(self.session, Audience(roles=list(roles)), self.at).recipients


def _unanswered(missed: _Missed) -> None:
    session, row = missed.session, missed.row
    asked = _acknowledgement_of(missed.step)
    dispatch = session.get(Dispatch, f"{row.incident_id}/{row.entry}/{row.step}/{row.occurrence}")
    if asked is None or not asked.escalate or dispatch is None or row.role is None:
        return
    already = told(session, dispatch.key)
    deputy = next_deputy(session, row.role, already, missed.at)
    facts: dict[str, Fact] = {"step": row.step, "role": row.role, "from_member": row.member_id, "to_member": deputy}
    append(session, row.incident_id, missed.at, Kind.ESCALATED, None, **facts)
    if deputy is None:
        _exhausted(missed, row.role)
        return
    person = Recipient(deputy, row.role)
    channels = getattr(missed.step, "channels", BOTH)
    enqueue(session, plan_of(dispatch, channels, f"stand-in-{row.role}"), [person], missed.now, missed.incident)
    _offer_seat(missed, deputy)
    set_deadline(
        session,
        missed.incident,
        row.step,
        Due.ACKNOWLEDGE,
        missed.at,
        missed.at + asked.within,
        member_id=deputy,
        role=row.role,
        occurrence=row.occurrence,
    )


def _offer_seat(missed: _Missed, deputy: int) -> None:
    if not isinstance(missed.step, Convene) or missed.row.role is None:
        return
    seat = cabinet.seat_of(missed.session, missed.incident.id, missed.row.role)
    if seat is not None and seat.answer == cabinet.Seat.WAITING:
        seat.member_id = deputy


def _exhausted(missed: _Missed, role: str) -> None:
    done = missed.session.query(Acknowledgement.id).filter_by(
        dispatch_key=f"{missed.row.incident_id}/{missed.row.entry}/{missed.row.step}/{missed.row.occurrence}"
    )
    if done.first() is None or role != LEAD:
        missed.tell("escalation-exhausted", missed.holders(LEAD), missed.context(role_missing=role))


def _promise_missed(missed: _Missed) -> None:
    step = missed.step
    roles = list(step.roles) if isinstance(step, Record | Clock) else []
    missed.tell("deadline-missed", missed.holders(*dict.fromkeys([*roles, LEAD])))


def _unsigned(missed: _Missed) -> None:
    step = publish_step(missed.session, missed.incident, missed.row.step)
    text = sign_off.require_text(missed.session, missed.incident, step.key)
    signed_roles = sign_off.roles_of(missed.session, text)
    deputies = _signing_deputies(missed, step, signed_roles)
    if deputies:
        request_sign_off(missed.session, missed.works, missed.incident, step, missed.now, tuple(deputies))
    missed.tell("deadline-missed", missed.holders(LEAD))


def _signing_deputies(missed: _Missed, step: Publish, signed_roles: set[str]) -> list[Recipient]:
    asked = {person.member_id for person in missed.holders(*step.signers)}
    found = []
    for role in step.signers:
        deputy = next_deputy(missed.session, role, asked, missed.at) if role not in signed_roles else None
        if deputy is not None:
            asked.add(deputy)
            found.append(Recipient(deputy, role))
    return found


def _later_step(missed: _Missed) -> None:
    if missed.step is not None:
        run_step(missed.session, missed.works, missed.incident, missed.step, missed.now, missed.row.occurrence)


def _remind(missed: _Missed) -> None:
    people = deciders(missed.session, missed.incident, missed.at)
    context = gate_context(missed.session, missed.works, missed.incident)
    template = phase_plan(missed.session, missed.incident).gate_message
    context = {**context, "purpose": GATE, "code_template": template}
    missed.tell("gate-reminder", people, context)
    remind_later(missed.session, missed.incident, missed.row.occurrence + 1, missed.at)


def _joined(missed: _Missed) -> None:
    joined = [line for line in lines(missed.session, missed.incident.id) if line.kind == Kind.JOINED]
    context = missed.context()
    for language, texts in context["texts"].items():  # type: ignore[attr-defined]
        texts["why"] = joined[-1].facts.get(f"why_{language}", texts["why"])
    missed.tell("breach-joined", deciders(missed.session, missed.incident, missed.at), context)


def _locked(missed: _Missed) -> None:
    context = gate_context(missed.session, missed.works, missed.incident)
    missed.tell("code-locked", missed.holders(LEAD), context)


def _acknowledgement_of(step: Step | None) -> Acknowledge | None:
    return step.acknowledge if isinstance(step, Notify | Convene) else None


_ACTS: dict[Due, Callable[[_Missed], None]] = {
    Due.ACKNOWLEDGE: _unanswered,
    Due.QUORUM: _promise_missed,
    Due.RECORD: _promise_missed,
    Due.PUBLISH: _unsigned,
    Due.CLOCK: _promise_missed,
    Due.STEP: _later_step,
    Due.REMIND: _remind,
    Due.JOINED: _joined,
    Due.LOCKED: _locked,
}
