"""Too few answers: the next group is told. Enough of them: the rest is spared."""

from typing import Any

import pytest

from incidents import cabinet
from incidents.deadlines import Due
from incidents.timeline import ESCALATIONS
from reports.dossier import dossier_of
from reports.measures import measures_of
from tests.fakes.room import Room
from tests.fakes.stepped import answer, change_step, coming, messages

STEP = "front-line-lines"
FIRST = ["nuria.campos", "daniel.price", "laura.gil", "mike.turner"]
NEXT = ["lucia.romero", "tom.baker", "marta.vidal", "raquel.pena"]
JAVIER = "javier.ortega"


@pytest.fixture
def number(room: Room) -> int:
    """The shipped front line: fewer than 3 of 4 in 15 minutes, and communications is told."""
    number = room.open()
    room.do(number, STEP)
    return number


def _waves(room: Room, *waves: dict[str, Any]) -> int:
    change_step(room, STEP, waves=list(waves))
    number = room.open()
    room.do(number, STEP)
    return number


def _to(team: str, fewer_than: int = 3, within: str = "15m") -> dict[str, Any]:
    return {"fewer_than": fewer_than, "within": within, "to": {"teams": [team]}}


def test_too_few_answers_in_time_tell_the_next_group(room: Room, number: int) -> None:
    for member in FIRST[:2]:
        answer(room, member, STEP)
    assert coming(room, number, Due.WAVE) == [15]
    room.pass_time(number, minutes=15)
    assert room.told("firestorm-front-line", "wave-1") == NEXT
    line = {"step": STEP, "wave": 1, "enough": 3, "answers": 2, "people": 4}
    assert room.lines(number, "wave") == [{**line, "to_member": room.member(NEXT[0])}]


def test_enough_answers_and_the_wave_vanishes(room: Room, number: int) -> None:
    for member in FIRST[:3]:
        answer(room, member, STEP)
    assert coming(room, number, Due.WAVE) == []
    assert room.pass_time(number, hours=1) == 0
    assert room.told("firestorm-front-line") == FIRST


def test_the_same_person_counts_once(room: Room, number: int) -> None:
    for _ in range(3):
        answer(room, FIRST[0], STEP)
    assert coming(room, number, Due.WAVE) == [15]


def test_the_time_of_a_wave_begins_when_the_one_before_is_told(room: Room) -> None:
    number = _waves(room, _to("communications"), _to("hr", within="10m"), _to("legal", within="20m"))
    assert coming(room, number, Due.WAVE) == [15, 25, 45]
    for minutes, purpose in ((15, "wave-1"), (10, "wave-2"), (20, "wave-3")):
        assert room.told("firestorm-front-line", purpose) == []
        room.pass_time(number, minutes=minutes)
        assert room.told("firestorm-front-line", purpose) != []


def test_answers_of_every_wave_count_and_spare_the_rest(room: Room) -> None:
    number = _waves(room, _to("communications"), _to("hr"))
    answer(room, FIRST[0], STEP)
    room.pass_time(number, minutes=15)
    for member in NEXT[:2]:
        answer(room, member, STEP)
    assert coming(room, number, Due.WAVE) == []
    assert room.told("firestorm-front-line", "wave-2") == []


def test_the_absent_of_a_wave_are_skipped_and_named(room: Room, number: int) -> None:
    room.absent("tom.baker")
    room.pass_time(number, minutes=15)
    assert room.told("firestorm-front-line", "wave-1") == [key for key in NEXT if key != "tom.baker"]
    assert [line["member"] for line in room.lines(number, "skipped")] == [room.member("tom.baker")]


def test_when_nobody_of_a_wave_is_there_the_next_is_told_at_once(room: Room) -> None:
    number = _waves(room, _to("hr"), _to("communications"))
    for member in ("beatriz.soto", "andrew.cole"):
        room.absent(member)
    room.pass_time(number, minutes=15)
    assert room.told("firestorm-front-line", "wave-2") == NEXT
    assert [line["people"] for line in room.lines(number, "wave")] == [0, 4]
    assert coming(room, number, Due.WAVE) == []


def test_when_no_wave_reaches_anybody_the_lead_hears_of_it(room: Room) -> None:
    number = _waves(room, _to("hr"))
    for member in ("beatriz.soto", "andrew.cole"):
        room.absent(member)
    room.pass_time(number, minutes=15)
    assert room.told("deadline-missed") == [JAVIER]


