"""The moves between the phases of an incident."""

from protocol.words import Phase, Remedy

__all__ = ["MOVES", "Phase", "PhaseError", "check_move"]


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
