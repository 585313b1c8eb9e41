"""A person's word: once, by link or by text, and it meets the deadline."""

import pytest
from sqlalchemy import select, update

from incidents.deadlines import Due, open_deadlines
from incidents.phases import Phase
from notifiers.acknowledgements import Via, acknowledge, answer, by_text, by_token, waiting_for
from notifiers.rows import Acknowledgement, Dispatch, Message
from protocol.people import Contact
from tests.fakes.room import Room

LUCIA, SERGIO, MARTA = "lucia.romero", "sergio.molina", "marta.vidal"
LUCIAS, SERGIOS = "+34600000001", "+34600000007"


@pytest.fixture
def number(room: Room) -> int:
    """An incident whose alert went to Lucía and Sergio."""
    number = room.open()
    room.do(number, "alert")
    return number


def _waiting(room: Room, number: int) -> set[int]:
    with room.store.read() as session:
        return {row.member_id for row in open_deadlines(session, number) if row.kind == Due.ACKNOWLEDGE}


def _text(room: Room, sender: str, body: str) -> bool:
    with room.store.write() as session:
        return by_text(session, room.vault, sender, body, room.clock.now())


def _acknowledged(room: Room) -> list[tuple[int, str]]:
    query = select(Acknowledgement.member_id, Dispatch.step).join(Dispatch).order_by(Acknowledgement.id)
    with room.store.read() as session:
        return [(row.member_id, row.step) for row in session.execute(query)]


def test_one_tap_acknowledges_once_and_meets_that_persons_deadline(room: Room, number: int) -> None:
    token = room.message(LUCIA).token
    for fresh in (True, False):
        with room.store.write() as session:
            message = by_token(session, token)
            assert message is not None
            assert acknowledge(session, message, Via.LINK, room.clock.now()) is fresh
    said = {"member": room.member(LUCIA), "role": "communications-lead", "via": "link", "step": "alert"}
    assert room.lines(number, "acknowledged") == [said]
    assert _waiting(room, number) == {room.member(SERGIO)}


def test_either_of_a_persons_two_messages_counts_for_both(room: Room, number: int) -> None:
    for channel in ("email", "sms"):
        with room.store.write() as session:
            message = session.get_one(Message, room.message(LUCIA, channel).id)
            answer(session, message, Via.LINK, room.clock.now())
    assert len(_acknowledged(room)) == 1


def test_an_unknown_link_is_nobodys(room: Room, number: int) -> None:
    with room.store.read() as session:
        assert by_token(session, "guessed") is None


@pytest.mark.parametrize("typed", ["1", " 1 ", "1.", "1!"])
def test_a_one_by_text_acknowledges(room: Room, number: int, typed: str) -> None:
    assert _text(room, LUCIAS, typed)
    assert _acknowledged(room) == [(room.member(LUCIA), "alert")]


def test_a_second_one_acknowledges_the_message_that_still_waits(room: Room, number: int) -> None:
    room.do(number, "freeze-publishing")
    room.tell(LUCIA, key="later", incident_id=number, step="later", acknowledge=True)
    assert _text(room, LUCIAS, "1") and _text(room, LUCIAS, "1")
    assert _acknowledged(room) == [(room.member(LUCIA), "later"), (room.member(LUCIA), "alert")]
    assert _text(room, LUCIAS, "1") and len(_acknowledged(room)) == 2


def test_a_reference_names_the_message(room: Room, number: int) -> None:
    reference = room.message(LUCIA).reference
    room.tell(LUCIA, key="later", incident_id=number, step="later", acknowledge=True)
    assert _text(room, LUCIAS, f"ok #{reference.lower()}")
    assert _acknowledged(room) == [(room.member(LUCIA), "alert")]


def test_anothers_reference_does_not_acknowledge_for_them(room: Room, number: int) -> None:
    assert not _text(room, LUCIAS, room.message(SERGIO).reference)


def test_a_number_that_two_share_needs_the_reference(room: Room, number: int) -> None:
    with room.store.write() as session:
        shared = session.scalars(select(Contact).where(Contact.id == room.message(LUCIA).contact_id)).one()
        sergios = update(Contact).where(Contact.id == room.message(SERGIO).contact_id)
        session.execute(sergios.values(fingerprint=shared.fingerprint, sealed=shared.sealed))
    assert not _text(room, LUCIAS, "1")
    assert _text(room, LUCIAS, room.message(SERGIO).reference)
    assert _acknowledged(room) == [(room.member(SERGIO), "alert")]


@pytest.mark.parametrize(
    ("sender", "body"), [("+15550100", "1"), (LUCIAS, "who is this?"), (LUCIAS, "11"), (LUCIAS, "")]
)
def test_what_means_nothing_changes_nothing(room: Room, number: int, sender: str, body: str) -> None:
    assert not _text(room, sender, body)
    assert room.count(Acknowledgement) == 0


def test_a_one_after_the_incident_closed_means_nothing(room: Room, number: int) -> None:
    room.advance_to(number, Phase.CLOSED)
    assert not _text(room, LUCIAS, "1")


def test_what_waits_for_a_person_is_the_newest_without_an_answer(room: Room, number: int) -> None:
    with room.store.read() as session:
        waiting = waiting_for(session, number, room.member(LUCIA))
    assert waiting is not None and waiting.role == "communications-lead"
    _text(room, LUCIAS, "1")
    with room.store.read() as session:
        assert waiting_for(session, number, room.member(LUCIA)) is None
