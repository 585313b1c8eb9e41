"""One phase as a run: steps, communication flows, gate. The incident's rows remember; the run may die and restart."""

from contextlib import suppress

from prefect import runtime, task
from prefect.flow_runs import suspend_flow_run
from sqlalchemy.orm import Session

from flows import runs
from flows.boundary import FlowError, boundary
from flows.deciding import decide, open_gate
from flows.departments import due_flows, tell_flow
from flows.forms import FORMS, answer_of
from flows.steps import begin_step, due_steps
from incidents.advance import Answer, Result, Verdict
from incidents.clock import clock_for
from incidents.opening import current_entry
from incidents.phases import Phase
from incidents.rows import Incident
from incidents.timeline import Kind, append
from playbooks.format import Step
from protocol.communication import TeamFlow
from wiring.works import Works, open_works


def run_phase(phase: Phase, incident: int, entry: int, generation: int) -> None:
    """Does the phase's steps and asks at its gate until the phase is left."""
    with boundary(f"incident {incident}, {phase.label}"):
        works = open_works()
        for step, title in begin(works, phase, incident, entry, generation):
            do_step(incident, entry, step, title)
        for flow in flows_left(works, phase, incident, entry, generation):
            tell_department(incident, entry, flow)
        while ask_at_gate(works, phase, incident, entry, generation):
            pass


def begin(works: Works, phase: Phase, incident_id: int, entry: int, generation: int) -> list[tuple[Step, str]]:
    """Notes that this run has begun and answers what is left to do; nothing for a superseded run."""
    with works.store.write() as session:
        incident = _carried(session, phase, incident_id, entry, generation)
        if incident is None:
            return []
        now = works.clock.now()
        row = current_entry(session, incident)
        if row.run_begun_at is None:
            row.run_begun_at = now
            at = clock_for(incident).at(now)
            append(session, incident.id, at, Kind.RUN_STARTED, phase=phase, generation=generation)
        return [(step, step.title.en) for step in due_steps(session, incident)]


def do_step(incident: int, entry: int, step: Step, title: str) -> None:
    """Does one step as a Prefect task. One that cannot be done keeps neither the others nor the gate from coming.

    The supervisor tries it again; see supervision.do_steps_left.
    """
    name = title.replace("{", "(").replace("}", ")")  # Prefect fills in what stands in braces
    with suppress(FlowError):
        step_task.with_options(task_run_name=name)(incident, entry, step.key)


@task(retries=3, retry_delay_seconds=1)
def step_task(incident_id: int, entry: int, key: str) -> None:
    """One step, in one transaction of our own store."""
    with boundary(f"incident {incident_id}, step {key}"):
        works = open_works()
        with works.store.write() as session:
            incident = session.get_one(Incident, incident_id)
            step = next((step for step in due_steps(session, incident) if step.key == key), None)
            if incident.entry == entry and step is not None:
                begin_step(session, works, incident, step, works.clock.now())


def flows_left(works: Works, phase: Phase, incident_id: int, entry: int, generation: int) -> list[TeamFlow]:
    """The communication flows that are still to happen, in their order; nothing for a superseded run."""
    with works.store.read() as session:
        incident = _carried(session, phase, incident_id, entry, generation)
        return due_flows(session, incident) if incident else []


def tell_department(incident: int, entry: int, flow: TeamFlow) -> None:
    """Lets one flow happen as a Prefect task. One that cannot happen keeps neither the others nor the gate from coming.

    The supervisor tries it again; see supervision.tell_flows_left.
    """
    with suppress(FlowError):
        flow_task.with_options(task_run_name=f"{flow.from_team} tells {flow.to_team}")(incident, entry, flow.key)


@task(retries=3, retry_delay_seconds=1)
def flow_task(incident_id: int, entry: int, key: str) -> None:
    """One communication flow, in one transaction of our own store."""
    with boundary(f"incident {incident_id}, flow {key}"):
        works = open_works()
        with works.store.write() as session:
            tell_flow(session, works, incident_id, entry, key, works.clock.now())


def ask_at_gate(works: Works, phase: Phase, incident_id: int, entry: int, generation: int) -> bool:
    """Suspends the run until somebody answers; True when it must be asked again."""
    with works.store.write() as session:
        incident = _carried(session, phase, incident_id, entry, generation)
        if incident is None:
            return False
        question = open_gate(session, works, incident, works.clock.now())
    # A constant key could never be resumed after a retry, and would answer a second question with the first answer.
    key = f"{phase.label}-{runtime.flow_run.run_count}-{question.asked}"
    form = suspend_flow_run(
        wait_for_input=FORMS[phase].with_initial_data(description=question.description), key=key, timeout=None
    )
    verdict = _decided(works, incident_id, entry, answer_of(form))
    runs.forget_answers(str(runtime.flow_run.id))
    return verdict.result in (Result.REFUSED, Result.HELD)


def _decided(works: Works, incident_id: int, entry: int, answer: Answer) -> Verdict:
    with works.store.write() as session:
        return decide(session, works, incident_id, entry, answer, works.clock.now())


def _carried(session: Session, phase: Phase, incident_id: int, entry: int, generation: int) -> Incident | None:
    incident = session.get(Incident, incident_id)
    if incident is None or incident.phase is not phase or incident.entry != entry:
        return None
    return incident if current_entry(session, incident).generation == generation else None
