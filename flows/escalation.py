"""What is done when a deadline comes: nothing if it was met; else tell the next person. Knows nothing of Prefect."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from flows.deciding import deciders, gate_context, remind_later
from flows.firings import fire
from flows.missed import BOTH, LEAD, Missed
from flows.steps import phase_plan, publish_step, request_sign_off, run_step
from incidents import sign_off
from incidents.chains import has_quorum, strand_of
from incidents.clock import clock_for
from incidents.codes import GATE
from incidents.deadlines import Due, cancel, miss, set_deadline
from incidents.opening import RAISED, find
from incidents.phases import Phase
from incidents.rows import Deadline
from incidents.timeline import Fact, Kind, append, lines
from monitoring.lights import is_burning
from notifiers.outbox import enqueue, plan_of, told
from notifiers.recipients import Recipient, next_deputy
from notifiers.rows import Dispatch
from playbooks.format import Acknowledge, Clock, Convene, Notify, Publish, Record, Step
from wiring.works import Works


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
    _ACTS[Due(row.kind)](Missed(session, works, incident, row, now, at))
    return True


def _unanswered(missed: Missed) -> None:
    session, row = missed.session, missed.row
    asked = _acknowledgement_of(missed.step)
    dispatch = session.get(Dispatch, missed.dispatch_key(row.occurrence))
    if asked is None or not asked.escalate or dispatch is None or row.role is None:
        return
    if has_quorum(session, row):
        return
    chain = strand_of(session, row)
    if chain and not any(moment.met_at for moment in chain):
        return  # its chain tells the next one; once somebody has answered, only who stands in later comes here
    already = told(session, dispatch.key)
    deputy = next_deputy(session, row.role, already, missed.at)
    facts: dict[str, Fact] = {"step": row.step, "role": row.role, "from_member": row.member_id, "to_member": deputy}
    append(session, row.incident_id, missed.at, Kind.ESCALATED, None, **facts)
    if deputy is None:
        missed.exhausted(row.role, row.occurrence)
        return
    person = Recipient(deputy, row.role)
    channels = getattr(missed.step, "channels", BOTH)
    enqueue(session, plan_of(dispatch, channels, f"stand-in-{row.role}"), [person], missed.now, missed.incident)
    missed.offer_seat(row.role, deputy)
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


def _promise_missed(missed: Missed) -> None:
    step = missed.step
    roles = list(step.roles) if isinstance(step, Record | Clock) else []
    missed.tell("deadline-missed", missed.holders(*dict.fromkeys([*roles, LEAD])))


def _unsigned(missed: Missed) -> None:
    step = publish_step(missed.session, missed.incident, missed.row.step)
    text = sign_off.require_text(missed.session, missed.incident, step.key)
    signed_roles = sign_off.roles_of(missed.session, text)
    deputies = _signing_deputies(missed, step, signed_roles)
    if deputies:
        request_sign_off(missed.session, missed.works, missed.incident, step, missed.now, tuple(deputies))
    missed.tell("deadline-missed", missed.holders(LEAD))


def _signing_deputies(missed: Missed, step: Publish, signed_roles: set[str]) -> list[Recipient]:
    asked = {person.member_id for person in missed.holders(*step.signers)}
    found = []
    for role in step.signers:
        deputy = next_deputy(missed.session, role, asked, missed.at) if role not in signed_roles else None
        if deputy is not None:
            asked.add(deputy)
            found.append(Recipient(deputy, role))
    return found


def _later_step(missed: Missed) -> None:
    if missed.step is not None:
        run_step(missed.session, missed.works, missed.incident, missed.step, missed.now, missed.row.occurrence)


def _remind(missed: Missed) -> None:
    people = deciders(missed.session, missed.incident, missed.at)
    context = gate_context(missed.session, missed.works, missed.incident)
    template = phase_plan(missed.session, missed.incident).gate_message
    context = {**context, "purpose": GATE, "code_template": template}
    missed.tell("gate-reminder", people, context)
    remind_later(missed.session, missed.incident, missed.row.occurrence + 1, missed.at)


def _joined(missed: Missed) -> None:
    context = _as_said_last(missed, Kind.JOINED)
    context["plain"]["raised"] = missed.row.step.startswith(RAISED)
    missed.tell("breach-joined", deciders(missed.session, missed.incident, missed.at), context)


def _calm(missed: Missed) -> None:
    if not is_burning(missed.session, missed.incident.id):  # it may have flared up again meanwhile
        missed.tell("back-to-green", missed.holders(LEAD), _as_said_last(missed, Kind.CALMED))


def _as_said_last(missed: Missed, kind: Kind) -> dict[str, Any]:
    """What a message may say, with the reason of the newest line of a kind."""
    said = [line for line in lines(missed.session, missed.incident.id) if line.kind == kind]
    context = missed.context()
    for language, texts in context["texts"].items():
        texts["why"] = said[-1].facts.get(f"why_{language}", texts["why"])
    return context


def _locked(missed: Missed) -> None:
    context = gate_context(missed.session, missed.works, missed.incident)
    missed.tell("code-locked", missed.holders(LEAD), context)


def _acknowledgement_of(step: Step | None) -> Acknowledge | None:
    return step.acknowledge if isinstance(step, Notify | Convene) else None


_ACTS: dict[Due, Callable[[Missed], None]] = {
    Due.ACKNOWLEDGE: _unanswered,
    Due.QUORUM: _promise_missed,
    Due.RECORD: _promise_missed,
    Due.PUBLISH: _unsigned,
    Due.CLOCK: _promise_missed,
    Due.STEP: _later_step,
    Due.ESCALATE: fire,
    Due.WAVE: fire,
    Due.REMIND: _remind,
    Due.JOINED: _joined,
    Due.CALM: _calm,
    Due.LOCKED: _locked,
}
