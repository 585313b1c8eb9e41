"""What keeps incidents going when a run or Prefect does not: each action is a conditional update, safe to repeat.

Several supervisors may run. Actions that need Prefect raise Unreachable and leave the rest to the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from flows import runs
from flows.apart import each, note_once
from flows.board import headline
from flows.departments import due_flows, tell_flow
from flows.names import PHASE_DEPLOYMENTS
from flows.runs import Run, RunState, Wanted
from flows.steps import begin_step, due_steps, phase_plan, run_step
from incidents.clock import clock_for
from incidents.deadlines import Due, deadlines_of
from incidents.opening import current_entry
from incidents.rows import Incident, PhaseEntry
from incidents.timeline import Fact, Kind, append
from playbooks.format import StepKind
from wiring.works import Works

PATIENCE = timedelta(seconds=60)  # after which people are told without a run
SILENCE = timedelta(seconds=45)  # a run does its steps in seconds; one that runs this long is dead
LONGEST_PAUSE = timedelta(minutes=5)  # between the generations of a run that keeps dying


@dataclass(frozen=True)
class Current:
    """The current phase entry of an open incident."""

    incident_id: int
    entry_id: int
    run_id: str | None
    generation: int


def tell_without_a_run(works: Works) -> int:
    """Where no run has begun within a minute, or one has died, does the phase's first notify step, keys and all."""
    now = works.clock.now()
    with works.store.read() as session:
        waiting = session.scalars(_current_entries().where(*_without_a_run(now))).all()
    return each(
        "tell without a run, incident", [row.incident_id for row in waiting], lambda n: _degraded(works, n, now)
    )


def do_steps_left(works: Works) -> int:
    """Where the gate is open, does the steps that a raised level asks for, and those that could not be done before."""
    with works.store.read() as session:
        at_gate = session.scalars(_current_entries().where(PhaseEntry.gate_opened_at.is_not(None))).all()
        left = [(row.incident_id, key) for row in at_gate for key in _left(session, row.incident_id)]
    return each("do step left, incident and step", left, lambda one: _do_left(works, *one))


def tell_flows_left(works: Works) -> int:
    """Lets the flows happen that no run sees to: Prefect is away, a run has died, or a raised level asks for them."""
    now = works.clock.now()
    waited = or_(PhaseEntry.gate_opened_at.is_not(None), PhaseEntry.run_wanted_at < now - PATIENCE)
    late = or_(waited, and_(*_without_a_run(now)))
    with works.store.read() as session:
        waiting = session.scalars(_current_entries().where(late)).all()
        left = [(row.incident_id, row.number, key) for row in waiting for key in _flows_left(session, row.incident_id)]
    return each("flow left, incident, entry and flow", left, lambda one: _tell_left(works, *one, now))


def start_runs(works: Works) -> int:
    """Starts the runs that are wanted; the key makes the same one of two supervisors' calls."""
    now = works.clock.now()
    with works.store.read() as session:
        wanted = session.scalars(
            _current_entries().where(PhaseEntry.run_id.is_(None), PhaseEntry.run_wanted_at <= now)
        ).all()
    return each("start run of phase entry", [row.id for row in wanted], lambda entry_id: _start(works, entry_id))


def replace_lost_runs(works: Works) -> int:
    """A current phase whose run ended, vanished, went silent or lost its form gets a run of the next generation."""
    with works.store.read() as session:
        current = [
            Current(entry.incident_id, entry.id, entry.run_id, entry.generation)
            for entry in session.scalars(_current_entries().where(PhaseEntry.run_id.is_not(None)))
        ]
    seen = runs.look([row.run_id for row in current if row.run_id])
    now = works.clock.now()
    lost = [row for row in current if row.run_id and _is_lost(seen[row.run_id], now)]
    by_incident = {row.incident_id: row for row in lost}
    return each("replace run, incident", by_incident, lambda n: _replace(works, by_incident[n], seen, now))


def settle_left_phases(works: Works) -> int:
    """Cancels what remains of the runs of left phases and deletes what was typed into their forms."""
    with works.store.read() as session:
        left = session.scalars(
            select(PhaseEntry).where(
                PhaseEntry.left_at.is_not(None), PhaseEntry.settled_at.is_(None), PhaseEntry.run_id.is_not(None)
            )
        ).all()
    seen = runs.look([entry.run_id for entry in left if entry.run_id])
    settled = [entry for entry in left if entry.run_id and _settle(seen[entry.run_id], works.clock.now())]
    with works.store.write() as session:
        for entry in settled:
            session.get_one(PhaseEntry, entry.id).settled_at = works.clock.now()
    return len(settled)


def _degraded(works: Works, incident_id: int, now: datetime) -> bool:
    with works.store.write() as session:
        incident = session.get_one(Incident, incident_id)
        first = next(
            (step for step in phase_plan(session, incident).steps if step.kind is StepKind.NOTIFY and not step.after),
            None,
        )
        if first is None or current_entry(session, incident).run_begun_at is not None:
            return False
        if not run_step(session, works, incident, first, now):
            return False
        append(session, incident.id, clock_for(incident).at(now), Kind.DEGRADED, step=first.key)
        return True


def _left(session: Session, incident_id: int) -> list[str]:
    try:
        incident = session.get_one(Incident, incident_id)
        standing = {due.step for due in deadlines_of(session, incident) if due.kind == Due.STEP}
        return [step.key for step in due_steps(session, incident) if step.key not in standing]
    except Exception as error:  # a damaged incident must not keep the others from theirs
        note_once(f"steps left, incident {incident_id}", error)
        return []


