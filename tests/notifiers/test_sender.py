"""From the outbox to the provider: what each answer comes to, and who may send what."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from notifiers.providers.base import Answer
from notifiers.rows import Attempt, Dispatch, Message
from notifiers.states import Outcome, State
from protocol.messages import MessageTemplate
from protocol.rekeying import rekey
from protocol.vault import Vault
from protocol.words import Channel
from tests.conftest import SECRET
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


def test_a_message_goes_to_its_phone_and_is_accepted(room: Room, number: int) -> None:
    assert room.send() == 1
    message = room.message(ANA)
    (line,) = room.phones()
    assert (message.state, message.provider, message.provider_id) == (State.ACCEPTED, "recorder", line["provider_id"])
    assert (line["to"], line["body"], line["language"]) == ("+34600000008", room.texts(ANA)[0], "es")
    sent = {"message": message.id, "member": message.member_id, "channel": "sms", "template": "signal-alert"}
    assert room.lines(number, "message_sent") == [{**sent, "role": None}]
    assert room.send() == 0 and len(room.phones()) == 1


def test_the_intent_is_committed_before_the_socket_is_written(room: Room, number: int) -> None:
    seen: list[tuple[State, int]] = []

    def look(_: object) -> None:
        with room.store.read() as session:
            message = session.scalars(select(Message)).one()
            seen.append((message.state, len(session.scalars(select(Attempt)).all())))

    room.send(room.sender(sms=Carrier(room.recorder(), before=look)))
    assert seen == [(State.SENDING, 1)]


def test_a_contact_sealed_under_a_key_that_the_sender_does_not_know_waits_for_one_that_does(
    room: Room, number: int
) -> None:
    new = replace(room, vault=Vault(SECRET, "new key"))
    with room.store.write() as session:
        rekey(session, new.vault, {})
    room.send()
    assert (room.message(ANA).state, room.phones()) == (State.PENDING, [])
    assert room.message(ANA).reason.startswith("Contacts are encrypted, but CRISIS_CONTACT_KEY is not set")
    room.clock.later(seconds=5)
    new.send()
    assert [line["to"] for line in room.phones()] == ["+34600000008"]


def test_a_provider_that_asks_for_a_pause_is_given_it(room: Room, number: int) -> None:
    busy = Answer(Outcome.NOT_SENT, detail="too many requests", retry_after=30)
    sender = room.sender(sms=Carrier(room.recorder(), [busy]))
    room.send(sender)
    assert room.message(ANA).state is State.PENDING
    room.tell("tom.baker", key="notify/2", channels=SMS)
    room.clock.later(seconds=29)
    assert room.send(sender) == 0 and room.phones() == []
    room.clock.later(seconds=1)
    assert room.send(sender) == 2 and len(room.phones()) == 2


def test_a_pause_of_one_channel_leaves_the_other_alone(room: Room) -> None:
    sender = room.sender(sms=Carrier(room.recorder(), [Answer(Outcome.NOT_SENT, retry_after=300)]))
    room.tell(ANA, channels=SMS)
    room.send(sender)
    room.tell("tom.baker", key="notify/2")
    room.send(sender)
    assert [line["channel"] for line in room.phones()] == ["email"]


def test_what_surely_was_not_sent_is_sent_again_after_a_wait_that_doubles(room: Room, number: int) -> None:
    closed = [Answer(Outcome.NOT_SENT, detail="connection refused")] * 3
    sender = room.sender(sms=Carrier(room.recorder(), closed))
    for wait in (2, 4, 8):
        room.send(sender)
        message = room.message(ANA)
        assert (message.state, message.reason) == (State.PENDING, "connection refused")
        assert (message.next_at - room.clock.now()).total_seconds() == wait
        assert room.send(sender) == 0
        room.clock.later(seconds=wait)
    room.send(sender)
    assert room.message(ANA).state is State.ACCEPTED and len(room.phones()) == 1


def test_a_refusal_is_for_good_and_named(room: Room, number: int) -> None:
    room.without(ANA, Channel.EMAIL, Channel.VOICE)
    sender = room.sender(sms=Carrier(room.recorder(), [Answer(Outcome.REFUSED, detail="no such number")]))
    room.send(sender)
    room.clock.later(hours=1)
    assert room.send(sender) == 0
    message = room.message(ANA)
    assert (message.state, message.reason) == (State.FAILED, "no such number")
    failed = {"message": message.id, "member": message.member_id, "channel": "sms", "reason": "no such number"}
    assert room.lines(number, "message_failed") == [failed]


def test_a_message_that_cannot_be_written_fails_with_the_sentence_and_the_others_leave(room: Room, number: int) -> None:
    room.tell("tom.baker", key="notify/2", channels=SMS)
    with room.store.write() as session:
        template = session.get_one(MessageTemplate, room.message(ANA).template_id)
        template.body = "{{ nobody }}"
    room.send()
    assert room.states() == ["failed", "accepted", "pending"], "the third one tells Ana by e-mail"
    assert "'nobody' is undefined; give the variable or correct the template." in room.message(ANA).reason


def test_production_never_sends_a_rehearsal(room: Room) -> None:
    room.do(room.open(drill=True), "alert")
    room.tell(ANA, channels=SMS)
    room.send(room.sender(drills=False))
    assert [line["to"] for line in room.phones()] == ["+34600000008"]
    assert set(room.states()) == {"pending", "accepted"}


def test_public_words_without_their_sign_offs_are_refused_whoever_wrote_the_row(room: Room, number: int) -> None:
    room.do(number, "holding-statement")
    room.send()
    context = {"exact": {"en": {"subject": "S", "body": "B"}}, "audience": "press-list"}
    said = {"public_hash": "0" * 64, "sign_offs_needed": 0, "channels": [Channel.EMAIL], "context": context}
    room.tell("press.herald", template="firestorm-holding-statement", key="forged", incident_id=number, **said)
    room.send()
    message = room.message("press.herald", "email")
    assert (message.state, message.attempts) == (State.FAILED, 0)
    assert message.reason == "public words with 0 of 2 sign-offs may not leave"
    assert not any(line["to"].startswith("business@") for line in room.phones())


def test_signed_words_that_were_tampered_with_are_refused(room: Room) -> None:
    number = publish(room)
    with room.store.write() as session:
        dispatch = session.scalars(select(Dispatch).where(Dispatch.public_hash.is_not(None))).one()
        exact = {language: {**words, "body": "Eat more."} for language, words in dispatch.context["exact"].items()}
        session.execute(
            update(Dispatch).where(Dispatch.key == dispatch.key).values(context={**dispatch.context, "exact": exact})
        )
    room.send()
    for member in ("press.diario", "press.radio", "press.herald"):
        message = room.message(member, "email")
        assert message.state is State.FAILED
        assert message.reason.startswith("The words of holding-statement are not those that were signed off")
    assert len(room.lines(number, "message_failed")) == 3
    assert not any("Eat more" in line["body"] for line in room.phones())


def test_signed_words_leave_to_the_letter_in_each_ones_language(room: Room) -> None:
    publish(room)
    room.send()
    bodies = {line["to"]: line["language"] for line in room.phones() if line["subject"] and "example.com" in line["to"]}
    assert bodies["economia@diario.example.com"] == "es"
    assert bodies["business@herald.example.com"] == "en"


def publish(room: Room) -> int:
    """An incident whose holding statement was signed by two and enqueued."""
    number = room.open()
    room.do(number, "holding-statement")
    room.sign(number, "holding-statement", "pablo.serra", "javier.ortega")
    return number
