"""Prefect runs as the rest of the product sees them: started, looked at, cancelled, forgotten. Talks to the API."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL
from prefect.states import Cancelled, Crashed, Scheduled

_of_this_thread = threading.local()
PAGE = 100  # the API answers 200 at the most


class Unreachable(ConnectionError):  # noqa: N818 - it says what Prefect is
    """Prefect cannot be asked just now. Our own store and sender go on without it."""


class RunState(StrEnum):
    """What matters about a run."""

    MISSING = "missing"  # Prefect does not know it
    COMING = "coming"  # scheduled
    PENDING = "pending"  # a runner has it and is starting its process
    RUNNING = "running"
    GATE = "gate"  # suspended, with its form
    LOST_GATE = "lost_gate"  # suspended without its form: nobody can resume it
    ENDED = "ended"


@dataclass(frozen=True)
class Run:
    """One run as it stands."""

    id: str
    state: RunState
    since: datetime | None


@dataclass(frozen=True)
class Wanted:
    """A run to be created once: the same key again gives the same run."""

    deployment: str
    parameters: Mapping[str, object]
    name: str
    tags: Sequence[str]
    key: str
    scheduled: datetime | None = None


@contextmanager
def prefect() -> Iterator[SyncPrefectClient]:
    """A client; whatever keeps Prefect from answering is Unreachable."""
    try:
        yield _client()
    except PrefectHTTPStatusError as error:
        if error.response.is_client_error and error.response.status_code not in (404, 409, 429):
            raise  # our own mistake, not an outage
        raise Unreachable(f"Prefect answered {error.response.status_code}") from None
    except (httpx.HTTPError, ObjectNotFound) as error:
        raise Unreachable(type(error).__name__) from None


def start(wanted: Wanted) -> str:
    """Creates the run, or finds the one with this key; answers its id. Raises Unreachable."""
    with prefect() as client:
        deployment = client.read_deployment_by_name(wanted.deployment)
        run = client.create_flow_run_from_deployment(
            deployment.id,
            parameters=dict(wanted.parameters),
            name=wanted.name,
            tags=list(wanted.tags),
            idempotency_key=wanted.key,
            state=Scheduled(scheduled_time=wanted.scheduled) if wanted.scheduled else None,
        )
        return str(run.id)


def look(run_ids: Sequence[str]) -> dict[str, Run]:
    """The runs as they stand; one that Prefect does not know is MISSING. Raises Unreachable."""
    if not run_ids:
        return {}
    with prefect() as client:
        found = _read(client, run_ids)
        return {run_id: _seen(client, run_id, found.get(run_id)) for run_id in run_ids}


def cancelled(run_ids: Sequence[str]) -> set[str]:
    """Those of the runs that a person cancelled. Raises Unreachable."""
    if not run_ids:
        return set()
    with prefect() as client:
        return {
            run_id
            for run_id, run in _read(client, run_ids).items()
            if run.state is not None and run.state.type is StateType.CANCELLED
        }


def cancel(run_id: str) -> None:
    """Cancels a run that has not ended, so that no live Resume button of it remains. Raises Unreachable."""
    _force(run_id, Cancelled(message="superseded"))


def crash(run_id: str) -> None:
    """Marks a run that went silent. Raises Unreachable."""
    _force(run_id, Crashed(message="went silent"))


def begin_anew(deployment_id: UUID) -> None:
    """Schedules those runs of a deployment again whose process has ended without them. Raises Unreachable."""
    at_work = FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING])
    left = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[deployment_id]), state=FlowRunFilterState(type=at_work)
    )
    with prefect() as client:
        for run in client.read_flow_runs(flow_run_filter=left, sort=FlowRunSort.ID_DESC, limit=PAGE):
            client.set_flow_run_state(run.id, Scheduled(), force=True)


def forget_answers(run_id: str) -> None:
    """Deletes what people typed into the run's forms. Raises Unreachable."""
    with prefect() as client:
        for found in client.filter_flow_run_input(UUID(run_id), "suspended-", 200, set()):
            if found.key.endswith("-response"):
                client.delete_flow_run_input(UUID(run_id), found.key)


def forget_parameter(run_id: str, name: str) -> None:
    """Empties one parameter of a run. Raises Unreachable."""
    with prefect() as client:
        run = client.read_flow_run(UUID(run_id))
        client.update_flow_run(run.id, parameters={**run.parameters, name: ""})


def resume(run_id: str, answer: Mapping[str, object]) -> tuple[bool, str]:
    """Presses Resume with this answer; whether Prefect took it, and why not. Raises Unreachable."""
    with prefect() as client:
        result = client.resume_flow_run(UUID(run_id), run_input=dict(answer))
        reason = getattr(result.details, "reason", "") or ""
        return str(result.status.value) == "ACCEPT", reason


def healthy(api_url: str, ask: Callable[..., httpx.Response] = httpx.get) -> bool:
    """Whether the Prefect API answers at this address."""
    try:
        return ask(f"{api_url}/health", timeout=2).is_success
    except httpx.HTTPError:
        return False


def _client() -> SyncPrefectClient:
    # Making a client loads certificates anew (25 ms); the supervisor would make seven a second.
    address = str(PREFECT_API_URL.value())
    clients: dict[str, SyncPrefectClient] = _of_this_thread.__dict__
    if address not in clients:
        clients[address] = get_client(sync_client=True).__enter__()
    return clients[address]


def _read(client: SyncPrefectClient, run_ids: Sequence[str]) -> dict[str, FlowRun]:
    found: dict[str, FlowRun] = {}
    for start_at in range(0, len(run_ids), PAGE):
        page = [UUID(run_id) for run_id in run_ids[start_at : start_at + PAGE]]
        wanted = FlowRunFilter(id=FlowRunFilterId(any_=page))
        found |= {
            str(run.id): run
            for run in client.read_flow_runs(flow_run_filter=wanted, sort=FlowRunSort.ID_DESC, limit=PAGE)
        }
    return found


def _force(run_id: str, state: State) -> None:
    with prefect() as client:
        try:
            client.set_flow_run_state(UUID(run_id), state, force=True)
        except ObjectNotFound:
            return


def _seen(client: SyncPrefectClient, run_id: str, run: FlowRun | None) -> Run:
    if run is None or run.state is None:
        return Run(run_id, RunState.MISSING, None)
    return Run(run_id, _state(client, run, run.state), run.state.timestamp)


def _state(client: SyncPrefectClient, run: FlowRun, state: State) -> RunState:
    if state.type is StateType.PAUSED:
        return RunState.GATE if _has_form(client, run, state) else RunState.LOST_GATE
    if state.is_final():
        return RunState.ENDED
    if state.type in (StateType.RUNNING, StateType.CANCELLING):
        return RunState.RUNNING
    return RunState.PENDING if state.type is StateType.PENDING else RunState.COMING


def _has_form(client: SyncPrefectClient, run: FlowRun, state: State) -> bool:
    keyset = state.state_details.run_input_keyset
    if not keyset:
        return False
    keys = {found.key for found in client.filter_flow_run_input(run.id, keyset["schema"], 1, set())}
    return keyset["schema"] in keys
