"""A convocation offers a seat: taken with one digit, declined to the next deputy, or delegated."""

import pytest
from sqlalchemy import select

from incidents import cabinet
from incidents.cabinet import Seat
from incidents.deadlines import Due, open_deadlines
from notifiers.acknowledgements import Via, answer, answer_convocation, answer_digit
from notifiers.inbound import by_text
from notifiers.providers.words import InboundText
from notifiers.rows import Message
from protocol.words import Remedy
from tests.fakes.room import Room

LUCIA, TOM, MARTA, JAVIER = "lucia.romero", "tom.baker", "marta.vidal", "javier.ortega"
LEAD = "communications-lead"


@pytest.fixture
def number(room: Room) -> int:
    """An incident whose cabinet was convened."""
    number = room.open()
    room.do(number, "convene-cabinet")
    return number


def _seat(room: Room, number: int, role: str = LEAD) -> tuple[int, str]:
    with room.store.read() as session:
        seat = cabinet.seat_of(session, number, role)
        assert seat is not None
        return seat.member_id, seat.answer


def _says(
    room: Room, member: str, said: Seat, delegate: str | None = None, template: str = "cabinet-convocation"
) -> None:
    with room.store.write() as session:
        message = session.get_one(Message, room.message(member, template=template).id)
        delegate_id = room.member(delegate) if delegate else None
        answer_convocation(session, message, said, Via.LINK, room.clock.now(), delegate_id)


def _due(room: Room, number: int, kind: Due) -> list[int]:
    with room.store.read() as session:
        return [row.member_id for row in open_deadlines(session, number) if row.kind == kind]


def test_a_one_by_text_takes_the_seat(room: Room, number: int) -> None:
    with room.store.write() as session:
        assert by_text(session, room.vault, InboundText("+34600000001", "1", "SM1"), room.clock.now())
    assert _seat(room, number) == (room.member(LUCIA), "accepted")
    assert room.member(LUCIA) not in _due(room, number, Due.ACKNOWLEDGE)


def test_whoever_declines_is_followed_by_the_next_deputy_who_must_answer(room: Room, number: int) -> None:
    _says(room, LUCIA, Seat.DECLINED)
    assert _seat(room, number) == (room.member(TOM), "waiting")
    assert room.told(purpose=f"stand-in-{LEAD}") == [TOM]
    assert room.member(TOM) in _due(room, number, Due.ACKNOWLEDGE)
    assert "You stand in for Communications lead." in room.texts(TOM)[-1]
    _says(room, TOM, Seat.DECLINED)
    assert _seat(room, number) == (room.member(MARTA), "waiting")
    _says(room, MARTA, Seat.DECLINED)
    assert _seat(room, number) == (room.member(MARTA), "declined")


def test_an_absent_deputy_is_passed_over(room: Room, number: int) -> None:
    room.absent(TOM)
    _says(room, LUCIA, Seat.DECLINED)
    assert _seat(room, number)[0] == room.member(MARTA)


def test_a_delegate_is_told_and_must_answer(room: Room, number: int) -> None:
    _says(room, LUCIA, Seat.DELEGATED, delegate="raquel.pena")
    assert _seat(room, number) == (room.member("raquel.pena"), "waiting")
    assert room.member("raquel.pena") in _due(room, number, Due.ACKNOWLEDGE)
    with room.store.write() as session:
        message = session.get_one(Message, room.message("raquel.pena").id)
        answer(session, message, Via.LINK, room.clock.now())
    assert _seat(room, number) == (room.member("raquel.pena"), "accepted")


def test_a_handed_on_seat_is_not_taken_back_by_a_late_tap(room: Room, number: int) -> None:
    _says(room, LUCIA, Seat.DECLINED)
    with room.store.write() as session:
        answer(session, session.get_one(Message, room.message(LUCIA).id), Via.LINK, room.clock.now())
    assert _seat(room, number) == (room.member(TOM), "waiting")


def test_the_third_acceptance_makes_the_quorum(room: Room, number: int) -> None:
    for member in (LUCIA, JAVIER):
        _says(room, member, Seat.ACCEPTED)
    assert "quorum_reached" not in room.kinds(number) and _due(room, number, Due.QUORUM) == [0]
    _says(room, "pablo.serra", Seat.ACCEPTED)
    assert room.lines(number, "quorum_reached") == [{"present": 3, "quorum": 3}]
    assert _due(room, number, Due.QUORUM) == []


def test_another_message_offers_no_seat(room: Room, number: int) -> None:
    room.do(number, "freeze-publishing")
    with pytest.raises(Remedy, match="This message is not a convocation of the cabinet; acknowledge it instead"):
        _says(room, MARTA, Seat.ACCEPTED, template="freeze-publishing")


def test_everyone_convened_was_told_on_both_channels_once(room: Room, number: int) -> None:
    with room.store.read() as session:
        rows = session.scalars(select(Message).where(Message.incident_id == number)).all()
    assert len(rows) == 10 and len({(row.member_id, row.channel) for row in rows}) == 10


def _text(room: Room, sid: str, body: str) -> bool:
    with room.store.write() as session:
        return by_text(session, room.vault, InboundText("+34600000001", body, sid), room.clock.now())


def test_a_two_by_text_declines_and_the_next_deputy_is_asked(room: Room, number: int) -> None:
    assert _text(room, "SM1", "2")
    assert _seat(room, number) == (room.member(TOM), "waiting")
    assert not _text(room, "SM2", "2")  # the seat is no longer hers
    assert not _text(room, "SM1", "2")
    assert _seat(room, number) == (room.member(TOM), "waiting")


def test_a_two_declines_the_convocation_though_a_later_message_asks_as_well(room: Room, number: int) -> None:
    room.do(number, "alert")
    assert _text(room, "SM1", "2")
    assert _seat(room, number) == (room.member(TOM), "waiting")
    assert {line["step"] for line in room.lines(number, "acknowledged")} == {"convene-cabinet"}


def test_whoever_accepted_may_still_decline_by_text(room: Room, number: int) -> None:
    assert _text(room, "SM1", "1") and _seat(room, number) == (room.member(LUCIA), "accepted")
    assert _text(room, "SM2", f"2 {room.message(LUCIA).reference}")
    assert _seat(room, number) == (room.member(TOM), "waiting")


def test_a_pressed_digit_answers_and_any_other_does_not(room: Room, number: int) -> None:
    with room.store.write() as session:
        message = session.get_one(Message, room.message(LUCIA).id)
        for pressed in ("3", "", "#", "12"):
            assert not answer_digit(session, message, pressed, Via.VOICE, room.clock.now())
        assert answer_digit(session, message, "1", Via.VOICE, room.clock.now())
    assert _seat(room, number) == (room.member(LUCIA), "accepted")
    assert [line["via"] for line in room.lines(number, "acknowledged")] == ["voice"]
