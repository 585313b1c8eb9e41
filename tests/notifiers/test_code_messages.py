"""The code in a message opens the gate, and stands nowhere in the store."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from incidents.phases import Phase
from incidents.rows import OneTimeCode
from notifiers.code_messages import send_new_code
from notifiers.rows import Message
from protocol.words import Remedy
from tests.fakes.room import Room

LEAD = "javier.ortega"


@pytest.fixture
def number(room: Room) -> int:
    """An incident at its first gate."""
    number = room.open()
    room.open_gate(number)
    return number


def _ask_anew(room: Room, message: Message) -> None:
    with room.store.write() as session:
        send_new_code(session, room.vault, session.get_one(Message, message.id), room.clock.now())


def test_each_decider_gets_a_code_of_their_own_on_both_channels(room: Room, number: int) -> None:
    assert room.told("gate-code") == [LEAD, "lucia.romero", "elena.castro"]
    codes = {room.code(member) for member in room.told("gate-code")}
    assert len(codes) == 3
    assert room.code(LEAD) in room.texts(LEAD, "gate-code", "email")[0]


def test_opening_the_gate_again_sends_nothing_anew(room: Room, number: int) -> None:
    room.open_gate(number)
    assert len(room.texts(LEAD, "gate-code")) == 1


def test_the_code_in_the_message_works_at_the_gate(room: Room, number: int) -> None:
    assert room.answer(number, "crisis", room.code(LEAD)).result == "advanced"


def test_the_code_in_a_sign_off_request_signs(room: Room, number: int) -> None:
    room.do(number, "holding-statement")
    room.sign(number, "holding-statement", "pablo.serra", LEAD)
    assert room.told("firestorm-holding-statement") != []


def test_no_code_stands_in_any_column_of_any_row(room: Room, number: int) -> None:
    room.do(number, "holding-statement")
    codes = [room.code(member) for member in room.told("gate-code")] + [room.code(LEAD, "sign-off-request")]
    room.answer(number, "crisis", codes[0])
    room.send()
    assert any(codes[0] in line["body"] for line in room.phones())
    for table, rows in room.everything().items():
        for row in rows:
            assert not any(code in str(value) for code in codes for value in row), table


def test_a_new_code_replaces_the_former(room: Room, number: int) -> None:
    former = room.code(LEAD)
    _ask_anew(room, room.message(LEAD))
    newest = room.code(LEAD)
    assert newest != former
    verdict = room.answer(number, "crisis", former)
    assert verdict.reason == "A newer code was sent. Type the eight digits of the newest message."
    assert room.answer(number, "crisis", newest).result == "advanced"


def test_a_new_code_is_good_for_another_quarter_of_an_hour(room: Room, number: int) -> None:
    room.clock.later(minutes=20)
    _ask_anew(room, room.message(LEAD))
    with room.store.read() as session:
        expires = session.scalars(select(OneTimeCode.expires_at).order_by(OneTimeCode.id.desc())).first()
    assert expires == room.clock.now() + timedelta(minutes=15)


def test_no_new_code_for_a_phase_that_was_left(room: Room, number: int) -> None:
    message = room.message("elena.castro")
    room.advance_to(number, Phase.CRISIS)
    with pytest.raises(Remedy, match="INC-1 has moved on; there is nothing left to decide with that code"):
        _ask_anew(room, message)


def test_no_code_for_a_message_that_never_carried_one(room: Room, number: int) -> None:
    room.do(number, "alert")
    with pytest.raises(Remedy, match="This message carries no code"):
        _ask_anew(room, room.message("sergio.molina"))
