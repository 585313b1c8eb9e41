"""A person's word: once, by link or by text, and it meets the deadline."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from incidents.deadlines import Due, open_deadlines
from incidents.phases import Phase
from incidents.rows import Incident
from notifiers.acknowledgements import Via, acknowledge, answer, by_token, waiting_for
from notifiers.inbound import by_text
from notifiers.providers.words import InboundText
from notifiers.rows import Acknowledgement, Dispatch, Message
from protocol.people import Contact
from protocol.words import Channel
from tests.fakes.room import Room

LUCIA, SERGIO, MARTA = "lucia.romero", "sergio.molina", "marta.vidal"
LUCIAS, SERGIOS = "+34600000001", "+34600000007"
_SIDS = count()


@pytest.fixture
def number(room: Room) -> int:
    """An incident whose alert went to Lucía and Sergio."""
    number = room.open()
    room.do(number, "alert")
    return number


def _waiting(room: Room, number: int) -> set[int]:
    with room.store.read() as session:
        return {row.member_id for row in open_deadlines(session, number) if row.kind == Due.ACKNOWLEDGE}


def _text(room: Room, sender: str, body: str, sid: str = "") -> bool:
    """A text comes in; each is a new one unless it has the provider's id of another."""
    text = InboundText(sender, body, sid or f"SM{next(_SIDS)}")
    with room.store.write() as session:
        return by_text(session, room.vault, text, room.clock.now())


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


# by text: which question is meant


def _close(room: Room, number: int) -> None:
    with room.store.write() as session:
        session.get_one(Incident, number).closed_at = room.clock.now()


def _ask(room: Room, key: str, incident_id: int | None, member: str = LUCIA) -> Message:
    room.tell(member, key=key, incident_id=incident_id, step=key, channels=[Channel.SMS], acknowledge=True)
    return room.message(member)


def test_a_one_answers_in_the_latest_open_incident(room: Room, number: int) -> None:
    later = room.open(subject="product-oat-drink")
    _ask(room, "there", later)
    _ask(room, "here", number)
    assert _text(room, LUCIAS, "1")
    assert _acknowledged(room) == [(room.member(LUCIA), "there")]
    _close(room, later)
    assert _text(room, LUCIAS, "1")
    assert _acknowledged(room)[-1] == (room.member(LUCIA), "here")


def test_a_one_answers_what_has_left_rather_than_what_still_waits(room: Room, number: int) -> None:
    room.send()
    _ask(room, "unsent", number)
    _text(room, LUCIAS, "1")
    assert _acknowledged(room) == [(room.member(LUCIA), "alert")]


def test_the_same_text_again_does_not_answer_a_later_question(room: Room, number: int) -> None:
    assert _text(room, LUCIAS, "1", sid="SM-a")
    _ask(room, "later", number)
    assert not _text(room, LUCIAS, "1", sid="SM-a")
    assert _acknowledged(room) == [(room.member(LUCIA), "alert")]
    assert _text(room, LUCIAS, "1", sid="SM-b") and len(_acknowledged(room)) == 2


def test_the_same_text_twice_at_once_counts_once(room: Room, number: int) -> None:
    _ask(room, "later", number)
    with ThreadPoolExecutor(4) as posts:
        said = list(posts.map(lambda _: _text(room, LUCIAS, "1", sid="SM-a"), range(8)))
    assert said.count(True) == 1 and _acknowledged(room) == [(room.member(LUCIA), "later")]


def test_a_reference_answers_its_own_question_in_an_older_incident(room: Room, number: int) -> None:
    reference = room.message(LUCIA).reference
    _ask(room, "there", room.open(subject="product-oat-drink"))
    assert _text(room, LUCIAS, f"Recibido, voy. {reference} Un saludo")
    assert _acknowledged(room) == [(room.member(LUCIA), "alert")]


@pytest.mark.parametrize(("typed", "counts"), [("1 {}", True), ("{} 2", False), ("{} 7", False), ("en 2 min {}", True)])
def test_a_lone_digit_beside_a_reference_is_the_answer(room: Room, number: int, typed: str, counts: bool) -> None:
    assert _text(room, LUCIAS, typed.format(room.message(LUCIA).reference)) is counts
    assert len(_acknowledged(room)) == int(counts)


def test_a_reference_of_a_closed_incident_acknowledges_nothing(room: Room, number: int) -> None:
    reference = room.message(LUCIA).reference
    _close(room, number)
    assert not _text(room, LUCIAS, reference) and not _text(room, LUCIAS, f"1 {reference}")
    assert _acknowledged(room) == []


def test_a_reference_of_a_message_without_incident_is_heeded(room: Room, number: int) -> None:
    assert _text(room, LUCIAS, _ask(room, "notify/alone", None).reference)
    assert _acknowledged(room) == [(room.member(LUCIA), "notify/alone")]


@pytest.mark.parametrize("typed", ["2", "3", "0", "9", "12", "1 1"])
def test_another_digit_changes_nothing(room: Room, number: int, typed: str) -> None:
    assert not _text(room, LUCIAS, typed)
    assert room.count(Acknowledgement) == 0


def test_one_text_that_carried_two_questions_answers_both(room: Room, number: int) -> None:
    carrier = room.message(LUCIA)
    inner = _ask(room, "inner", number)
    with room.store.write() as session:
        session.get_one(Message, inner.id).carried_by = carrier.id
    assert _text(room, LUCIAS, carrier.reference)
    assert sorted(step for _, step in _acknowledged(room)) == ["alert", "inner"]


def test_a_person_whose_number_is_called_as_well_answers_by_text(room: Room, number: int) -> None:
    same = select(Contact.channel).where(Contact.fingerprint == room.vault.fingerprint(LUCIAS))
    with room.store.read() as session:
        assert set(session.scalars(same)) == {Channel.SMS, Channel.VOICE}
    assert _text(room, LUCIAS, "1")


@given(body=st.text(), sid=st.text(max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_too_odd_to_be_read(room: Room, body: str, sid: str) -> None:
    _text(room, LUCIAS, body, sid)
