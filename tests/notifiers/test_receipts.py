"""The provider's word: kept once, in any order, and never a step back."""

import pytest

from notifiers import claims
from notifiers.providers.base import Answer
from notifiers.providers.words import ReceiptWord
from notifiers.receipts import take_in
from notifiers.rows import Receipt
from notifiers.states import Outcome, State
from protocol.words import Channel
from tests.fakes.carrier import Carrier
from tests.fakes.room import Room

ANA = "ana.ruiz"
SMS = [Channel.SMS]


@pytest.fixture
def number(room: Room) -> int:
    """An incident with one SMS to Ana in the outbox."""
    number = room.open()
    room.tell(ANA, incident_id=number, channels=SMS, step="alert")
    return number


def _word(room: Room, state: State | None, key: str = "", token: str | None = None) -> ReceiptWord:
    said = str(state)
    return ReceiptWord(token or room.message(ANA).token, "SM1", said, state, "", key or f"SM1/{said}")


def _take_in(room: Room, word: ReceiptWord) -> bool:
    with room.store.write() as session:
        return take_in(session, word, "carrier", room.clock.now())


def test_receipts_move_a_message_forward_in_any_order_and_never_back(room: Room, number: int) -> None:
    room.send()
    room.clock.later(minutes=1)
    assert _take_in(room, _word(room, State.DELIVERED))
    delivered = room.message(ANA).delivered_at
    assert delivered == room.clock.now()
    room.clock.later(minutes=1)
    for late in (State.SENT, State.ACCEPTED):
        assert _take_in(room, _word(room, late))
    message = room.message(ANA)
    assert (message.state, message.delivered_at) == (State.DELIVERED, delivered)
    assert room.count(Receipt) == 3


def test_the_same_receipt_again_is_the_same_row(room: Room, number: int) -> None:
    room.send()
    for _ in range(3):
        assert _take_in(room, _word(room, State.SENT))
    assert room.count(Receipt) == 1


def test_the_moment_of_delivery_is_the_first_one(room: Room, number: int) -> None:
    room.send()
    _take_in(room, _word(room, State.DELIVERED, "delivered"))
    first = room.message(ANA).delivered_at
    room.clock.later(hours=2)
    _take_in(room, _word(room, State.DELIVERED, "opened"))
    assert room.message(ANA).delivered_at == first


def test_a_receipt_that_comes_before_the_record_stands(room: Room, number: int) -> None:
    now = room.clock.now()
    with room.store.write() as session:
        (claim,) = claims.claim(session, "sender", SMS, True, 1, now)
    _take_in(room, _word(room, State.DELIVERED))
    with room.store.write() as session:
        claims.record(session, claim, Answer(Outcome.UNKNOWN, detail="timed out"), "carrier", now)
    assert room.message(ANA).state is State.DELIVERED
    assert room.kinds(number).count("message_sent") == 1 and "message_in_doubt" not in room.kinds(number)


def test_a_receipt_settles_doubt_and_nothing_is_sent_again(room: Room, number: int) -> None:
    sender = room.sender(sms=Carrier(room.recorder(), loses=1))
    room.send(sender)
    _take_in(room, _word(room, State.SENT))
    message = room.message(ANA)
    assert (message.state, message.provider_id) == (State.SENT, "SM1")
    assert [line["how"] for line in room.lines(number, "doubt_resolved")] == ["a receipt came"]
    room.clock.later(hours=1)
    assert room.send(sender) == 0 and len(room.phones()) == 1


def test_a_failure_that_is_reported_later_fails_the_message_with_a_line(room: Room, number: int) -> None:
    room.send()
    word = ReceiptWord(room.message(ANA).token, "SM1", "undelivered", State.FAILED, "unknown handset", "SM1/u")
    _take_in(room, word)
    assert (room.message(ANA).state, room.message(ANA).reason) == (State.FAILED, "unknown handset")
    assert room.lines(number, "message_failed")[0]["reason"] == "unknown handset"
    _take_in(room, _word(room, State.DELIVERED))
    assert room.message(ANA).state is State.FAILED


def test_what_arrived_is_not_failed_by_a_late_word(room: Room, number: int) -> None:
    room.send()
    _take_in(room, _word(room, State.DELIVERED))
    _take_in(room, _word(room, State.FAILED))
    assert room.message(ANA).state is State.DELIVERED


def test_a_word_that_says_nothing_about_the_state_is_kept_only(room: Room, number: int) -> None:
    room.send()
    assert _take_in(room, _word(room, None, "unsubscribe"))
    assert (room.message(ANA).state, room.count(Receipt)) == (State.ACCEPTED, 1)


def test_a_receipt_for_nobody_of_ours_is_not_kept(room: Room, number: int) -> None:
    assert not _take_in(room, _word(room, State.DELIVERED, token="another"))
    assert not _take_in(room, ReceiptWord(None, "SM9", "sent", State.SENT, "", "k"))
    assert room.count(Receipt) == 0


def test_without_a_token_the_providers_id_finds_the_message(room: Room, number: int) -> None:
    room.send()
    provider_id = room.message(ANA).provider_id or ""
    assert _take_in(room, ReceiptWord(None, provider_id, "delivered", State.DELIVERED, "", "k"))
    assert room.message(ANA).state is State.DELIVERED
