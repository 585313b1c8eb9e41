"""A person says "seen": by a digit, a reference, a tap, a key of the telephone or a command; nobody else says it."""

import pytest

from protocol.words import Channel
from tests.language.crisis import Crisis

LUCIA, SERGIO = "lucia.romero", "sergio.molina"


@pytest.fixture(autouse=True)
def alert(crisis: Crisis) -> None:
    """An alert, whose e-mails these stories are not about unless they name them."""
    crisis.ignores(channel=Channel.EMAIL)
    crisis.opens("social-firestorm", steps=["alert"])


def _sergio_too(crisis: Crisis) -> None:
    crisis.phone(SERGIO).expects("posible crisis").answers("1")
    crisis.passes(hours=1)  # nobody else is told


def test_by_a_digit(crisis: Crisis) -> None:
    crisis.phone(LUCIA).expects("Responde 1").answers("1")
    assert crisis.acknowledged() == {LUCIA: "sms"}
    _sergio_too(crisis)


def test_by_the_reference_of_the_text(crisis: Crisis) -> None:
    text = crisis.phone(LUCIA).expects("posible crisis")
    text.answers(f"visto, {text.reference.lower()}")
    assert crisis.acknowledged() == {LUCIA: "sms"}
    _sergio_too(crisis)


def test_by_one_tap_on_the_link_of_a_text_or_an_e_mail(crisis: Crisis) -> None:
    crisis.phone(LUCIA).expects("posible crisis").taps()
    crisis.phone(SERGIO).expects("posible crisis")
    crisis.mailbox(SERGIO).expects("Confirma que lo tienes").taps().taps()
    assert crisis.acknowledged() == {LUCIA: "link", SERGIO: "link"}
    crisis.passes(hours=1)


def test_by_a_command_on_the_server(crisis: Crisis) -> None:
    text = crisis.phone(LUCIA).expects("posible crisis")
    assert crisis.types("ack", "--reference", text.reference) == "Acknowledged for Lucía Romero."
    crisis.phone(SERGIO).expects("posible crisis")
    assert crisis.types("ack", "INC-1", "--as", SERGIO) == "Acknowledged for Sergio Molina."
    assert crisis.acknowledged() == {LUCIA: "command", SERGIO: "command"}
    crisis.passes(hours=1)


def test_a_link_scanner_acknowledges_nothing(crisis: Crisis) -> None:
    crisis.phone(LUCIA).expects("posible crisis").is_scanned()
    crisis.mailbox(LUCIA).expects("posible crisis").is_scanned()
    crisis.phone(SERGIO).expects("posible crisis").answers("1")
    assert crisis.acknowledged() == {SERGIO: "sms"}
    crisis.passes(minutes=5)
    crisis.phone("tom.baker").expects("You stand in for").answers("1")


def test_the_text_of_an_unknown_number_changes_nothing_and_gets_no_answer(crisis: Crisis) -> None:
    text = crisis.phone(LUCIA).expects("posible crisis")
    for words in ("1", text.reference, "STOP", "who is this?"):
        crisis.stranger().says(words)
        assert crisis.carriers.heard.endswith("<Response/>")
    assert crisis.acknowledged() == {}
    text.answers("1")
    _sergio_too(crisis)


def test_two_answers_to_the_same_text_count_once(crisis: Crisis) -> None:
    text = crisis.phone(LUCIA).expects("posible crisis").answers("1")
    crisis.passes(seconds=30)
    text.answers("1").taps()
    assert crisis.acknowledged() == {LUCIA: "sms"}
    assert len(crisis.timeline("acknowledged")) == 1
    _sergio_too(crisis)