def test_whoever_has_answered_is_not_told_again_by_a_wave(room: Room) -> None:
    number = _waves(room, _to("front-line"))
    answer(room, "laura.gil", STEP)
    room.pass_time(number, minutes=15)
    assert room.told("firestorm-front-line", "wave-1") == ["mike.turner"]


def test_a_wave_may_use_another_channel(room: Room) -> None:
    wave = {**_to("legal"), "channels": ["sms"]}
    change_step(room, "alert", acknowledge={"within": "5m"}, waves=[wave])
    number = room.open()
    room.do(number, "alert")
    room.pass_time(number, minutes=15)
    assert ("wave-1", "sms") in messages(room, "pablo.serra")
    assert ("wave-1", "email") not in messages(room, "pablo.serra")


def test_a_wave_of_a_convocation_gets_seats(room: Room) -> None:
    wave = {"fewer_than": 3, "within": "10m", "to": {"roles": ["spokesperson", "hr-lead"]}}
    change_step(room, "convene-cabinet", waves=[wave])
    number = room.open()
    room.do(number, "convene-cabinet")
    room.pass_time(number, minutes=10)
    with room.store.read() as session:
        seat = cabinet.seat_of(session, number, "hr-lead")
        assert seat is not None and seat.member_id == room.member("beatriz.soto")


def _asked(room: Room, quorum: int, **changes: Any) -> int:
    change_step(room, "alert", to={"teams": ["legal", "direction"]}, quorum=quorum, **changes)
    number = room.open()
    room.do(number, "alert")
    return number


LEGAL_AND_DIRECTION = ["pablo.serra", "grace.miller", "carmen.leal", "elena.castro", JAVIER]


def test_a_quorum_is_met_when_so_many_different_people_have_acknowledged(room: Room) -> None:
    number = _asked(room, 3, acknowledge={"within": "10m"})
    for member in LEGAL_AND_DIRECTION[:2]:
        answer(room, member)
    assert coming(room, number, Due.QUORUM) == [10]
    answer(room, LEGAL_AND_DIRECTION[2])
    assert coming(room, number, Due.QUORUM) == []
    assert [line["deadline_kind"] for line in room.lines(number, "deadline_met")].count("quorum") == 1
    room.pass_time(number, minutes=10)
    assert room.told("deadline-missed") == []


def test_a_missed_quorum_is_told_to_the_lead(room: Room) -> None:
    number = _asked(room, 3, acknowledge={"within": "10m"})
    for member in LEGAL_AND_DIRECTION[:2]:
        answer(room, member)
    room.pass_time(number, minutes=10)
    assert room.told("deadline-missed") == [JAVIER]


def test_a_quorum_spares_the_chain_and_the_waves(room: Room) -> None:
    chain = [{"after": "5m", "to": "last-told", "channels": ["sms"]}]
    number = _asked(room, 2, acknowledge={"within": "5m", "chain": chain}, waves=[_to("hr", fewer_than=4)])
    assert (coming(room, number, Due.ESCALATE), coming(room, number, Due.WAVE)) == ([5, 10], [15])
    for member in LEGAL_AND_DIRECTION[:2]:
        answer(room, member)
    assert (coming(room, number, Due.ESCALATE), coming(room, number, Due.WAVE)) == ([], [])


def test_once_there_is_a_quorum_no_deputy_is_woken(room: Room) -> None:
    to = {"roles": ["communications-lead", "legal-lead", "hr-lead"]}
    change_step(room, "alert", to=to, quorum=2, acknowledge={"within": "5m"})
    number = room.open()
    room.do(number, "alert")
    for member in ("lucia.romero", "pablo.serra"):
        answer(room, member)
    room.pass_time(number, minutes=5)
    assert room.told("signal-alert") == ["lucia.romero", "pablo.serra", "beatriz.soto"]


def test_the_report_counts_a_wave_as_an_escalation(room: Room, number: int) -> None:
    room.pass_time(number, minutes=15)
    with room.store.read() as session:
        measures = measures_of(dossier_of(session, number), room.clock.now())
    assert [line.kind for line in measures.escalations] == ["wave"]
    assert {line.kind for line in measures.escalations} <= set(ESCALATIONS)
