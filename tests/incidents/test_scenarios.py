"""The three scenarios: each is kept as it was said, and all three meet the deadline."""

import pytest

from incidents.deadlines import open_deadlines
from incidents.rows import Incident, Scenario
from incidents.scenarios import Case, latest, record
from protocol.words import Remedy
from tests.fakes.room import Room
from tests.fakes.set_clock import NOW


@pytest.fixture
def number(room: Room) -> int:
    number = room.open()
    room.do(number, "record-scenarios")
    return number


def _record(room: Room, number: int, case: Case, text: str) -> None:
    with room.store.write() as session:
        record(session, session.get_one(Incident, number), case, text, room.member("javier.ortega"), NOW)


def test_all_three_meet_the_deadline_and_two_do_not(room: Room, number: int) -> None:
    for case in Case:
        with room.store.read() as session:
            assert [row.kind for row in open_deadlines(session, number)] == ["record"]
        _record(room, number, case, f"{case}: it goes on.")
    with room.store.read() as session:
        assert open_deadlines(session, number) == []


def test_a_later_scenario_of_a_case_stands_beside_the_former(room: Room, number: int) -> None:
    _record(room, number, Case.WORST, "It is on television.")
    _record(room, number, Case.WORST, " A recall is ordered. ")
    with room.store.read() as session:
        assert latest(session, number)[Case.WORST].text == "A recall is ordered."
    assert room.count(Scenario) == 2


def test_the_words_stand_beside_the_chain(room: Room, number: int) -> None:
    _record(room, number, Case.BEST, "Ana Ruiz was wrong.")
    assert room.lines(number, "scenario_recorded") == [{"scenario": "best", "member": room.member("javier.ortega")}]


def test_a_scenario_without_text_is_refused(room: Room, number: int) -> None:
    with pytest.raises(Remedy, match="The best scenario has no text; say in a sentence what may happen"):
        _record(room, number, Case.BEST, "  ")
    assert room.count(Scenario) == 0
