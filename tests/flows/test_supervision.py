"""Without Prefect people are told all the same, and nobody twice once it is back."""

import pytest

from flows.phase import begin
from flows.runs import RunState
from flows.supervision import Current, next_generation, tell_flows_left, tell_without_a_run
from flows.upcoming import act_on_deadlines
from incidents.opening import current_entry
from incidents.phases import Phase
from incidents.rows import PhaseEntry
from protocol.words import Level
from tests.fakes.room import Room


@pytest.fixture
def number(room: Room) -> int:
    return room.open()


def test_after_a_minute_without_a_run_the_first_step_is_done_and_the_run_finds_it_so(room: Room, number: int) -> None:
    room.clock.later(seconds=60)
    assert tell_without_a_run(room.works) == 0
    room.clock.later(seconds=1)
    assert tell_without_a_run(room.works) == 1
    assert tell_without_a_run(room.works) == 0
    assert room.lines(number, "degraded") == [{"step": "alert"}]
    told = room.texts(template="signal-alert")
    left = begin(room.works, Phase.PRE_CRISIS, number, 1, 1)
    assert "alert" not in [step.key for step, _ in left] and len(left) > 5
    assert room.do(number, "alert") == [False]
    assert room.texts(template="signal-alert") == told and len(told) == 2


def test_a_run_that_has_begun_is_left_to_it(room: Room, number: int) -> None:
    assert begin(room.works, Phase.PRE_CRISIS, number, 1, 1)
    room.clock.later(hours=1)
    assert tell_without_a_run(room.works) == 0


@pytest.mark.parametrize("begins", [True, False], ids=["after it has begun", "before"])
def test_where_each_run_dies_in_seconds_people_are_told_and_once(room: Room, number: int, begins: bool) -> None:
    told = 0
    for _ in range(300):
        room.clock.later(seconds=2)
        row, now = _entry(room, number), room.clock.now()
        age = (now - row.run_wanted_at).total_seconds()
        if begins and 2 <= age < 5 and row.run_begun_at is None:
            begin(room.works, Phase.PRE_CRISIS, number, 1, row.generation)
        if age >= 5:
            next_generation(room.works, Current(number, row.id, "run", row.generation), RunState.ENDED, now)
        told += tell_without_a_run(room.works) + tell_flows_left(room.works)
    assert room.lines(number, "run_replaced")
    assert told == len(room.lines(number, "degraded")) > 1
    assert len(room.texts(template="signal-alert")) == 2
    assert room.lines(number, "degraded")[1:] == [{"step": "flow.monitoring-to-communications"}]
    assert len(room.lines(number, "flow_done")) == 1


def _entry(room: Room, number: int) -> PhaseEntry:
    with room.store.read() as session:
        return current_entry(session, room.incident(number))


@pytest.mark.parametrize(
    ("phase", "entry", "generation"), [(Phase.CRISIS, 1, 1), (Phase.PRE_CRISIS, 2, 1), (Phase.PRE_CRISIS, 1, 2)]
)
def test_a_superseded_run_does_nothing(room: Room, number: int, phase: Phase, entry: int, generation: int) -> None:
    assert begin(room.works, phase, number, entry, generation) == []
    assert "run_started" not in room.kinds(number)


def test_a_run_that_begins_again_is_noted_once(room: Room, number: int) -> None:
    for _ in range(2):
        begin(room.works, Phase.PRE_CRISIS, number, 1, 1)
    assert room.kinds(number).count("run_started") == 1


def test_a_deadline_that_prefect_missed_is_acted_on_after_a_grace(room: Room, number: int) -> None:
    room.do(number, "freeze-publishing")
    room.clock.later(minutes=10, seconds=19)
    assert act_on_deadlines(room.works) == 0
    room.clock.later(seconds=1)
    assert act_on_deadlines(room.works) == 1
    assert act_on_deadlines(room.works) == 0
    assert room.told("freeze-publishing") == ["marta.vidal", "tom.baker"]


def test_a_compressed_drill_does_not_wait_for_prefect(room: Room) -> None:
    number = room.open(drill=True, speed=60.0)
    room.do(number, "freeze-publishing")
    room.clock.later(seconds=10)
    assert act_on_deadlines(room.works) == 1


def test_a_graver_breach_is_told_at_once(room: Room, number: int) -> None:
    room.open(Level.RED)
    assert act_on_deadlines(room.works) == 1
    assert "javier.ortega" in room.told("breach-joined")
