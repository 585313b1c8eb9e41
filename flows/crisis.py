"""The crisis flow."""

from prefect import flow

from flows.phase import run_phase
from incidents.phases import Phase


@flow(name="crisis", log_prints=False)
def crisis(incident: int, entry: int, generation: int) -> None:
    """It reaches public opinion: statements, updates, everyone concerned is told; then the gate."""
    run_phase(Phase.CRISIS, incident, entry, generation)
