"""One dispatch is one message per person and channel, once; whoever is told otherwise than planned is named."""

import pytest
from sqlalchemy import delete, select

from notifiers.rows import Dispatch, Message
from protocol.messages import MessageTemplate
from protocol.words import Channel, Language, Remedy
from tests.fakes.room import BOTH, Room

ANA = "ana.ruiz"


@pytest.fixture
def number(room: Room) -> int:
    return room.open()


def test_twice_is_once(room: Room) -> None:
    assert room.tell(ANA, "tom.baker") == 4
    assert room.tell(ANA, "tom.baker") == 0
    assert (room.count(Dispatch), room.count(Message)) == (1, 4)


def test_one_more_person_under_the_same_key_is_one_more(room: Room) -> None:
    room.tell(ANA)
    assert room.tell(ANA, "tom.baker") == 2


def test_each_is_told_in_their_language(room: Room) -> None:
    room.tell(ANA, "tom.baker")
    assert "posible crisis" in room.texts(ANA)[0] and "possible crisis" in room.texts("tom.baker")[0]


def test_references_and_tokens_belong_to_one_message(room: Room) -> None:
    room.tell(ANA, "tom.baker", "kate.young")
    with room.store.read() as session:
        rows = session.scalars(select(Message)).all()
    assert len({row.reference for row in rows}) == len({row.token for row in rows}) == len(rows) == 6


def test_who_has_no_mailbox_is_told_by_sms_with_a_line(room: Room, number: int) -> None:
    room.without(ANA, Channel.EMAIL)
    assert room.tell(ANA, incident_id=number, channels=[Channel.EMAIL], step="alert") == 1
    assert room.message(ANA).channel is Channel.SMS
    reason = "no email contact; fell back to sms"
    assert room.lines(number, "not_told") == [{"member": room.member(ANA), "reason": reason, "step": "alert"}]


def test_who_has_no_contact_at_all_is_named_once(room: Room, number: int) -> None:
    room.without(ANA, *BOTH)
    for _ in range(2):
        assert room.tell(ANA, "tom.baker", incident_id=number, step="alert") in (2, 0)
    reason = "no sms or email contact; not told"
    assert room.lines(number, "not_told") == [{"member": room.member(ANA), "reason": reason, "step": "alert"}]


def test_a_contact_that_opted_out_is_never_used(room: Room, number: int) -> None:
    room.without(ANA, Channel.SMS)
    assert room.tell(ANA, incident_id=number) == 1
    assert room.message(ANA, "email").channel is Channel.EMAIL
    assert room.lines(number, "not_told") == []  # e-mail was planned too


def test_a_text_that_was_not_written_for_the_other_channel_does_not_stop_the_others(room: Room, number: int) -> None:
    room.without(ANA, Channel.EMAIL)
    people = (ANA, "sergio.molina")
    assert room.tell(*people, template="open-log", channels=[Channel.EMAIL], incident_id=number, step="open-log") == 1
    reason = "no email contact; not told"
    assert room.lines(number, "not_told") == [{"member": room.member(ANA), "reason": reason, "step": "open-log"}]


def test_signed_off_words_never_change_their_channel(room: Room, number: int) -> None:
    room.without(ANA, Channel.EMAIL)
    assert room.tell(ANA, channels=[Channel.EMAIL], incident_id=number, public_hash="h") == 0


def test_without_a_text_in_the_persons_language_another_is_used_with_a_line(room: Room, number: int) -> None:
    spanish = (MessageTemplate.key == "signal-alert", MessageTemplate.language == Language.ES)
    with room.store.write() as session:
        session.execute(delete(MessageTemplate).where(*spanish, MessageTemplate.channel == Channel.SMS))
    room.tell(ANA, incident_id=number, step="alert")
    assert "possible crisis" in room.texts(ANA)[0]
    said = {"member": room.member(ANA), "template": "signal-alert", "wanted": "es", "used": "en"}
    assert room.lines(number, "language_fallback") == [said]


def test_a_dispatch_keeps_the_words_it_was_made_with(room: Room) -> None:
    room.tell(ANA)
    before = room.texts(ANA)
    with room.store.write() as session:
        old = session.get_one(MessageTemplate, room.message(ANA).template_id)
        newer = {"key": old.key, "language": old.language, "channel": old.channel, "version": old.version + 1}
        session.add(MessageTemplate(**newer, body="Other words."))
    assert room.texts(ANA) == before
    room.tell(ANA, key="notify/2")
    assert room.texts(ANA)[1].startswith("Other words. #")


def test_an_unknown_message_is_told_and_nothing_is_written(room: Room) -> None:
    with pytest.raises(Remedy) as error:
        room.tell(ANA, template="flood")
    said = 'No message "flood" in the protocol store; add it to the library and run `crisis load`.'
    assert str(error.value) == said
    assert (room.count(Dispatch), room.count(Message)) == (0, 0)
