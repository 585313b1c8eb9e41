"""The start-drill flow: opens a rehearsal from the Run form of the Prefect UI, or from `crisis drill`."""

from prefect import flow

from drills.opening import signal_of
from drills.scenarios import scenario as scenario_of
from flows.boundary import boundary
from incidents.opening import open_or_join
from wiring.works import open_works


@flow(name="start-drill", log_prints=False)
def start_drill(scenario: str, subject: str, speed: float = 1.0) -> int:
    """Opens the scenario's incident as a drill and answers its number. `speed` compresses time."""
    with boundary("start-drill"):
        works = open_works()
        signal = signal_of(scenario_of(scenario), subject, works.settings.environment, speed)
        with works.store.write() as session:
            incident, _ = open_or_join(session, signal, works.clock.now())
            return incident.id