def _do_left(works: Works, incident_id: int, key: str) -> bool:
    with works.store.write() as session:
        incident = session.get_one(Incident, incident_id)
        step = next((step for step in due_steps(session, incident) if step.key == key), None)
        return step is not None and begin_step(session, works, incident, step, works.clock.now())


def _flows_left(session: Session, incident_id: int) -> list[str]:
    try:
        return [flow.key for flow in due_flows(session, session.get_one(Incident, incident_id))]
    except Exception as error:  # a damaged incident must not keep the others from theirs
        note_once(f"flows left, incident {incident_id}", error)
        return []


def _tell_left(works: Works, incident_id: int, entry: int, key: str, now: datetime) -> bool:
    with works.store.write() as session:
        if not tell_flow(session, works, incident_id, entry, key, now):
            return False
        incident = session.get_one(Incident, incident_id)
        if current_entry(session, incident).run_begun_at is None:
            append(session, incident.id, clock_for(incident).at(now), Kind.DEGRADED, step=f"flow.{key}")
        return True


def _start(works: Works, entry_id: int) -> bool:
    with works.store.read() as session:
        entry = session.get_one(PhaseEntry, entry_id)
        wanted = _wanted(session, entry)
    run_id = runs.start(wanted)
    with works.store.write() as session:
        session.execute(
            update(PhaseEntry)
            .where(PhaseEntry.id == entry_id, PhaseEntry.generation == entry.generation, PhaseEntry.run_id.is_(None))
            .values(run_id=run_id)
        )
    return True


def _replace(works: Works, row: Current, seen: dict[str, Run], now: datetime) -> bool:
    run = seen[row.run_id or ""]
    _end_lost(run)
    next_generation(works, row, run.state, now)
    return True


def _wanted(session: Session, entry: PhaseEntry) -> Wanted:
    incident = session.get_one(Incident, entry.incident_id)
    return Wanted(
        deployment=PHASE_DEPLOYMENTS[entry.phase],
        parameters={"incident": incident.id, "entry": entry.number, "generation": entry.generation},
        name=headline(session, incident),
        tags=tags(incident, entry.phase.label),
        key=f"{incident.id}:{entry.phase}:{entry.number}:{entry.generation}",
    )


def tags(incident: Incident, what: str) -> Sequence[str]:
    """The tags of an incident's runs."""
    return [incident.name, what, *(["drill"] if incident.drill else [])]


def _is_lost(run: Run, now: datetime) -> bool:
    # A form is stored a moment after its state; a pending run whose runner died is polled for by nobody.
    if run.state in (RunState.PENDING, RunState.RUNNING, RunState.LOST_GATE):
        return run.since is not None and now - run.since > SILENCE
    return run.state in (RunState.MISSING, RunState.ENDED)


def _end_lost(run: Run) -> None:
    if run.state in (RunState.PENDING, RunState.RUNNING):
        runs.crash(run.id)
    if run.state is RunState.LOST_GATE:
        runs.cancel(run.id)
    if run.state is not RunState.MISSING:
        runs.forget_answers(run.id)  # the answer of a run that died was not taken; it is asked for again


def next_generation(works: Works, row: Current, why: RunState, now: datetime) -> None:
    """Wants another run in the place of one that was lost, unless somebody already does; later each time."""
    with works.store.write() as session:
        changed = session.execute(
            update(PhaseEntry)
            .where(PhaseEntry.id == row.entry_id, PhaseEntry.generation == row.generation, PhaseEntry.left_at.is_(None))
            .values(
                generation=row.generation + 1,
                run_id=None,
                run_begun_at=None,
                run_wanted_at=now + _pause(row.generation),
            )
        )
        if changed.rowcount:  # type: ignore[attr-defined]
            incident = session.get_one(Incident, row.incident_id)
            at = clock_for(incident).at(now)
            facts: dict[str, Fact] = {
                "phase": incident.phase,
                "generation": row.generation + 1,
                "reason": f"run was {why}",
            }
            append(session, incident.id, at, Kind.RUN_REPLACED, None, **facts)


def _pause(generation: int) -> timedelta:
    return timedelta(0) if generation < 3 else min(timedelta(seconds=2.0 ** min(generation, 10)), LONGEST_PAUSE)


def _settle(run: Run, now: datetime) -> bool:
    if not end_needless(run, now):
        return False
    if run.state is not RunState.MISSING:
        runs.forget_answers(run.id)
    return True


def end_needless(run: Run, now: datetime) -> bool:
    """Ends a run that nothing waits for any more; False while it is on its way out by itself."""
    if run.state is RunState.RUNNING and not _is_lost(run, now):
        return False
    if run.state not in (RunState.MISSING, RunState.ENDED):
        runs.cancel(run.id)
    return True


def _without_a_run(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Patience is for the first run alone: one that keeps dying is wanted anew all the time."""
    return (
        PhaseEntry.run_begun_at.is_(None),
        or_(PhaseEntry.generation > 1, PhaseEntry.run_wanted_at < now - PATIENCE),
    )


def _current_entries() -> Select[PhaseEntry]:
    return select(PhaseEntry).where(PhaseEntry.left_at.is_(None)).order_by(PhaseEntry.id)
