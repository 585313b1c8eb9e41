"""The phases of an incident and the moves between them."""

from enum import StrEnum

from protocol.words import Remedy


class Phase(StrEnum):
    """Where an incident stands."""

    PRE_CRISIS = "pre_crisis"
    CRISIS = "crisis"
    POST_CRISIS = "post_crisis"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """As people write it: `pre-crisis`."""
        return self.value.replace("_", "-")


class PhaseError(Remedy):
    """A move that the table does not have, or that somebody else made first."""


MOVES: dict[Phase, tuple[Phase, ...]] = {
    Phase.PRE_CRISIS: (Phase.CRISIS, Phase.CLOSED),
    Phase.CRISIS: (Phase.POST_CRISIS,),
    Phase.POST_CRISIS: (Phase.CLOSED, Phase.CRISIS),
    Phase.CLOSED: (),
}


def check_move(incident_id: int, phase: Phase, to: Phase) -> None:
    """Raises PhaseError unless the table has the move."""
    if to in MOVES[phase]:
        return
    choices = ", ".join(move.label for move in MOVES[phase])
    remedy = f"choose one of: {choices}" if choices else "open a new incident"
    raise PhaseError(f"incident {incident_id} is in {phase.label}; it cannot advance to {to.label}: {remedy}.")
