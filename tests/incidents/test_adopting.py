"""A running incident keeps the texts that it began with, until somebody lets it go by the newest version."""

import pytest
from sqlalchemy import select

from incidents.adopting import adopt
from incidents.phases import Phase
from incidents.rows import Incident, TimelineText
from incidents.timeline import Kind, first_broken
from notifiers.next_channel import has_another, tell_otherwise
from notifiers.rows import Message
from playbooks.texts import keep_messages
from protocol.history import Author, recorded
from protocol.words import Channel, Language, Remedy
from protocol.workbook.texts import MessageText
from tests.fakes.room import Room

NEW = "New words about {{ subject }}."


@pytest.fixture
def changed(room: Room) -> int:
    """An incident that was open when the words of an alert were changed."""
    with room.store.write() as session, recorded(session, Author("Ana", "crisis load"), room.clock.now()):
        pass
    number = room.open()
    say(room, "signal-alert", NEW)
    return number


def say(room: Room, key: str, body: str) -> None:
    """The newest version of the protocol has other words in English by SMS."""
    author = Author("Ana", "crisis protocol import")
    with room.store.write() as session, recorded(session, author, room.clock.now()):
        keep_messages(session, [MessageText(key, Language.EN, Channel.SMS, "", body)])


def test_a_running_incident_keeps_the_words_that_it_began_with(room: Room, changed: int) -> None:
    room.tell("tom.baker", incident_id=changed)
    assert "New words" not in room.texts("tom.baker")[-1]


def test_the_next_incident_has_the_new_words(room: Room, changed: int) -> None:
    other = room.open(playbook="data-breach")
    room.tell("tom.baker", incident_id=other)
    assert room.texts("tom.baker")[-1].startswith("New words about")


def test_once_adopted_the_new_words_count_and_the_timeline_says_who_decided_it(room: Room, changed: int) -> None:
    with room.store.write() as session:
        assert (
            adopt(session, session.get_one(Incident, changed), "Ana: the other words were wrong", room.clock.now()) == 2
        )
    room.tell("tom.baker", incident_id=changed)
    assert room.texts("tom.baker")[-1].startswith("New words about")
    assert room.lines(changed, Kind.PROTOCOL_ADOPTED) == [{"version": 2}]
    with room.store.read() as session:
        assert "Ana: the other words were wrong" in session.scalars(select(TimelineText.text)).all()
        assert first_broken(session, changed) is None


def test_there_must_be_something_to_adopt(room: Room, changed: int) -> None:
    with room.store.write() as session:
        incident = session.get_one(Incident, changed)
        adopt(session, incident, "Ana", room.clock.now())
        with pytest.raises(Remedy, match=f"INC-{changed} goes by the newest version of the protocol already"):
            adopt(session, incident, "Ana", room.clock.now())
    say(room, "signal-alert", "Newer words.")
    room.advance_to(changed, Phase.CLOSED)
    with room.store.write() as session, pytest.raises(Remedy, match="is closed; there is nothing left to say in it"):
        adopt(session, session.get_one(Incident, changed), "Ana", room.clock.now())


def test_a_message_that_the_version_did_not_know_at_all_is_taken_as_it_is_now(room: Room, changed: int) -> None:
    say(room, "entirely-new", "Hello {{ first_name }}.")
    room.tell("tom.baker", template="entirely-new", incident_id=changed, channels=(Channel.SMS,))
    assert room.texts("tom.baker", "entirely-new")[-1].startswith("Hello Tom.")


def test_who_cannot_be_told_goes_to_a_channel_that_the_incident_has_words_for(room: Room) -> None:
    say(room, "only-sms", "Only {{ first_name }}.")
    number = room.open()
    with room.store.write() as session, recorded(session, Author("Ana", "crisis load"), room.clock.now()):
        keep_messages(session, [MessageText("only-sms", Language.EN, Channel.EMAIL, "Hello", "By e-mail as well.")])
    room.tell("tom.baker", template="only-sms", incident_id=number, channels=(Channel.SMS,))
    with room.store.write() as session:
        message = session.scalars(select(Message)).one()
        assert not has_another(session, message)
        assert not tell_otherwise(session, message, "nothing arrives there", room.clock.now())
    assert room.states() == ["failed"]


def test_people_are_always_as_of_now(room: Room, changed: int) -> None:
    room.without("tom.baker", Channel.SMS)
    room.tell("tom.baker", incident_id=changed, channels=(Channel.SMS,))
    assert room.texts("tom.baker") == []
