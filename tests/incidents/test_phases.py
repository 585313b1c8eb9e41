"""The table of moves: every pair is walked through the one writer."""

from itertools import product

import pytest
from sqlalchemy import update

from incidents.phases import MOVES, Phase, PhaseError
from incidents.rows import Incident, PhaseEntry
from tests.fakes.room import Room

CHOICES = {
    Phase.PRE_CRISIS: "choose one of: crisis, closed.",
    Phase.CRISIS: "choose one of: post-crisis.",
    Phase.POST_CRISIS: "choose one of: closed, crisis.",
}


def _standing_in(room: Room, phase: Phase) -> int:
    """A new incident about the brand, put into a phase; the one before is out of its way."""
    with room.store.write() as session:
        session.execute(update(Incident).values(closed_at=room.clock.now()))
    number = room.open()
    with room.store.write() as session:
        session.execute(update(Incident).where(Incident.id == number).values(phase=phase))
        session.execute(update(PhaseEntry).where(PhaseEntry.incident_id == number).values(phase=phase))
    room.open_gate(number)
    return number


def test_every_pair_of_the_table_is_walked(room: Room) -> None:
    for phase, to in product(CHOICES, Phase):
        number = _standing_in(room, phase)
        code = room.code("javier.ortega")
        if to in MOVES[phase]:
            assert room.answer(number, to, code).result == "advanced"
            assert room.incident(number).phase is to
            continue
        with pytest.raises(PhaseError) as error:
            room.answer(number, to, code)
        said = f"incident {number} is in {phase.label}; it cannot advance to {to.label}: {CHOICES[phase]}"
        assert str(error.value) == said
        assert room.incident(number).phase is phase


def test_nothing_leaves_a_closed_incident(room: Room) -> None:
    number = room.open()
    room.advance_to(number, Phase.CLOSED)
    for to in Phase:
        verdict = room.answer(number, to, "12345678")
        assert (verdict.result, verdict.reason) == ("too_late", "INC-1 is in closed already; nothing was changed.")


def test_a_choice_that_is_no_phase_is_told_in_a_sentence(room: Room) -> None:
    number = room.open()
    with pytest.raises(PhaseError, match='"panic" is no decision; choose one of: crisis, closed, hold'):
        room.answer(number, "panic", "12345678")
