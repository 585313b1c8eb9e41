"""A graver alarm raises the level of the open incident, upwards only; and what hangs on the level follows."""

from datetime import time

import pytest
from sqlalchemy import update

from flows.board import board
from flows.supervision import do_steps_left
from incidents.deadlines import Due, open_deadlines
from incidents.phases import Phase
from incidents.rows import Incident
from monitoring.lights import Light, light_words
from monitoring.rows import Verdict
from notifiers import quiet
from protocol.practice import Company
from protocol.words import Language, Level
from tests.fakes.room import Room
from tests.fakes.stepped import change_step
from tests.monitoring.desk_officer import RULE, SERGIO, Officer
from tests.protocol.duties import utc

JAVIER = "javier.ortega"
EN, ES = Language.EN, Language.ES


@pytest.fixture
def officer(room: Room) -> Officer:
    return Officer(room, {"actions": {}})


def due(room: Room, number: int) -> list[tuple[str, str]]:
    with room.store.read() as session:
        return [(row.kind, row.step) for row in open_deadlines(session, number)]


def said(room: Room, number: int, language: Language = EN) -> list[str]:
    with room.store.read() as session:
        return light_words(session, number, language, room.clock.now())


def opened(room: Room, officer: Officer, value: float) -> int:
    """The incident that so many inquiries open."""
    (alarm,) = officer.counts(value)
    number = officer.breach(alarm).incident_id
    assert number is not None
    return number


def test_a_graver_alarm_raises_the_level_by_the_rule_and_the_deciders_are_told(room: Room, officer: Officer) -> None:
    number = opened(room, officer, 120)
    officer.counts(900)
    assert room.incident(number).level is Level.RED
    assert room.lines(number, "level_changed") == [{"from": "yellow", "to": "red", "by": f"rule:{RULE}"}]
    assert due(room, number) == [(Due.JOINED, "raised-red")]
    assert room.pass_time(number) == 1
    assert room.told("breach-joined") == [JAVIER, "lucia.romero", "elena.castro"]
    text, mail = (room.texts(JAVIER, "breach-joined", channel)[0] for channel in ("sms", "email"))
    assert "La regla ha subido el nivel a rojo. Sigue en precrisis. Decide si cambia la fase:" in text
    assert "la regla ha subido el nivel a rojo" in mail and "Nada cambia por si solo" not in text


def test_the_level_never_falls_by_itself(room: Room, officer: Officer) -> None:
    number = opened(room, officer, 900)
    other = Officer(room, {"key": "other", "series": "mentions.x", "actions": {}})
    other.counts(120, "mentions.x")
    assert room.incident(number).level is Level.RED
    assert (room.lines(number, "level_changed"), due(room, number)) == ([], [])


def test_a_rule_that_does_not_raise_puts_it_to_the_deciders(room: Room) -> None:
    officer = Officer(room, {"actions": {}, "raises": False})
    number = opened(room, officer, 120)
    officer.counts(300)
    assert room.incident(number).level is Level.YELLOW
    assert due(room, number) == [(Due.JOINED, "joined-orange")]
    room.pass_time(number)
    assert "nivel amarillo. Decide si sube:" in room.texts(JAVIER, "breach-joined")[0]


def test_in_post_crisis_it_raises_the_level_and_the_relapse_is_still_a_persons(room: Room, officer: Officer) -> None:
    number = opened(room, officer, 300)
    room.advance_to(number, Phase.CRISIS)
    room.advance_to(number, Phase.POST_CRISIS)
    officer.counts(900)
    incident = room.incident(number)
    assert (incident.level, incident.phase) == (Level.RED, Phase.POST_CRISIS)
    room.pass_time(number)
    assert "Sigue en poscrisis. Decide si cambia la fase:" in room.texts(JAVIER, "breach-joined")[-1]


def test_steps_from_a_level_on_are_done_once_it_is_raised(room: Room, officer: Officer) -> None:
    change_step(room, "front-line-lines", level="red")
    number = opened(room, officer, 300)
    room.open_gate(number)
    do_steps_left(room.works)
    assert room.told("firestorm-front-line") == []
    officer.counts(900)
    do_steps_left(room.works)
    assert room.told("firestorm-front-line") != []


