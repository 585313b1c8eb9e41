"""The post-crisis flow."""

from prefect import flow

from flows.phase import run_phase
from incidents.phases import Phase


@flow(name="post-crisis", log_prints=False)
def post_crisis(incident: int, entry: int, generation: int) -> None:
    """It is under control: closing words, thanks, lessons; then the gate."""
    run_phase(Phase.POST_CRISIS, incident, entry, generation)
