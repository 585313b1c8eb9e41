"""The degraded mode: people are told without the orchestrator, once, and never public words."""

import json
from datetime import timedelta

import pytest

from notifiers.rows import SenderLease
from tests.fakes.terminal import Terminal

ORDER = ("notify", "crisis-declared", "--role", "crisis-lead", "--team", "communications", "--incident", "1")


@pytest.fixture
def desk(any_terminal: Terminal) -> Terminal:
    any_terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    return any_terminal


def recorded(desk: Terminal) -> list[dict[str, str]]:
    file = desk.home / "recorder.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_people_are_told_at_once_and_the_same_id_twice_tells_once(desk: Terminal) -> None:
    first = desk.says(*ORDER, "--id", "wake-up", "--yes")
    assert first.splitlines()[0].startswith("5 people, 10 messages: 5 by email, 5 by sms; 2 in en, 8 in es; ")
    assert first.splitlines()[1:] == [
        "Enqueued 10 messages as notify/wake-up; a repetition with --id wake-up sends nothing twice.",
        "Done: 10 accepted.",
    ]
    again = desk.says(*ORDER, "--id", "wake-up", "--yes")
    assert again.splitlines()[0] == "10 messages of the id wake-up enqueued before; nobody is told twice."
    assert "Nothing new to send as notify/wake-up" in again
    assert len(recorded(desk)) == 10


def test_the_same_order_without_an_id_is_the_same_order_that_day(desk: Terminal) -> None:
    desk.says(*ORDER, "--yes")
    assert "nobody is told twice" in desk.says(*ORDER, "--yes")
    assert len(recorded(desk)) == 10


def test_one_more_person_under_the_same_id_is_told_alone(desk: Terminal) -> None:
    desk.says(*ORDER, "--id", "x", "--yes")
    said = desk.says(*ORDER, "--member", "ana.ruiz", "--id", "x", "--yes")
    assert "1 person, 2 messages" in said
    assert len(recorded(desk)) == 12


def test_a_no_sends_and_writes_nothing(desk: Terminal) -> None:
    before = desk.rows()
    printed = desk(*ORDER, typed="n\n")
    assert printed.code == 1
    assert "10 messages" in printed.out
    assert desk.rows() == before
    assert recorded(desk) == []


def test_a_sender_at_work_is_left_to_its_work(terminal: Terminal) -> None:
    terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    works = terminal.works()
    with works.store.write() as session:
        session.add(SenderLease(id=1, owner="another", until=works.clock.now() + timedelta(minutes=1)))
    assert terminal.says(*ORDER, "--yes").endswith(
        "The sender that is at work takes them; `crisis status` shows what comes of them."
    )
    assert recorded(terminal) == []
    assert terminal("status", "--json").json[0]["messages"] == {"pending": 10}


def test_public_words_and_people_outside_are_refused(desk: Terminal) -> None:
    assert desk.refuses("notify", "firestorm-holding-statement", "--role", "crisis-lead", "--incident", "1") == (
        'The message "firestorm-holding-statement" is public and needs sign-offs; '
        "it leaves only by the publish step of a playbook (`crisis words`, `crisis sign-off`)."
    )
    assert desk.refuses("notify", "thanks", "--team", "press-list", "--incident", "1") == (
        "press.diario is outside the company and gets signed-off words only; use a publish step of a playbook."
    )


def test_words_that_cannot_be_rendered_are_not_sent(desk: Terminal) -> None:
    assert desk.refuses("notify", "crisis-declared", "--role", "crisis-lead") == (
        "The message \"crisis-declared\" was not sent. A message cannot be rendered: 'incident' is undefined; "
        "give the variable or correct the template. If an incident gives it, name one with --incident."
    )


def test_an_id_stands_for_one_message(desk: Terminal) -> None:
    desk.says(*ORDER, "--id", "x", "--yes")
    assert desk.refuses("notify", "thanks", "--role", "crisis-lead", "--incident", "1", "--id", "x") == (
        'The id "x" was used for the message "crisis-declared"; give this one another --id.'
    )


def test_unknown_people_and_nobody_are_told(desk: Terminal) -> None:
    assert desk.refuses("notify", "thanks", "--role", "queen", "--incident", "1").startswith(
        'No role "queen" in the protocol. Add it, or use one of: chief-executive,'
    )
    assert "say whom to tell: --role, --team or --member." in desk("notify", "thanks").err


def test_a_setting_that_cannot_send_leaves_nothing_behind(terminal: Terminal) -> None:
    terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    terminal.settings["CRISIS_SMS_PROVIDER"] = "twilio"
    assert terminal.refuses(*ORDER, "--yes").startswith("The demo reaches nobody, but CRISIS_SMS_PROVIDER is twilio")
