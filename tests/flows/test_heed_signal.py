"""A signal from another system opens one incident, however often it is delivered; a bad one is told in a sentence."""

import json
import threading

import pytest

from flows.boundary import FlowError
from flows.heed_signal import LONGEST_WHY, heed
from incidents.rows import Incident, TakenSignal
from protocol.words import Level
from tests.fakes.room import Room

EVENT = "3f7c1f0e-8f5d-4b0a-9d7e-0a52f2a4a001"
WHY = "The status page has been red for ten minutes."


def _heed(room: Room, event: str = EVENT, **said: str) -> int:
    payload = {"playbook": "social-firestorm", "subject": "brand-aurora", "level": "orange", "why": WHY} | said
    return heed(room.works, event, **payload)


def test_a_signal_opens_one_incident_however_often_it_is_delivered(room: Room) -> None:
    numbers = {_heed(room) for _ in range(3)}
    (number,) = numbers
    incident = room.incident(number)
    assert (incident.level, incident.opened_by, incident.why["es"]) == (Level.ORANGE, f"event:{EVENT}", WHY)
    assert room.kinds(number) == ["opened", "phase_entered"]
    room.do(number, "alert")
    assert all(WHY in text for text in room.texts(template="signal-alert"))


def test_delivered_again_after_the_end_it_opens_nothing_anew(room: Room) -> None:
    number = _heed(room)
    with room.store.write() as session:
        session.get_one(Incident, number).closed_at = room.clock.now()
    assert _heed(room) == number
    assert room.count(Incident) == 1


def test_two_deliveries_at_the_same_moment_are_one(room: Room) -> None:
    numbers: list[int] = []
    both = [threading.Thread(target=lambda: numbers.append(_heed(room))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert numbers[0] == numbers[1]
    assert room.kinds(numbers[0]) == ["opened", "phase_entered"]


def test_another_signal_about_the_same_joins(room: Room) -> None:
    number = _heed(room)
    assert _heed(room, event="another") == number
    assert room.lines(number, "joined") == [{"rule": "event:another", "level": "orange"}]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"playbook": "Ana Ruiz"},
            'The signal\'s payload has no "playbook" that the protocol knows; use one of: data-',
        ),
        ({"playbook": ""}, 'The signal\'s payload has no "playbook" that the protocol knows; use one of: data-'),
        ({"subject": "Ana Ruiz"}, 'The signal\'s payload has no "subject" that the protocol knows; use one of: brand-'),
        (
            {"level": "Ana Ruiz"},
            'The signal\'s payload has no "level" that there is; use one of: yellow, orange, red.',
        ),
        ({"level": "green"}, 'The signal\'s payload has no "level" that there is; use one of: yellow, orange, red.'),
    ],
)
def test_a_bad_payload_is_one_sentence_that_repeats_nothing_of_it(
    room: Room, said: dict[str, str], sentence: str
) -> None:
    with pytest.raises(FlowError) as error:
        _heed(room, **said)
    assert str(error.value).startswith(sentence)
    assert "Ana" not in str(error.value)
    assert (room.count(Incident), room.count(TakenSignal)) == (0, 0)
    assert _heed(room) == 1, "put right, it may come again under the same id"


def test_a_signal_without_level_and_reason_is_yellow_and_says_that_nothing_was_said(room: Room) -> None:
    incident = room.incident(_heed(room, level="", why=" "))
    assert incident.level is Level.YELLOW
    assert incident.why["es"] == "Lo señaló un sistema por Prefect, sin decir por qué."


@pytest.mark.parametrize("words", ["palabra " * 100, "palabra" * 100], ids=["words", "one word"])
def test_a_long_reason_is_cut_to_what_an_sms_can_say_and_shows_it(room: Room, words: str) -> None:
    why = room.incident(_heed(room, why=words)).why["en"]
    assert len(why) <= LONGEST_WHY + 1 and why.startswith("palabra") and why.endswith("…")


def test_what_a_system_says_stands_beside_the_chain(room: Room) -> None:
    number = _heed(room, why="Ana Ruiz saw it.")
    _heed(room, event="another", why="Ana Ruiz saw it again.")
    assert "Ana" not in json.dumps(room.lines(number))
