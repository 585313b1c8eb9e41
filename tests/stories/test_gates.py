"""Who may decide, with which code, how often it is asked, and that it is decided once."""

import threading

import httpx
import pytest
from sqlalchemy import select
from world import DEPUTY, LEAD, World

from flows import runs
from flows.deciding import decide
from incidents.advance import Answer, Door, Result
from incidents.codes import GATE, digits, issue
from incidents.phases import Phase
from incidents.rows import Incident
from protocol.people import Member
from protocol.words import Level

WRONG = "00000000"


@pytest.mark.both_stores
def test_a_crisis_is_lived_through_from_the_alert_to_its_end(world: World) -> None:
    number = world.open("brand-whole-path")
    for phase, decision, after in (
        (Phase.PRE_CRISIS, "crisis", Phase.CRISIS),
        (Phase.CRISIS, "post_crisis", Phase.POST_CRISIS),
        (Phase.POST_CRISIS, "closed", Phase.CLOSED),
    ):
        run_id = world.at_gate(number, phase)
        assert world.resume(run_id, decision, world.gate_code(number), note="as agreed")
        world.until(lambda after=after: world.incident(number).phase is after, f"INC-{number} is in {after}")
    world.all_sent(number)
    world.told_once(number)
    assert [fact["choice"] for fact in world.facts(number, "decided")] == ["crisis", "post_crisis", "closed"]


def test_a_wrong_stale_used_or_unentitled_code_is_asked_again_with_the_reason(world: World) -> None:
    number = world.open("brand-codes")
    run_id = world.at_gate(number, Phase.PRE_CRISIS)
    good = world.gate_code(number)
    other = world.open("brand-codes-other")
    world.at_gate(other, Phase.PRE_CRISIS)
    sign_off = next(text.code for text in world.texts(number, "sign-off-request") if text.channel == "sms")
    unentitled = _code_of_somebody_else(world, number)
    stale = world.gate_code(number, DEPUTY)
    _new_code(world, number, DEPUTY)
    answers = [
        (WRONG, "wrong"),
        (world.gate_code(other), "for another decision"),
        (sign_off, "for another decision"),
        (unentitled, "not entitled"),
        (stale, "newer code was sent"),
    ]
    for asked, (code, reason) in enumerate(answers, 1):
        assert world.resume(run_id, "crisis", code)
        world.until(lambda asked=asked: len(world.refusals(number)) == asked, f"the {asked}. refusal is kept")
        assert reason in world.refusals(number)[-1]
        assert world.at_gate(number, Phase.PRE_CRISIS) == run_id
    assert world.incident(number).phase is Phase.PRE_CRISIS
    assert world.resume(run_id, "hold", good, level="red")
    world.until(lambda: world.incident(number).level is Level.RED, "hold changed the level")
    world.at_gate(number, Phase.PRE_CRISIS)
    world.until(lambda: len(world.refusals(number)) == 6, "the gate asks again after a hold")
    assert world.resume(run_id, "crisis", good), "a used code is taken by Prefect and refused by us"
    world.until(lambda: len(world.refusals(number)) == 7, "the used code is refused")
    assert "used already" in world.refusals(number)[-1]
    world.at_gate(number, Phase.PRE_CRISIS)
    assert world.resume(run_id, "crisis", world.gate_code(number))
    world.until(lambda: world.incident(number).phase is Phase.CRISIS, "the new code advances")


def test_five_errors_lock_the_code_and_tell_the_lead(world: World) -> None:
    number = world.open("brand-lock")
    run_id = world.at_gate(number, Phase.PRE_CRISIS)
    good = world.gate_code(number)
    for _ in range(4):
        with world.works.store.write() as session:
            wrong = Answer("crisis", WRONG, Door.COMMAND)
            verdict = decide(session, world.works, number, 1, wrong, world.works.clock.now())
        assert verdict.result is Result.REFUSED
    assert world.resume(run_id, "crisis", WRONG)
    world.until(lambda: len(world.refusals(number)) == 1, "the fifth error is refused")
    world.at_gate(number, Phase.PRE_CRISIS)
    assert world.resume(run_id, "crisis", good)
    world.until(lambda: len(world.refusals(number)) == 2, "the locked code is refused")
    assert "locked after five errors" in world.refusals(number)[-1]
    assert world.incident(number).phase is Phase.PRE_CRISIS
    told = world.until(lambda: world.texts(number, "code-locked"), "the lead is told of the lock")
    assert {text.role for text in told} == {LEAD}  # type: ignore[attr-defined]


@pytest.mark.both_stores
def test_two_answers_through_different_doors_advance_once_and_leave_no_resume_button(world: World) -> None:
    number = world.open("brand-two-doors")
    run_id = world.at_gate(number, Phase.PRE_CRISIS)
    lead, deputy = world.gate_code(number), world.gate_code(number, DEPUTY)
    results: list[Result] = []

    def by_command() -> None:
        with world.works.store.write() as session:
            answer = Answer("crisis", deputy, Door.COMMAND)
            results.append(decide(session, world.works, number, 1, answer, world.works.clock.now()).result)

    command = threading.Thread(target=by_command)
    command.start()
    world.resume(run_id, "crisis", lead)
    command.join()
    world.until(lambda: world.incident(number).phase is Phase.CRISIS, "one of the two advanced it")
    world.at_gate(number, Phase.CRISIS)
    assert len(world.facts(number, "decided")) == 1
    assert world.incident(number).entry == 2
    ended = (runs.RunState.ENDED, runs.RunState.MISSING)
    world.until(lambda: runs.look([run_id])[run_id].state in ended, "the left phase has no Resume button")


def test_advancing_by_command_cancels_the_suspended_run(world: World) -> None:
    number = world.open("brand-command")
    run_id = world.at_gate(number, Phase.PRE_CRISIS)
    with world.works.store.write() as session:
        answer = Answer("closed", world.gate_code(number), Door.COMMAND)
        verdict = decide(session, world.works, number, 1, answer, world.works.clock.now())
    assert verdict.result is Result.ADVANCED
    world.until(lambda: runs.look([run_id])[run_id].state is runs.RunState.ENDED, "the run is cancelled")
    assert not world.resume(run_id, "crisis", WRONG)


def _code_of_somebody_else(world: World, number: int) -> str:
    told = {text.member for text in world.texts(number, "gate-code")}
    with world.works.store.write() as session:
        outsider = session.scalars(select(Member).where(Member.key.not_in(told)).order_by(Member.id.desc())).first()
        assert outsider is not None
        incident = session.get_one(Incident, number)
        row = issue(session, world.works.vault, incident, GATE, outsider.id, world.works.clock.now())
        return digits(world.works.vault, row.nonce)


def _new_code(world: World, number: int, role: str) -> None:
    text = next(text for text in world.texts(number, "gate-code") if text.role == role)
    before = world.gate_code(number, role)
    reply = httpx.post(world.works.links.new_code(text.message_id, text.token), timeout=30)
    assert reply.is_success
    world.until(lambda: world.gate_code(number, role) != before, "the new code has arrived")
