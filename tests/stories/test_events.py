"""Other systems start a crisis and follow it by Prefect events alone, and a signal that comes twice is one."""

from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.events.filters import EventFilter, EventResourceFilter
from prefect.events.schemas.automations import Automation, AutomationCore
from prefect.states import Pending
from sqlalchemy import select
from world import World

from flows import runs
from flows.deployments import _deployment
from flows.heed_signal import heed_signal
from flows.names import HEED_SIGNAL
from flows.signal_trigger import NAME, declare_trigger
from incidents.phases import Phase
from incidents.rows import Incident

WHY = "The status page has been red for ten minutes."


@pytest.fixture(autouse=True)
def trigger(world: World) -> None:
    """The runner has declared what to do with a signal."""
    world.until(_triggers, "the trigger is declared")


def test_a_signal_opens_one_incident_and_prefect_says_what_became_of_it(world: World) -> None:
    subject, event = world.subject("brand-signalled"), str(uuid4())
    for _ in range(2):
        _emit(event, playbook="social-firestorm", subject=subject, level="orange", why=WHY)
    world.until(lambda: _runs(world, event), "the signal became a run")
    world.until(lambda: _states(world, event) == {"Completed"}, "it was heeded")
    (run,) = _runs(world, event)
    assert run.parameters["why"] == "", "the words are forgotten once the incident has them"
    number = _incident_about(world, subject)
    assert world.incident(number).why == {"es": WHY, "en": WHY}
    with runs.prefect() as client:  # Prefect drops an id that it saw minutes ago; later it would not
        again = {"event": event, "playbook": "social-firestorm", "subject": subject, "level": "orange", "why": WHY}
        client.create_flow_run_from_deployment(UUID(world.deployment_id(HEED_SIGNAL)), parameters=again)
    world.until(lambda: len(_runs(world, event)) == 2 and _states(world, event) == {"Completed"}, "it came again")
    world.at_gate(number, Phase.PRE_CRISIS)
    kinds = world.kinds(number)
    assert (kinds.count("opened"), kinds.count("joined")) == (1, 0)
    told = {"crisis.incident.opened", "crisis.phase.advanced", "crisis.gate.opened"}
    world.until(lambda: told <= set(_names(number)), "Prefect holds what happened to the incident")
    assert _names(number).count("crisis.incident.opened") == 1


def test_a_bad_signal_is_a_failed_run_that_says_what_to_do(world: World) -> None:
    event = str(uuid4())
    _emit(event, playbook="social-firestorm", subject="Wilhelmina", level="orange")
    world.until(lambda: _states(world, event) == {"Failed"}, "it was refused")
    (run,) = _runs(world, event)
    assert 'no "subject" that the protocol knows; use one of: ' in run.state.message
    assert "Wilhelmina" not in run.state.message


def test_a_signal_whose_process_died_is_heeded_after_all(world: World) -> None:
    subject, event, heed = world.subject("brand-cut-off"), str(uuid4()), UUID(world.deployment_id(HEED_SIGNAL))
    payload = {"event": event, "playbook": "social-firestorm", "subject": subject}
    with runs.prefect() as client:  # taken by a runner, as nobody will take it again
        client.create_flow_run_from_deployment(heed, parameters=payload, state=Pending())
    runs.begin_anew(heed)
    world.until(lambda: _states(world, event) == {"Completed"}, "it was heeded")
    assert world.incident(_incident_about(world, subject)).level == "yellow"


def test_registering_anew_leaves_one_trigger_as_a_person_left_it(world: World) -> None:
    deployment = UUID(world.deployment_id(HEED_SIGNAL))
    with runs.prefect() as client:
        (first,) = client.read_automations_by_name(NAME)
        client.pause_automation(first.id)
        _register(deployment)
        (standing,) = client.read_automations_by_name(NAME)
        assert (standing.id, standing.enabled) == (first.id, False)
        client.create_automation(_core(standing))
        _register(deployment)
        (left,) = client.read_automations_by_name(NAME)
        client.update_automation(left.id, _core(left, description="an older release"))
        _register(deployment)
        (changed,) = client.read_automations_by_name(NAME)
        assert (changed.id, changed.description) == (left.id, first.description)
        client.resume_automation(changed.id)


def _core(automation: Automation, **changes: str) -> AutomationCore:
    return AutomationCore.model_validate({**automation.model_dump(exclude={"id", "owner_resource"}), **changes})


def _register(deployment: UUID) -> None:
    _deployment(heed_signal, {}).apply()
    declare_trigger(deployment)


def _emit(event: str, **payload: str) -> None:
    said = {"id": event, "event": "crisis.signal", "occurred": "2026-03-03T21:00:00Z", "payload": payload}
    with runs.prefect() as client:
        client.request("POST", "/events", json=[{**said, "resource": {"prefect.resource.id": "status-page"}}])


def _triggers() -> list[Automation]:
    with runs.prefect() as client:
        return client.read_automations_by_name(NAME)


def _runs(world: World, event: str) -> list[FlowRun]:
    """The runs of a signal."""
    mine = FlowRunFilterDeploymentId(any_=[UUID(world.deployment_id(HEED_SIGNAL))])
    with runs.prefect() as client:
        found = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(deployment_id=mine), sort=FlowRunSort.ID_DESC, limit=100
        )
    return [run for run in found if run.parameters["event"] == event]


def _states(world: World, event: str) -> set[str | None]:
    return {run.state_name for run in _runs(world, event)}


def _incident_about(world: World, subject: str) -> int:
    with world.works.store.read() as session:
        return session.scalars(select(Incident.id).where(Incident.subject == subject)).one()


def _names(number: int) -> list[str]:
    """The Prefect events about an incident, as the server has kept them."""
    about = EventResourceFilter(id=[f"crisis-playbook.incident.{number}"])
    with runs.prefect() as client:
        return [event.event for event in client.read_events(EventFilter(resource=about), limit=50).events]
