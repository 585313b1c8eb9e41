"""Killed with -9 at any moment: after the restart everything goes on, nobody is told twice, nothing is lost."""

import pytest
from world import World

from incidents.phases import Phase


def test_any_process_killed_while_the_gate_waits_changes_nothing(world: World) -> None:
    number = world.open("brand-kill-each")
    run_id = world.at_gate(number, Phase.PRE_CRISIS)
    for process in ("runner", "server", "supervisor", "sender", "receiver"):
        world.kill(process)
        world.start(process)
        assert world.at_gate(number, Phase.PRE_CRISIS) == run_id
    assert world.resume(run_id, "crisis", world.gate_code(number))
    world.at_gate(number, Phase.CRISIS)
    world.all_sent(number)
    world.told_once(number)


def test_everything_killed_at_once_while_the_gate_waits_changes_nothing(world: World) -> None:
    number = world.open("brand-kill-all")
    run_id = world.at_gate(number, Phase.PRE_CRISIS)
    code = world.gate_code(number)
    for process in ("runner", "server", "supervisor", "sender"):
        world.kill(process)
    world.start("server", "supervisor", "sender", "runner")
    assert world.at_gate(number, Phase.PRE_CRISIS) == run_id
    assert world.resume(run_id, "crisis", code)
    world.at_gate(number, Phase.CRISIS)
    world.all_sent(number)
    world.told_once(number)


def test_an_answer_given_while_the_runner_is_dead_counts_when_it_is_back(world: World) -> None:
    number = world.open("brand-answer-meanwhile")
    run_id = world.at_gate(number, Phase.PRE_CRISIS)
    world.kill("runner")
    assert world.resume(run_id, "crisis", world.gate_code(number))
    world.start("runner")
    world.at_gate(number, Phase.CRISIS)
    world.all_sent(number)
    world.told_once(number)


def test_a_run_killed_in_the_middle_of_a_step_is_replaced_and_nobody_is_told_twice(world: World) -> None:
    number = world.open("brand-mid-step")
    world.until(lambda: "run_started" in world.kinds(number), "the run has begun")
    if world.works.store.is_sqlite:
        with world.store_locked():  # the next step waits for its transaction: the run is in the middle of it
            world.kill("runner")
    else:
        world.kill("runner")
    world.start("runner")
    world.at_gate(number, Phase.PRE_CRISIS)
    world.all_sent(number)
    world.told_once(number)
    done = [fact["step"] for fact in world.facts(number, "step_done")]
    assert len(done) == len(set(done))


@pytest.mark.both_stores
def test_a_sender_killed_with_messages_in_flight_neither_loses_nor_repeats_any(world: World) -> None:
    number = world.open("brand-flight")
    for told in (1, 10, 25):
        world.until(lambda told=told: len(world.texts(number)) >= told, f"{told} messages have left")
        world.kill("sender")
        world.start("sender")
    world.at_gate(number, Phase.PRE_CRISIS)
    world.all_sent(number)
    world.told_once(number)
