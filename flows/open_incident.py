"""The open-incident flow: a person opens an incident from the Run form of the Prefect UI."""

from prefect import flow

from flows.boundary import boundary
from incidents.opening import Signal, open_or_join
from incidents.phases import Phase
from protocol.words import Language, Level
from wiring.works import open_works


@flow(name="open-incident", log_prints=False)
def open_incident(playbook: str, subject: str, level: str = "yellow", at_once: bool = False) -> int:
    """Opens an incident (or joins the open one) and answers its number. `at_once` opens it in crisis."""
    with boundary("open-incident"):
        works = open_works()
        signal = Signal(
            playbook=playbook,
            subject=subject,
            level=Level(level),
            why={Language.ES: "Abierto por una persona en Prefect.", Language.EN: "Opened by a person in Prefect."},
            opened_by="prefect",
            phase=Phase.CRISIS if at_once else Phase.PRE_CRISIS,
        )
        with works.store.write() as session:
            incident, _ = open_or_join(session, signal, works.clock.now())
            return incident.id
