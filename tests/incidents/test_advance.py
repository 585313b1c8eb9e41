"""Whatever door an answer comes through, it is decided once, by somebody entitled, with a code of their own."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from incidents import codes
from incidents.advance import Answer, Door, Verdict, advance
from incidents.phases import Phase
from incidents.rows import Decision, Incident, OneTimeCode, PhaseEntry, Refusal
from incidents.timeline import first_broken
from protocol.words import Level
from tests.fakes.room import Room

LEAD, CHIEF = "javier.ortega", "elena.castro"


@pytest.fixture
def number(room: Room) -> int:
    """An incident at its first gate."""
    number = room.open()
    room.open_gate(number)
    return number


def _code_for(room: Room, number: int, member: str, purpose: str = codes.GATE) -> str:
    with room.store.write() as session:
        incident = session.get_one(Incident, number)
        row = codes.issue(session, room.vault, incident, purpose, room.member(member), room.clock.now())
        return codes.digits(room.vault, row.nonce)


def _another(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


def test_a_good_code_advances_and_its_holders_decision_is_kept(room: Room, number: int) -> None:
    verdict = room.answer(number, "crisis", room.code(LEAD), note="It is on the news.", level=Level.RED)
    assert (verdict.result, verdict.reason) == ("advanced", "INC-1 advanced to crisis.")
    incident = room.incident(number)
    assert (incident.phase, incident.level, incident.entry) == (Phase.CRISIS, Level.RED, 2)
    with room.store.read() as session:
        decision = session.scalars(select(Decision)).one()
        entries = session.scalars(select(PhaseEntry).order_by(PhaseEntry.number)).all()
        assert first_broken(session, number) is None
    assert (decision.member_id, decision.choice, decision.door) == (room.member(LEAD), "crisis", "command")
    assert [(entry.phase, entry.left_at) for entry in entries] == [("pre_crisis", room.clock.now()), ("crisis", None)]
    assert entries[1].run_wanted_at == room.clock.now()
    assert room.lines(number, "level_changed")[0]["to"] == "red"


@pytest.mark.parametrize("typed", ["{}", " {} ", "#{}#"])
def test_a_code_may_be_typed_with_spaces_and_signs(room: Room, number: int, typed: str) -> None:
    code = room.code(LEAD)
    assert room.answer(number, "crisis", typed.format(f"{code[:4]} {code[4:]}")).result == "advanced"


def test_a_wrong_code_is_refused(room: Room, number: int) -> None:
    verdict = room.answer(number, "crisis", _another(room.code(LEAD)))
    assert verdict.result == "refused"
    assert verdict.reason == "The code is wrong. Type the eight digits of the newest message."
    assert room.incident(number).phase is Phase.PRE_CRISIS


def test_an_expired_code_is_refused_and_a_new_one_is_sent_that_counts(room: Room, number: int) -> None:
    old = room.code(LEAD)
    room.clock.later(minutes=15)
    verdict = room.answer(number, "crisis", old)
    assert verdict.reason == "That code expired at 21:15 UTC. A new one is on its way."
    assert room.code(LEAD) != old
    assert room.answer(number, "crisis", room.code(LEAD)).result == "advanced"


def test_a_used_code_counts_once(room: Room, number: int) -> None:
    code = room.code(LEAD)
    assert room.answer(number, "hold", code).result == "held"
    verdict = room.answer(number, "crisis", code)
    assert (verdict.result, verdict.reason) == ("refused", "That code was used already. A new one is on its way.")
    assert room.incident(number).phase is Phase.PRE_CRISIS


def test_a_code_for_a_sign_off_does_not_open_the_gate(room: Room, number: int) -> None:
    code = _code_for(room, number, LEAD, "sign-off:holding-statement")
    verdict = room.answer(number, "crisis", code)
    assert verdict.reason == "That code is for another decision. Type the one of the message about this one."


def test_the_code_of_another_incident_says_nothing_about_its_holder(room: Room, number: int) -> None:
    other = room.open(subject="product-oat-drink")
    verdict = room.answer(number, "crisis", _code_for(room, other, LEAD))
    assert (verdict.result, verdict.member_id) == ("refused", None)


def test_a_code_of_an_earlier_phase_does_not_count(room: Room, number: int) -> None:
    chiefs = room.code(CHIEF)
    assert room.answer(number, "crisis", room.code(LEAD)).result == "advanced"
    verdict = room.answer(number, "post_crisis", chiefs)
    assert verdict.reason == "That code is from an earlier phase. Open the link in your newest message for a new one."


def test_somebody_who_is_not_entitled_does_not_decide(room: Room, number: int) -> None:
    verdict = room.answer(number, "crisis", _code_for(room, number, "nuria.campos"))
    said = "That code's holder is not entitled to this decision. Ask one of the roles named at this gate."
    assert (verdict.result, verdict.reason) == ("refused", said)


def test_where_the_door_knows_who_asks_anothers_code_does_not_count(room: Room, number: int) -> None:
    verdict = room.answer(number, "crisis", room.code(LEAD), member_id=room.member(CHIEF))
    assert verdict.result == "refused" and "not entitled" in verdict.reason


def test_five_errors_lock_the_code_and_the_lead_is_told(room: Room, number: int) -> None:
    code = room.code(LEAD)
    for _ in range(4):
        room.answer(number, "crisis", _another(code), member_id=room.member(LEAD))
    assert "code_locked" not in room.kinds(number)
    room.answer(number, "crisis", _another(code), member_id=room.member(LEAD))
    verdict = room.answer(number, "crisis", code, member_id=room.member(LEAD))
    assert verdict.reason == "That code is locked after five errors. Open the link in your message for a new one."
    assert room.lines(number, "code_locked") == [{"purpose": "gate", "member": room.member(LEAD)}]
    room.pass_time(number)
    assert room.told("code-locked") == [LEAD]
    assert room.answer(number, "crisis", room.code(CHIEF)).result == "advanced"


def test_where_the_door_does_not_know_who_asks_an_error_counts_against_every_code(room: Room, number: int) -> None:
    for _ in range(5):
        room.answer(number, "crisis", _another(room.code(LEAD)), Door.PREFECT)
    assert len(room.lines(number, "code_locked")) == 3  # the three deciders of this gate


def test_a_hold_stays_says_so_and_sends_its_person_a_new_code(room: Room, number: int) -> None:
    used = room.code(LEAD)
    verdict = room.answer(number, "hold", used, level=Level.YELLOW)
    assert verdict.reason == "Held at 21:00 UTC, level yellow; INC-1 stays in pre-crisis."
    incident = room.incident(number)
    assert (incident.phase, incident.entry, incident.level) == (Phase.PRE_CRISIS, 1, Level.YELLOW)
    assert room.code(LEAD) != used
    assert room.answer(number, "closed", room.code(LEAD)).result == "advanced"
    assert room.incident(number).closed_at == room.clock.now()


def test_only_the_door_that_asks_again_writes_a_refusal(room: Room, number: int) -> None:
    wrong = _another(room.code(LEAD))
    room.answer(number, "crisis", wrong, Door.COMMAND)
    room.answer(number, "crisis", wrong, Door.WEB)
    assert room.count(Refusal) == 0
    room.answer(number, "crisis", wrong, Door.PREFECT)
    assert room.count(Refusal) == 1
    assert len(room.lines(number, "refused")) == 3
    assert "**Asked again.** The code is wrong." in room.open_gate(number)


def test_an_answer_to_a_left_phase_is_too_late_and_uses_no_code(room: Room, number: int) -> None:
    room.advance_to(number, Phase.CRISIS)
    room.open_gate(number)
    with room.store.write() as session:
        answer = Answer("crisis", room.code(LEAD), Door.PREFECT)
        verdict = advance(session, room.vault, number, 1, answer, {room.member(LEAD)}, room.clock.now())
    assert (verdict.result, verdict.reason) == ("too_late", "INC-1 is in crisis already; nothing was changed.")
    assert room.answer(number, "post_crisis", room.code(LEAD)).result == "advanced"


def test_of_two_answers_at_once_one_advances_and_the_other_changes_nothing(room: Room, number: int) -> None:
    answers = [Answer("crisis", room.code(LEAD), Door.COMMAND), Answer("closed", room.code(CHIEF), Door.WEB)]
    entitled = {room.member(LEAD), room.member(CHIEF)}
    verdicts: list[Verdict] = []
    together = threading.Barrier(2)

    def write(answer: Answer) -> None:
        together.wait()
        with room.store.write() as session:
            verdicts.append(advance(session, room.vault, number, 1, answer, entitled, room.clock.now()))

    threads = [threading.Thread(target=write, args=[answer]) for answer in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(verdict.result for verdict in verdicts) == ["advanced", "too_late"]
    loser = next(verdict for verdict in verdicts if verdict.result == "too_late")
    assert re.fullmatch(r"INC-1 is in (crisis|closed) already; nothing was changed\.", loser.reason)
    with room.store.read() as session:
        used = session.scalars(select(OneTimeCode).where(OneTimeCode.used_at.is_not(None))).all()
        assert first_broken(session, number) is None
    assert (room.count(Decision), len(used), room.incident(number).version) == (1, 1, 2)


def test_a_deputy_decides_for_an_absent_holder(room: Room) -> None:
    room.absent(LEAD)
    number = room.open()
    room.open_gate(number)
    assert room.answer(number, "crisis", room.code("robert.hayes")).result == "advanced"


def test_decisions_stand_in_the_incidents_own_time(room: Room) -> None:
    number = room.open(drill=True, speed=10.0)
    room.clock.later(minutes=1)
    room.advance_to(number, Phase.CRISIS)
    with room.store.read() as session:
        assert session.scalars(select(Decision.decided_at)).one() == room.clock.now() + timedelta(minutes=9)
