"""Failed for good: the person is told on the next channel, and the timeline says so."""

from notifiers.providers.base import Answer
from notifiers.states import Concern, Outcome, State
from protocol.words import Channel
from tests.fakes.carrier import Carrier
from tests.fakes.room import Room

ANA = "ana.ruiz"
GONE = Answer(Outcome.REFUSED, detail="the number is not valid", concern=Concern.RECIPIENT)
SMS = [Channel.SMS]


def _refusing(room: Room, *answers: Answer) -> Carrier:
    return Carrier(room.recorder(), list(answers))


def _reasons(room: Room, number: int) -> list[str]:
    return [str(line["reason"]) for line in room.lines(number, "not_told")]


def test_a_refused_text_becomes_an_email_at_once(room: Room) -> None:
    number = room.open()
    room.tell(ANA, incident_id=number, channels=SMS)
    sender = room.sender(sms=_refusing(room, GONE))
    room.send(sender)
    room.send(sender)
    assert [line["channel"] for line in room.phones()] == ["email"]
    assert _reasons(room, number) == ["the number is not valid; told by email instead"]


def test_a_person_already_told_by_email_is_not_told_twice_by_it(room: Room) -> None:
    number = room.open()
    room.tell(ANA, incident_id=number)
    sender = room.sender(sms=_refusing(room, GONE))
    room.send(sender)
    room.send(sender)
    assert [line["channel"] for line in room.phones()].count("email") == 1
    assert _reasons(room, number)[0].startswith("the number is not valid; told by ")


def test_without_another_channel_the_line_says_that_nobody_told_the_person(room: Room) -> None:
    number = room.open()
    room.without(ANA, Channel.EMAIL, Channel.VOICE)
    room.tell(ANA, incident_id=number, channels=SMS)
    room.send(room.sender(sms=_refusing(room, GONE)))
    assert room.message(ANA).state is State.FAILED
    assert _reasons(room, number) == ["the number is not valid; no other channel is left"]


def test_every_channel_is_tried_once_and_no_more(room: Room) -> None:
    number = room.open()
    room.tell(ANA, incident_id=number, channels=SMS)
    carriers = {channel: _refusing(room, *[GONE] * 9) for channel in Channel}
    sender = room.sender(**carriers)
    for _ in range(6):
        room.send(sender)
    tried = [line["channel"] for line in room.lines(number, "message_failed")]
    assert len(tried) == len(set(tried)) >= 2
    assert room.phones() == []


def test_signed_words_go_on_no_other_channel_than_the_signed_one(room: Room) -> None:
    number = room.open()
    room.do(number, "holding-statement")
    room.sign(number, "holding-statement", "pablo.serra", "javier.ortega")
    sender = room.sender(email=_refusing(room, *[GONE] * 40))
    for _ in range(3):
        room.send(sender)
    to_the_press = [line for line in room.phones() if "press" in line["to"]]
    assert to_the_press == []
    assert any("no other channel is left" in reason for reason in _reasons(room, number))
