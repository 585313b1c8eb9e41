"""How far in the future what is counted may lie."""

from datetime import timedelta

from monitoring.intake import AHEAD
from protocol.installation import Environment
from wiring.works import Works

DEMO_AHEAD = timedelta(hours=3)  # the demo's time is compressed: its readings run ahead of the clock


def ahead_of(works: Works) -> timedelta:
    """How far after now a moment may lie."""
    return DEMO_AHEAD if works.settings.environment is Environment.DEMO else AHEAD
