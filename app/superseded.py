"""The Prefect run of a phase that was left through another door: cancelled, so that no Resume button of it remains."""

import importlib

from sqlalchemy import select

from incidents.rows import PhaseEntry
from wiring.prefect_environment import apply
from wiring.works import Works


def cancel_superseded(works: Works, incident_id: int, entry: int) -> str:
    """Tries to cancel the run that carried a phase entry; says in a sentence what came of it."""
    with works.store.read() as session:
        query = select(PhaseEntry.run_id).where(PhaseEntry.incident_id == incident_id, PhaseEntry.number == entry)
        run_id = session.scalar(query)
    if run_id is None:
        return "The phase it left had no run."
    apply(works.settings)
    # Prefect reads its settings when it is imported, and takes a second that no other command should wait for.
    runs = importlib.import_module("flows.runs")
    try:
        if not runs.healthy(works.settings.prefect_api_url):
            raise runs.Unreachable
        runs.cancel(run_id)
    except runs.Unreachable:
        return "Prefect cannot be reached; the supervisor will cancel the run of the phase it left."
    return "The run of the phase it left was cancelled."
