"""What is to come if nobody answers stands in Prefect under upcoming, and leaves it when somebody does."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from world import World

from flows import runs
from flows.runs import RunState
from incidents.deadlines import Due, set_deadline
from incidents.phases import Phase
from incidents.rows import Deadline, Incident
from notifiers.acknowledgements import Via, acknowledge
from notifiers.rows import Message

ROLES = ("communications-lead", "monitoring-lead")


def test_every_firing_of_a_chain_is_one_upcoming_run_until_all_who_were_told_have_answered(world: World) -> None:
    number = world.open("brand-upcoming")
    world.until(lambda: len(_scheduled(world, number, ROLES[0])) == 4, "each rung of the alert is a scheduled run")
    firings = _scheduled(world, number, ROLES[0])
    assert firings == _scheduled(world, number, ROLES[1]), "what falls due together is one run"
    _answer(world, number, ROLES[0])
    assert {run.state for run in runs.look(sorted(firings)).values()} == {RunState.COMING}
    _answer(world, number, ROLES[1])
    world.until(lambda: not any(_scheduled(world, number, role) for role in ROLES), "its firings are cleared")
    assert {run.state for run in runs.look(sorted(firings)).values()} == {RunState.ENDED}


def test_what_falls_due_is_done_by_its_run(world: World) -> None:
    number = world.open("brand-due")
    world.at_gate(number, Phase.PRE_CRISIS)
    at = world.works.clock.now()
    with world.works.store.write() as session:
        incident = session.get_one(Incident, number)
        due = set_deadline(session, incident, "alert", Due.QUORUM, at, at + timedelta(seconds=15)).id
    world.until(lambda: _run_of(world, due), "it is a scheduled run")
    run_id = UUID(_run_of(world, due))
    world.until(lambda: _is_missed(world, due), "it is acted on")
    with runs.prefect() as client:  # had the supervisor been quicker, the run would be cancelled
        world.until(lambda: client.read_flow_run(run_id).state_name == "Completed", "the run did it")


def _run_of(world: World, deadline: int) -> str:
    with world.works.store.read() as session:
        return session.get_one(Deadline, deadline).follow_up_run or ""


def _is_missed(world: World, deadline: int) -> bool:
    with world.works.store.read() as session:
        return session.get_one(Deadline, deadline).missed_at is not None


def _answer(world: World, number: int, role: str) -> None:
    with world.works.store.write() as session:
        told = select(Message).where(Message.incident_id == number, Message.role == role).order_by(Message.id)
        acknowledge(session, session.scalars(told.limit(1)).one(), Via.LINK, world.works.clock.now())


def _scheduled(world: World, number: int, role: str) -> set[str]:
    """The scheduled runs of a role's chain."""
    with world.works.store.read() as session:
        found = session.scalars(
            select(Deadline.follow_up_run).where(
                Deadline.incident_id == number, Deadline.kind == Due.ESCALATE, Deadline.role == role
            )
        )
        return {run for run in found if run}
