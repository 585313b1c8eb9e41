"""From a scenario to the signal that opens its incident."""

from drills.scenarios import DrillScenario
from incidents.opening import Signal
from protocol.installation import Environment
from protocol.words import Language, Remedy

SLOWEST, FASTEST = 1, 600


def signal_of(scenario: DrillScenario, subject: str, environment: Environment, speed: float | None = None) -> Signal:
    """What opens a drill. Raises Remedy in production, where nothing is rehearsed."""
    if environment is Environment.PRODUCTION:
        raise Remedy("Production runs no drills; set CRISIS_ENVIRONMENT=staging on a store of its own.")
    pace = scenario.speed if speed is None else speed
    if not SLOWEST <= pace <= FASTEST:
        raise Remedy(f"A drill's clock cannot run at {pace:g}; choose a speed from {SLOWEST} to {FASTEST}.")
    return Signal(
        playbook=scenario.playbook,
        subject=subject,
        level=scenario.level,
        why={Language.ES: scenario.why.es, Language.EN: scenario.why.en},
        opened_by=f"drill:{scenario.key}",
        drill=True,
        speed=pace,
    )
