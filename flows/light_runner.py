"""Runs follow-ups and signals in this process: each takes a tenth of a second of a core, where a process takes three.

The stock runner starts a process for each run. That suits a phase; a dozen follow-ups would fill a small machine.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from prefect.flow_engine import run_flow
from prefect.flows import Flow

from flows import runs
from flows.boundary import note
from flows.runs import Unreachable, prefect

EVERY_SECONDS = 1.0
AT_ONCE = 4  # most of a run is waiting for Prefect's answers
PAGE = 50


class LightRunner:
    """Takes what is due of one deployment and runs it here, as a flow run like any other."""

    def __init__(self, flow: Flow[..., Any], deployment_id: UUID, *, takes_up_lost: bool = False) -> None:
        self._flow = flow
        self._deployment_id = deployment_id
        self._lost = takes_up_lost

    def run(self) -> None:
        """Works until the process ends. A run that dies with it is taken up at the next start, if that was asked for.

        Follow-ups need it not: the supervisor acts on their deadlines.
        """
        wait = threading.Event()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix=self._flow.name) as pool:
            while not wait.wait(EVERY_SECONDS):
                try:
                    self._take_up_lost()
                    list(pool.map(self._run, self._due()))
                except Unreachable:
                    continue  # what is due waits; deadlines are acted on without Prefect meanwhile
                except Exception as error:
                    note(self._flow.name, error)

    def _take_up_lost(self) -> None:
        if self._lost:
            runs.begin_anew(self._deployment_id)
            self._lost = False

    def _due(self) -> Sequence[UUID]:
        with prefect() as client:
            now = datetime.now(UTC)
            found = client.get_scheduled_flow_runs_for_deployments([self._deployment_id], now, PAGE)
            return [run.id for run in found]

    def _run(self, run_id: UUID) -> None:
        try:
            with prefect() as client:
                run = client.read_flow_run(run_id)
            run_flow(self._flow, flow_run=run, return_type="state")
        except Unreachable:
            raise
        except BaseException as error:  # Prefect's own ways to end a run are no exceptions of ours
            note(f"{self._flow.name} run {run_id}", error)
