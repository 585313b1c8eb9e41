"""Who is asked for something hears it first, however long the queue is."""

from sqlalchemy import select, update

from notifiers.outbox import FIRST_OUT, IN_BULK, USUAL
from notifiers.rows import Dispatch, Message, Pace
from protocol.people import Contact, Member
from protocol.words import Channel, Language
from tests.fakes.carrier import Carrier
from tests.fakes.room import Room

BULK = 1000
CROWD = "+1202555"
LEAD = "+34600000003"  # javier.ortega, who decides at the gate


def crowd(room: Room) -> list[str]:
    """A thousand more people, each with a number."""
    keys = [f"crowd.{place}" for place in range(BULK)]
    with room.store.write() as session:
        people = [Member(key=key, name=key, language=Language.EN, time_zone="UTC") for key in keys]
        session.add_all(people)
        session.flush()
        numbers = [(person.id, f"{CROWD}{place:04}") for place, person in enumerate(people)]
        session.add_all(
            Contact(member_id=member, channel=Channel.SMS, sealed=value, fingerprint=value) for member, value in numbers
        )
    return keys


def enqueue_all(room: Room, keys: list[str]) -> None:
    with room.store.read() as session:
        ids = dict(session.execute(select(Member.key, Member.id)).all())
    room.member = ids.__getitem__  # type: ignore[method-assign]  # one look instead of a thousand
    assert room.tell(*keys, channels=[Channel.SMS]) == BULK


def test_a_code_overtakes_a_thousand_messages_that_were_enqueued_before(room: Room) -> None:
    enqueue_all(room, crowd(room))
    room.open_gate(room.open())
    handed: list[str] = []
    room.send(room.sender(sms=Carrier(room.recorder(), before=lambda message: handed.append(message.to))))
    deciders = {number for number in handed if not number.startswith(CROWD)}
    assert LEAD in deciders and set(handed[: len(deciders)]) == deciders


def test_codes_and_asks_go_before_an_incidents_news_and_that_before_bulk(room: Room) -> None:
    number = room.open()
    room.tell("ana.ruiz", key="bulk")
    room.tell("ana.ruiz", key="news", incident_id=number)
    room.tell("ana.ruiz", key="asks", incident_id=number, acknowledge=True)
    with room.store.read() as session:
        rows = session.execute(select(Dispatch.key, Message.priority).join(Message)).all()
    assert set(rows) == {("bulk", IN_BULK), ("news", USUAL), ("asks", FIRST_OUT)}


def test_a_rate_that_is_used_up_is_left_to_what_is_urgent(room: Room) -> None:
    """Of a number that sends one message a second, the next one is the code."""
    enqueue_all(room, crowd(room))
    sender = room.sender(sms=Carrier(room.recorder(), rate=1.0))
    room.send(sender)
    before = len(room.phones())
    room.open_gate(room.open())
    with room.store.write() as session:
        session.execute(update(Pace).values(tokens=0.0, filled_at=room.clock.now()))
    room.clock.later(seconds=1)
    room.send(sender)
    new = [line["to"] for line in room.phones()[before:] if line["channel"] == "sms"]
    assert new == [LEAD]
