"""The board and the gate say numbers, roles and times; whoever reads Prefect learns nobody's name."""

import pytest
from sqlalchemy import select

from flows.board import board
from incidents.phases import Phase
from incidents.rows import Incident
from notifiers.acknowledgements import Via, acknowledge
from notifiers.rows import Message
from protocol.people import Contact, Member
from tests.fakes.room import Room


@pytest.fixture
def number(room: Room) -> int:
    """An incident in full swing, with names in everything that people typed."""
    number = room.open(opened_by="member:lucia.romero", why={"en": "Ana Ruiz saw it.", "es": "Ana Ruiz lo vio."})
    room.do(number, "alert", "convene-cabinet", "holding-statement", "front-line-lines", "market-disclosure")
    room.sign(number, "holding-statement", "pablo.serra", "javier.ortega")
    room.open_gate(number)
    room.answer(number, "hold", room.code("javier.ortega"), "prefect", note="Lucía Romero is ill.")
    room.answer(number, "hold", "Tom Baker 12345678", "prefect")
    room.send()
    room.pass_time(number, minutes=6)
    return number


def _board(room: Room, number: int) -> str:
    with room.store.read() as session:
        return board(session, session.get_one(Incident, number), room.clock.now())


def test_no_name_address_number_or_text_stands_on_the_board_or_in_the_gate(room: Room, number: int) -> None:
    said = _board(room, number) + room.open_gate(number)
    with room.store.read() as session:
        for member in session.scalars(select(Member)):
            assert member.name not in said and member.key not in said
        for contact in session.scalars(select(Contact)):
            assert room.vault.open(contact.sealed) not in said
    lines = {line for message in room.phones() for line in message["body"].splitlines() if len(line) > 20}
    assert lines and not any(line in said for line in lines)
    assert not any(message[word] in said for message in room.phones() for word in ("token", "reference"))


def test_what_a_rule_says_stands_on_the_board(room: Room) -> None:
    assert "> 3,041 mentions in the last hour." in _board(room, room.open())


def test_the_board_counts_steps_deadlines_people_and_messages(room: Room) -> None:
    number = room.open()
    room.do(number, "alert")
    with room.store.write() as session:
        message = session.get_one(Message, room.message("lucia.romero").id)
        acknowledge(session, message, Via.LINK, room.clock.now())
    said = _board(room, number)
    assert said.startswith(
        "# INC-1 Social media firestorm · pre-crisis\n\nAs of 2026-03-03 21:00 UTC · level **orange**"
    )
    assert "| Monitoring confirms the signal; communications on call know | at once | ✔ |" in said
    assert "| Situation report, even without changes | after 30 min | – |" in said
    assert "| 21:05 | acknowledge | alert | monitoring-lead |" in said
    assert "| communications-lead | 1 | 1 |" in said and "| monitoring-lead | 1 | 0 |" in said
    assert "| sms | pending | 2 |" in said
    room.clock.later(minutes=5)
    assert "| 21:05 **late** | acknowledge | alert | monitoring-lead |" in _board(room, number)


def test_the_board_counts_escalations_so_far_and_to_come(room: Room) -> None:
    number = room.open()
    room.do(number, "alert")
    room.pass_time(number, minutes=5)
    assert "## Escalations\n\n2 so far; 6 to come, the next at 21:10 UTC." in _board(room, number)


def test_the_board_of_a_drill_says_so_and_a_closed_one_has_no_steps(room: Room) -> None:
    number = room.open(drill=True)
    room.advance_to(number, Phase.CLOSED)
    said = _board(room, number)
    assert said.startswith("# DRILL INC-1 Social media firestorm · closed") and "## Steps" not in said


def test_the_gate_says_choices_roles_and_criteria(room: Room) -> None:
    said = room.open_gate(room.open())
    assert "Choices: **crisis**, **closed**, **hold**." in said
    assert "Entitled: crisis-lead, communications-lead, chief-executive;" in said
    assert "- The signal is confirmed or dismissed in two sources." in said
    assert "Asked again" not in said
