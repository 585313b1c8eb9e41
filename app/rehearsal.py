"""Whether what is told outside of an incident is a rehearsal."""

from protocol.installation import Environment
from wiring.works import Works


def is_rehearsal(works: Works) -> bool:
    """Whether what is told outside of an incident stays within the drill roster."""
    return works.settings.environment is Environment.STAGING
