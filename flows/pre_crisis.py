"""The pre-crisis flow."""

from prefect import flow

from flows.phase import run_phase
from incidents.phases import Phase


@flow(name="pre-crisis", log_prints=False)
def pre_crisis(incident: int, entry: int, generation: int) -> None:
    """Something may become a crisis: people are woken, the cabinet meets, scenarios are laid out; then the gate."""
    run_phase(Phase.PRE_CRISIS, incident, entry, generation)
