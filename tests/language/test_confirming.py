"""People say that a contact reaches them, and whoever shares a number says which message is meant."""

import pytest
from sqlalchemy import select

from protocol.people import Contact, Member
from protocol.words import Channel
from tests.language.crisis import Crisis

LUCIA, SERGIO, JAVIER = "lucia.romero", "sergio.molina", "javier.ortega"
CHECK = "contact-check"


def contacts(crisis: Crisis, person: str) -> dict[Channel, Contact]:
    with crisis.carriers.works.store.read() as session:
        rows = session.scalars(select(Contact).join(Member).where(Member.key == person))
        return {contact.channel: contact for contact in rows}


def confirmed(crisis: Crisis, person: str) -> set[Channel]:
    return {channel for channel, contact in contacts(crisis, person).items() if contact.verified_at is not None}


def asks(crisis: Crisis, person: str, channel: Channel = Channel.SMS) -> None:
    """A check of the contact is on its way to the person."""
    crisis.tells(CHECK, person, channels=[channel])


def share_number(crisis: Crisis, *people: str) -> None:
    """These people are reached by the telephone of the first."""
    with crisis.carriers.works.store.write() as session:
        first = contacts(crisis, people[0])[Channel.SMS]
        for person in people[1:]:
            row = session.scalars(
                select(Contact).join(Member).where(Member.key == person, Contact.channel == Channel.SMS)
            ).one()
            row.sealed, row.fingerprint, row.shared = first.sealed, first.fingerprint, True


@pytest.mark.parametrize("words", ["1", " 1. "])
def test_a_digit_confirms_the_number_for_texts_and_calls(crisis: Crisis, words: str) -> None:
    asks(crisis, LUCIA)
    crisis.phone(LUCIA).expects("responde 1", "este tel").answers(words)
    assert confirmed(crisis, LUCIA) == {Channel.SMS, Channel.VOICE}


def test_one_tap_confirms_the_address_and_the_page_speaks_of_nothing_else(crisis: Crisis) -> None:
    asks(crisis, LUCIA, Channel.EMAIL)
    mail = crisis.mailbox(LUCIA).expects("te llega").is_scanned()
    assert confirmed(crisis, LUCIA) == set()
    mail.taps()
    assert confirmed(crisis, LUCIA) == {Channel.EMAIL}


def test_in_a_crisis_the_digit_is_for_the_crisis(crisis: Crisis) -> None:
    crisis.ignores(channel=Channel.EMAIL)
    asks(crisis, LUCIA)
    text = crisis.phone(LUCIA).expects("responde 1")
    crisis.opens("social-firestorm", steps=["alert"])
    crisis.phone(LUCIA).expects("posible crisis").answers("1")
    crisis.phone(SERGIO).expects("posible crisis").answers("1")
    assert crisis.acknowledged() == {LUCIA: "sms", SERGIO: "sms"}
    assert confirmed(crisis, LUCIA) == set()
    text.answers(text.reference)
    assert confirmed(crisis, LUCIA) == {Channel.SMS, Channel.VOICE}


def test_a_check_that_does_not_arrive_marks_the_number_and_asks_by_e_mail(crisis: Crisis) -> None:
    crisis.phone(LUCIA).is_off(30003)
    asks(crisis, LUCIA)
    crisis.phone(LUCIA).expects("responde 1")
    crisis.mailbox(LUCIA).expects("te llega")
    bounce = contacts(crisis, LUCIA)[Channel.SMS]
    assert bounce.bounced_at == crisis.now and "switched off" in str(bounce.bounce)


def test_a_number_that_several_share_answers_only_with_a_reference(crisis: Crisis) -> None:
    crisis.ignores(channel=Channel.EMAIL)
    share_number(crisis, LUCIA, SERGIO)
    crisis.opens("social-firestorm", steps=["alert"])
    texts = {
        arrival.reference: arrival for arrival in (crisis.phone(LUCIA).expects("posible crisis") for _ in range(2))
    }
    for text in texts.values():
        text.answers("1")
    assert crisis.acknowledged() == {}
    first, second = texts.values()
    first.answers(f"1 {first.reference}")
    assert list(crisis.acknowledged().values()) == ["sms"]
    second.answers(second.reference.lower())
    assert crisis.acknowledged() == {LUCIA: "sms", SERGIO: "sms"}
    crisis.passes(hours=1)


def test_a_shared_number_is_confirmed_for_the_one_whose_reference_is_quoted(crisis: Crisis) -> None:
    share_number(crisis, LUCIA, SERGIO)
    asks(crisis, SERGIO)
    text = crisis.phone(LUCIA).expects("responde 1").answers("1")
    assert confirmed(crisis, SERGIO) == confirmed(crisis, LUCIA) == set()
    text.answers(text.reference)
    assert confirmed(crisis, SERGIO) == {Channel.SMS}
    assert confirmed(crisis, LUCIA) == set()
