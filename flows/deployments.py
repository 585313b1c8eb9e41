"""The deployments, and the stock Prefect runner that serves them. The one module to replace for another runner."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.flows import Flow
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType

from drills.scenarios import scenario_keys
from flows.boundary import note
from flows.crisis import crisis
from flows.drill import start_drill
from flows.follow_up import follow_up
from flows.heed_signal import heed_signal
from flows.light_runner import LightRunner
from flows.open_incident import open_incident
from flows.post_crisis import post_crisis
from flows.pre_crisis import pre_crisis
from flows.signal_trigger import declare_trigger
from playbooks import versions
from protocol.practice import subject_keys
from protocol.words import Level
from wiring.works import Works

log = logging.getLogger("crisis.runner")
AT_ONCE = 6  # processes at the same time: more than two cores can do, fewer than would starve the machine
LOOK_SECONDS = 5.0


def deployments(works: Works) -> list[RunnerDeployment]:
    """Every deployment that runs as a process; the drop-downs of its Run form show what the store holds now."""
    choices = _choices(works)
    return [
        _deployment(pre_crisis, {}),
        _deployment(crisis, {}),
        _deployment(post_crisis, {}),
        _deployment(open_incident, choices),
        _deployment(start_drill, {"scenario": scenario_keys(), "subject": choices["subject"]}),
    ]


def serve(works: Works) -> None:
    """Registers the deployments and runs what is due until SIGTERM. Ends by itself when Prefect has forgotten them.

    The process supervisor starts it again, and so registers anew.
    """
    runner = Runner(name="crisis-playbook", limit=AT_ONCE, pause_on_shutdown=False)
    ids = [runner.add_deployment(deployment) for deployment in deployments(works)]
    follow_ups = cast(UUID, _deployment(follow_up, {}).apply())
    signals = cast(UUID, _deployment(heed_signal, {}).apply())
    declare_trigger(signals)
    # Daemons: they must not keep the process alive once the runner has stopped.
    threading.Thread(target=_look_after, args=(works, [*ids, follow_ups, signals]), daemon=True).start()
    threading.Thread(target=LightRunner(follow_up, follow_ups).run, daemon=True).start()
    threading.Thread(target=LightRunner(heed_signal, signals, takes_up_lost=True).run, daemon=True).start()
    asyncio.run(runner.start())


def _deployment(flow: Flow[..., Any], choices: dict[str, list[str]]) -> RunnerDeployment:
    # The module path, never the file: a file would be loaded a second time under another name.
    deployment = RunnerDeployment.from_flow(flow, name=flow.name, entrypoint_type=EntrypointType.MODULE_PATH)
    for name, values in choices.items():
        if values:
            deployment._parameter_openapi_schema.properties[name]["enum"] = values
    return deployment


def _choices(works: Works) -> dict[str, list[str]]:
    with works.store.read() as session:
        playbooks = versions.keys(session)
        subjects = subject_keys(session)
    return {
        "playbook": playbooks,
        "subject": subjects,
        "level": [level.value for level in Level if level is not Level.GREEN],
    }


def _look_after(works: Works, ids: Iterable[UUID]) -> None:
    wait, shown = threading.Event(), _choices(works)
    while not wait.wait(LOOK_SECONDS):
        if _forgotten(ids):
            log.warning("Prefect does not know the deployments any more; leaving to register them anew")
            os.kill(os.getpid(), signal.SIGTERM)
            return
        shown = _shown_anew(works, shown)


def _shown_anew(works: Works, shown: dict[str, list[str]]) -> dict[str, list[str]]:
    try:
        now = _choices(works)
        if now != shown:
            for deployment in deployments(works):
                deployment.apply()
        return now
    except Exception as error:  # the drop-downs of before stand; the next look tries again
        note("drop-downs", error)
        return shown


def _forgotten(ids: Iterable[UUID]) -> bool:
    try:
        with get_client(sync_client=True) as client:
            for deployment_id in ids:
                client.read_deployment(deployment_id)
    except ObjectNotFound:
        return True
    except Exception:  # unreachable is not forgotten: the runner itself waits for the server to come back
        return False
    return False