def test_what_waited_for_the_morning_is_let_go_once_the_level_may_wake_people(room: Room, officer: Officer) -> None:
    with room.store.write() as session:
        session.execute(update(Company).values(quiet_starts=time(20), quiet_ends=time(8)))
    number = opened(room, officer, 120)
    room.tell(JAVIER, incident_id=number)
    assert room.message(JAVIER).held is not None
    officer.counts(300)
    with room.store.write() as session:
        quiet.release(session, room.clock.now())
    assert room.message(JAVIER).held is None


def test_what_burns_and_what_is_green_again_is_said_at_the_gate_and_on_the_board(room: Room, officer: Officer) -> None:
    number = opened(room, officer, 300)
    assert said(room, number) == [f"Monitoring: still orange (rule {RULE})."]
    assert said(room, number, ES) == [f"Monitorización: sigue en naranja (regla {RULE})."]
    assert f"Monitoring: still orange (rule {RULE})." in room.open_gate(number)
    officer.calms(100)
    (english,), (spanish,) = said(room, number), said(room, number, ES)
    assert english == f"Monitoring: back to green since 22:30 UTC (rule {RULE})."
    assert spanish == f"Monitorización: de vuelta a verde desde las 22:30 UTC (regla {RULE})."
    with room.store.read() as session:
        assert english in board(session, session.get_one(Incident, number), room.clock.now())
    assert english in room.open_gate(number)
    assert room.incident(number).phase is Phase.PRE_CRISIS


def test_a_light_of_another_day_says_which() -> None:
    light, tomorrow = Light("r", Level.GREEN, utc("2026-03-03 14:05")), utc("2026-03-04 09:00")
    assert light.words(EN, tomorrow) == "Monitoring: back to green since 2026-03-03 14:05 UTC (rule r)."
    assert (
        light.words(ES, tomorrow) == "Monitorización: de vuelta a verde desde el 2026-03-03 a las 14:05 UTC (regla r)."
    )


def test_the_lead_is_told_once_per_calm_spell_that_it_may_be_over(room: Room, officer: Officer) -> None:
    number = opened(room, officer, 300)
    other = Officer(room, {"key": "other", "series": "mentions.x", "actions": {}})
    other.counts(300, "mentions.x")
    officer.calms()
    assert (Due.CALM, "calm") not in due(room, number)  # the other one still burns
    for _ in range(30):
        room.clock.later(minutes=5)
        other.counts(0, "mentions.x")
    assert due(room, number).count((Due.CALM, "calm")) == 1
    room.pass_time(number)
    assert room.told("back-to-green") == [JAVIER]
    text = room.texts(JAVIER, "back-to-green")
    assert len(text) == 1 and "la escucha ha vuelto a verde; puede haber pasado. Sigue en precrisis" in text[0]
    officer.calms(30)
    room.pass_time(number, minutes=5)
    assert len(room.texts(JAVIER, "back-to-green")) == 1


def test_when_it_flares_up_before_the_lead_is_told_nobody_is_told_that_it_is_over(room: Room) -> None:
    officer = Officer(room, {"actions": {}, "parameters": {**FAST, "levels": {"yellow": 100}}})
    number = opened(room, officer, 120)
    officer.calms()
    assert (Due.CALM, "calm") in due(room, number)
    officer.counts(150)
    room.pass_time(number)
    assert room.told("back-to-green") == []


def test_a_second_calm_spell_is_told_again(room: Room) -> None:
    officer = Officer(room, {"actions": {}, "parameters": {**FAST, "levels": {"yellow": 100}}})
    number = opened(room, officer, 120)
    for times in (1, 2):
        officer.calms()
        room.pass_time(number)
        assert len(room.texts(JAVIER, "back-to-green")) == times
        officer.counts(150)


def test_a_member_who_says_real_of_a_graver_alarm_raises_what_is_open(room: Room) -> None:
    officer = Officer(room)
    officer.counts(120)
    officer.looks()
    number = room.open(Level.GREEN, opened_by="command")
    officer.answers(SERGIO, Verdict.REAL)
    by = f"member:{room.member(SERGIO)}"
    assert room.lines(number, "level_changed") == [{"from": "green", "to": "yellow", "by": by}]


FAST = {"unit": "inquiries", "hold": "1h"}
