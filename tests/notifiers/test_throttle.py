"""Nobody gets more than they can read: what comes above the limit waits, and what waited leaves as one text."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from incidents.rows import Incident
from notifiers.providers.base import Answer
from notifiers.rows import Attempt, Message
from notifiers.states import Outcome, Reason, State
from protocol.messages import MessageTemplate
from protocol.practice import ChannelLimit
from protocol.words import Channel
from tests.fakes.carrier import Carrier
from tests.fakes.room import Room

ANA = "ana.ruiz"
SMS = [Channel.SMS]


def many(room: Room, number: int, first: int = 1, member: str = ANA, **plan: object) -> None:
    for place in range(first, first + number):
        room.tell(member, key=f"notify/{place}", channels=SMS, **plan)


def limit(room: Room, count: int, minutes: int = 10) -> None:
    with room.store.write() as session:
        session.add(ChannelLimit(channel=Channel.SMS, count=count, minutes=minutes))


def rows(room: Room) -> list[Message]:
    with room.store.read() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


@pytest.fixture
def two_waiting(room: Room) -> Room:
    """Ana has had her one text of ten minutes; two more wait."""
    limit(room, 1)
    many(room, 3)
    room.send()
    assert [row.held for row in rows(room)] == [None, Reason.THROTTLED, Reason.THROTTLED]
    room.clock.later(minutes=10)
    return room


def test_the_thirteenth_text_within_ten_minutes_waits(room: Room) -> None:
    many(room, 13)
    assert room.send() == 12
    last = rows(room)[-1]
    assert (last.state, last.held) == (State.PENDING, Reason.THROTTLED)
    assert last.reason == "throttled: the person had enough lately"
    room.clock.later(minutes=9)
    assert room.send() == 0
    room.clock.later(minutes=1)
    assert room.send() == 1 and len(room.phones()) == 13


def test_others_are_not_held_by_one_persons_limit(room: Room) -> None:
    many(room, 13)
    room.tell("sergio.molina", key="notify/other", channels=SMS)
    room.tell(ANA, key="notify/mail", channels=[Channel.EMAIL])
    assert room.send() == 14


def test_the_companys_own_limit_counts(room: Room) -> None:
    limit(room, 2, minutes=5)
    many(room, 3)
    assert room.send() == 2
    room.clock.later(minutes=5)
    assert room.send() == 1


def test_what_is_on_its_way_and_what_is_in_doubt_counts(room: Room) -> None:
    limit(room, 1)
    many(room, 2)
    lost = Answer(Outcome.UNKNOWN, detail="the line broke off")
    room.send(room.sender(sms=Carrier(room.recorder(), [lost])))
    assert [row.held for row in rows(room)] == [None, Reason.THROTTLED]
    with room.store.write() as session:
        session.execute(update(Attempt).values(outcome=None, ended_at=None))  # as while the answer is awaited
        session.execute(update(Message).values(held=None, next_at=room.clock.now()))
        session.execute(update(Message).where(Message.id == 1).values(state=State.SENDING))
    room.send()
    assert rows(room)[1].held is Reason.THROTTLED


def test_two_that_waited_leave_as_one_text_with_one_reference(two_waiting: Room) -> None:
    two_waiting.send()
    first, second = rows(two_waiting)[1:]
    body = two_waiting.phones()[-1]["body"]
    assert len(two_waiting.phones()) == 2
    assert body.count("INC-0") == 2 and "\n--\n" in body
    assert body.endswith(f" #{first.reference}") and second.reference not in body
    assert second.carried_by == first.id


def test_the_outcome_applies_to_both(two_waiting: Room) -> None:
    two_waiting.send()
    carrier, carried = rows(two_waiting)[1:]
    assert {row.state for row in (carrier, carried)} == {State.ACCEPTED}
    assert carrier.provider_id == carried.provider_id == two_waiting.phones()[-1]["provider_id"]
    assert (carrier.held, carried.held) == (None, None)


@pytest.mark.parametrize("arrived", [True, False])
def test_the_doubt_applies_to_both_and_is_settled_for_both(two_waiting: Room, arrived: bool) -> None:
    lost = [] if arrived else [Answer(Outcome.UNKNOWN, detail="the line broke off")]
    sender = two_waiting.sender(sms=Carrier(two_waiting.recorder(), lost, loses=int(arrived)))
    two_waiting.send(sender)
    if arrived:  # the round that sent it asks only after a grace
        assert [row.state for row in rows(two_waiting)[1:]] == [State.IN_DOUBT] * 2
    two_waiting.clock.later(minutes=2)
    two_waiting.send(sender)
    two_waiting.clock.later(minutes=10)
    two_waiting.send(sender)
    assert [row.state for row in rows(two_waiting)[1:]] == [State.ACCEPTED] * 2
    assert len(two_waiting.phones()) == 2, "one text, and the one that carried both"


def test_what_one_text_cannot_hold_leaves_apart(room: Room) -> None:
    limit(room, 2)
    with room.store.write() as session:
        long = MessageTemplate.key == "signal-alert", MessageTemplate.channel == Channel.SMS
        session.execute(update(MessageTemplate).where(*long).values(body="x" * 900))
    many(room, 4)
    sender = room.sender()
    room.send(sender)
    room.clock.later(minutes=10)
    for _ in range(3):
        room.send(sender)
    assert len(room.phones()) == 4
    assert all(len(line["body"]) < 1000 for line in room.phones())
    assert all(row.carried_by is None for row in rows(room))


def test_a_text_carries_eight_at_the_most_and_takes_one_place(room: Room) -> None:
    limit(room, 2)
    with room.store.write() as session:
        session.execute(update(MessageTemplate).where(MessageTemplate.key == "signal-alert").values(body="Come."))
    many(room, 2 + 8 + 3)
    room.send()
    room.clock.later(minutes=10)
    room.send()
    assert [line["body"].count("Come.") for line in room.phones()] == [1, 1, 8, 3]


def test_a_code_and_what_asks_for_an_answer_are_never_held(room: Room) -> None:
    limit(room, 1)
    many(room, 1)
    room.send()
    room.tell(ANA, key="asks", channels=SMS, acknowledge=True)
    room.open_gate(room.open())
    room.send()
    assert all(row.held is None for row in rows(room))
    assert {row.state for row in rows(room)} == {State.ACCEPTED}


def test_a_drill_is_not_mixed_with_what_is_meant(room: Room) -> None:
    limit(room, 2)
    many(room, 2)
    many(room, 2, first=3)
    many(room, 2, first=5, drill=True)
    room.send()
    room.clock.later(minutes=10)
    room.send()
    meant, drill = room.phones()[2:]
    assert "SIMULACRO" not in meant["body"] and drill["body"].count("SIMULACRO") == 1


def test_signed_off_words_leave_as_they_were_signed(room: Room) -> None:
    with room.store.write() as session:
        session.add(ChannelLimit(channel=Channel.EMAIL, count=1, minutes=10))
    number = room.open()
    room.do(number, "holding-statement")
    for place in range(3):
        room.tell("press.herald", key=f"notify/{place}", channels=[Channel.EMAIL])
    room.send()
    room.sign(number, "holding-statement", "pablo.serra", "lucia.romero")
    room.send()
    room.clock.later(minutes=10)
    room.send()
    room.clock.later(minutes=10)
    room.send()
    herald = [line["body"] for line in room.phones() if line["to"] == "business@herald.example.com"]
    assert [body.count("We have read and heard") for body in herald] == [0, 1, 0]
    assert "INC-0" not in herald[1] and "--" not in herald[1]


def test_in_compressed_time_the_span_is_compressed_too(room: Room) -> None:
    number = room.open()
    with room.store.write() as session:
        session.get_one(Incident, number).clock_speed = 60.0
    limit(room, 1)
    many(room, 2, incident_id=number)
    room.send()
    late = rows(room)[1]
    assert late.next_at - room.clock.now() == timedelta(seconds=10)
