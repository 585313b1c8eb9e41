"""The provider's word: kept once, in any order, and never a step back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from notifiers import claiming, opting, recording
from notifiers.claiming import Want
from notifiers.providers.base import Answer
from notifiers.providers.words import ReceiptWord
from notifiers.receipts import take_in, take_in_many
from notifiers.rows import Message, Receipt
from notifiers.states import Concern, Outcome, State
from protocol.people import Contact
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
        (claim,) = claiming.claim(session, "sender", [Want(Channel.SMS, 1)], True, now).claims
    _take_in(room, _word(room, State.DELIVERED))
    with room.store.write() as session:
        late = recording.Result(claim, Answer(Outcome.UNKNOWN, detail="timed out"), "carrier")
        recording.record(session, [late], now)
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


# many at once


def _take_in_many(room: Room, words: list[ReceiptWord]) -> list[bool]:
    with room.store.write() as session:
        return take_in_many(session, words, "carrier", room.clock.now())


def _contact(room: Room, message: Message) -> Contact:
    with room.store.read() as session:
        return session.get_one(Contact, message.contact_id)


def test_a_batch_is_answered_in_its_order_and_keeps_each_word_once(room: Room, number: int) -> None:
    for dispatch in range(300):
        room.tell(ANA, "tom.baker", key=f"notify/many-{dispatch}", incident_id=number, channels=SMS)
    with room.store.write() as session:
        session.execute(update(Message).values(state=State.ACCEPTED))
        tokens = list(session.scalars(select(Message.token).order_by(Message.id)))
    said = [ReceiptWord(t, "", "delivered", State.DELIVERED, "", f"d{t}") for t in tokens]
    said += [ReceiptWord(t, "", "sent", State.SENT, "", f"s{t}") for t in tokens]
    said.insert(5, ReceiptWord("nobody", "", "sent", State.SENT, "", "x"))
    said.append(said[0])
    assert _take_in_many(room, said) == [True] * 5 + [False] + [True] * (len(said) - 6)
    assert set(room.states()) == {"delivered"} and room.count(Receipt) == 2 * len(tokens)
    assert _take_in_many(room, said).count(True) == len(said) - 1 and room.count(Receipt) == 2 * len(tokens)
    assert _take_in_many(room, []) == []


def test_batches_that_name_incidents_crosswise_queue(room: Room) -> None:
    tokens = []
    for subject in ("brand-aurora", "product-oat-drink"):
        incident = room.open(subject=subject)
        room.tell(ANA, key=f"notify/{subject}", incident_id=incident, channels=SMS)
        tokens.append(room.message(ANA).token)

    def post(order: int) -> list[bool]:
        words = [ReceiptWord(t, "SM1", "sent", State.SENT, "", f"{t}{order}") for t in tokens[:: (-1) ** order]]
        return _take_in_many(room, words)

    with ThreadPoolExecutor(4) as posts:
        assert all(all(answers) for answers in posts.map(post, range(40)))
    assert room.count(Receipt) == 80 and room.states() == ["sent", "sent"]


def test_what_a_message_carries_moves_along_with_it(room: Room, number: int) -> None:
    room.send()
    carrier = room.message(ANA)
    room.tell(ANA, key="notify/inner", incident_id=number, channels=SMS)
    with room.store.write() as session:
        inner = session.get_one(Message, room.message(ANA).id)
        inner.carried_by, inner.state = carrier.id, State.ACCEPTED
    assert _take_in(room, _word(room, State.DELIVERED, token=carrier.token))
    assert room.states() == ["delivered", "delivered"]
    assert room.message(ANA).delivered_at == room.clock.now() and room.count(Receipt) == 1


def test_a_receipt_that_comes_after_the_doubt_was_given_up_still_settles_it(room: Room, number: int) -> None:
    room.send()
    with room.store.write() as session:
        session.execute(update(Message).values(state=State.UNRESOLVED))
    _take_in(room, _word(room, State.DELIVERED))
    assert room.message(ANA).state is State.DELIVERED
    assert [line["how"] for line in room.lines(number, "doubt_resolved")] == ["a receipt came"]


def test_a_request_with_many_messages_has_one_id_which_names_none_of_them(room: Room, number: int) -> None:
    room.tell("tom.baker", key="notify/2", incident_id=number, channels=SMS)
    with room.store.write() as session:
        session.execute(update(Message).values(state=State.ACCEPTED, provider_id="M1"))
    assert not _take_in(room, ReceiptWord(None, "M1", "delivered", State.DELIVERED, "", "k"))


def _refusal(room: Room, concern: Concern | None, state: State | None = State.FAILED) -> ReceiptWord:
    return ReceiptWord(room.message(ANA).token, "SM1", "undelivered", state, "unknown handset", "SM1/u", concern)


def test_a_refusal_for_good_marks_the_contact_and_the_next_channel_is_told(room: Room, number: int) -> None:
    room.send()
    _take_in(room, _refusal(room, Concern.RECIPIENT))
    assert (_contact(room, room.message(ANA)).bounce, room.message(ANA).state) == ("unknown handset", State.FAILED)
    assert room.message(ANA, "email").state is State.PENDING


def test_a_delivery_clears_the_mark_of_a_bounce(room: Room, number: int) -> None:
    room.send()
    with room.store.write() as session:
        opting.mark_bounced(session, room.message(ANA).contact_id, "unknown handset", room.clock.now())
    _take_in(room, _word(room, State.SENT))
    assert _contact(room, room.message(ANA)).bounced_at is not None
    _take_in(room, _word(room, State.DELIVERED))
    assert (_contact(room, room.message(ANA)).bounced_at, _contact(room, room.message(ANA)).bounce) == (None, None)


def test_what_passes_by_itself_marks_nothing(room: Room, number: int) -> None:
    room.send()
    _take_in(room, _refusal(room, Concern.TRANSIENT))
    contact = _contact(room, room.message(ANA))
    assert (contact.bounced_at, contact.opted_out_at, room.message(ANA).state) == (None, None, State.FAILED)


def test_a_person_who_unsubscribes_after_reading_is_out_and_comes_back_by_the_providers_word(
    room: Room, number: int
) -> None:
    room.send()
    _take_in(room, _word(room, State.DELIVERED))
    _take_in(room, _refusal(room, Concern.OPTED_OUT, state=None))
    assert _contact(room, room.message(ANA)).opted_out_at == room.clock.now()
    assert room.message(ANA).state is State.DELIVERED
    assert [line["reason"] for line in room.lines(number, "contact_opted_out")] == ["the provider says so"]
    back = ReceiptWord(room.message(ANA).token, "SM1", "group_resubscribe", None, "", "back", opted_in=True)
    _take_in(room, back)
    assert _contact(room, room.message(ANA)).opted_out_at is None
    assert len(room.lines(number, "contact_opted_in")) == 1
