"""Each kind of step does its part once, however often it is run."""

import pytest

from flows.steps import begin_step, due_steps
from incidents import cabinet, sign_off
from incidents.deadlines import open_deadlines
from incidents.phases import Phase
from incidents.rows import Deadline, Incident, StepRecord
from notifiers.rows import Message
from protocol.words import Level
from tests.fakes.room import Room
from tests.fakes.set_clock import NOW

KINDS = ["alert", "convene-cabinet", "record-scenarios", "holding-statement", "market-disclosure"]


def _due(room: Room, number: int) -> list[tuple[str, str, int]]:
    with room.store.read() as session:
        rows = open_deadlines(session, number)
        return [(row.kind, row.step, int((row.due_at - NOW).total_seconds() // 60)) for row in rows]


def _keys(room: Room, number: int) -> list[str]:
    with room.store.read() as session:
        return [step.key for step in due_steps(session, session.get_one(Incident, number))]


def _begin_all(room: Room, number: int) -> None:
    with room.store.write() as session:
        incident = session.get_one(Incident, number)
        for step in due_steps(session, incident):
            begin_step(session, room.works, incident, step, room.clock.now())


@pytest.mark.parametrize("key", KINDS)
def test_run_twice_has_happened_once(room: Room, key: str) -> None:
    number = room.open()
    assert room.do(number, key) == [True]
    before = (room.count(Message), room.count(Deadline), room.kinds(number))
    assert room.do(number, key) == [False]
    assert (room.count(Message), room.count(Deadline), room.kinds(number)) == before


def test_a_notify_step_tells_its_people_and_awaits_their_acknowledgement(room: Room) -> None:
    number = room.open()
    room.do(number, "alert")
    assert room.told("signal-alert") == ["lucia.romero", "sergio.molina"]
    answers, chain = [("acknowledge", "alert", 5)] * 2, [("escalate", "alert", minutes) for minutes in (5, 10, 15, 20)]
    assert _due(room, number) == [*answers, *(firing for firing in chain for _role in range(2))]
    done = {"step": "alert", "occurrence": 0, "messages": 4}
    assert room.lines(number, "step_done") == [done]


def test_a_convene_step_gives_seats_and_sets_a_quorum(room: Room) -> None:
    number = room.open()
    room.do(number, "convene-cabinet")
    with room.store.read() as session:
        seats = [(seat.role, seat.answer) for seat in cabinet.seats(session, number)]
    roles = ["crisis-lead", "communications-lead", "customer-service-lead", "legal-lead", "chief-executive"]
    assert seats == [(role, "waiting") for role in roles]
    assert _due(room, number) == [("acknowledge", "convene-cabinet", 5)] * 5 + [("quorum", "convene-cabinet", 15)]


def test_a_record_step_asks_and_sets_its_deadline(room: Room) -> None:
    number = room.open()
    room.do(number, "record-scenarios")
    assert room.told("scenarios-request") == ["javier.ortega", "lucia.romero"]
    assert _due(room, number) == [("record", "record-scenarios", 30)]


def test_a_publish_step_puts_words_up_and_tells_nobody_outside(room: Room) -> None:
    number = room.open()
    room.do(number, "holding-statement")
    with room.store.read() as session:
        text = sign_off.require_text(session, session.get_one(Incident, number), "holding-statement")
    assert set(text.texts) == {"es", "en"} and "Aurora" in text.texts["en"]["body"]
    assert room.told("sign-off-request") == ["lucia.romero", "pablo.serra", "javier.ortega"]
    assert not any(member.startswith("press.") for member in room.told())
    assert _due(room, number) == [("publish", "holding-statement", 30)]


def test_a_clock_step_is_a_deadline_that_others_set(room: Room) -> None:
    number = room.open()
    room.do(number, "market-disclosure")
    assert room.told("firestorm-disclosure-clock") == ["pablo.serra"]
    assert _due(room, number) == [("clock", "market-disclosure", 240)]


def test_a_promise_is_met_by_the_publication_that_keeps_it(room: Room) -> None:
    number = room.open()
    room.do(number, "next-update", "customers")
    room.sign(number, "customers", "nuria.campos", "pablo.serra")
    assert _due(room, number) == []


def test_a_step_that_fires_later_sets_the_moment_and_does_nothing_yet(room: Room) -> None:
    number = room.open()
    _begin_all(room, number)
    assert ("step", "sitrep", 30) in _due(room, number) and room.told("sitrep") == []
    room.pass_time(number, minutes=30)
    assert "javier.ortega" in room.told("sitrep")


def test_a_repeated_step_fires_again_as_often_as_its_plan_says(room: Room) -> None:
    number = room.open()
    room.advance_to(number, Phase.CRISIS)
    room.advance_to(number, Phase.POST_CRISIS)
    _begin_all(room, number)
    for _ in range(30):
        room.pass_time(number, days=1)
    done = [line["occurrence"] for line in room.lines(number, "step_done") if line["step"] == "after-action-report"]
    assert done == [0, 1]
    assert len(room.texts("raquel.pena", "after-action-reminder", "email")) == 2


@pytest.mark.parametrize(
    ("level", "has", "lacks"),
    [
        (Level.YELLOW, {"alert"}, {"employees", "whole-cabinet", "customers"}),
        (Level.ORANGE, {"alert", "employees", "customers"}, {"whole-cabinet"}),
        (Level.RED, {"alert", "employees", "customers", "whole-cabinet"}, set()),
    ],
)
def test_a_level_asks_for_its_steps(room: Room, level: Level, has: set[str], lacks: set[str]) -> None:
    keys = set(_keys(room, room.open(level)))
    assert has <= keys and not lacks & keys


def test_a_raised_level_asks_for_the_steps_that_were_not_due_before(room: Room) -> None:
    number = room.open(Level.ORANGE)
    _begin_all(room, number)
    room.open_gate(number)
    room.answer(number, "hold", room.code("javier.ortega"), level=Level.RED)
    assert "whole-cabinet" in _keys(room, number)


def test_the_same_step_in_another_phase_is_another_step(room: Room) -> None:
    number = room.open()
    room.do(number, "freeze-publishing")
    room.advance_to(number, Phase.CRISIS)
    assert room.do(number, "freeze-publishing") == [True]
    assert len(room.texts("marta.vidal", "freeze-publishing")) == 2


def test_a_role_with_nobody_there_is_a_line(room: Room) -> None:
    for member in ("marta.vidal", "tom.baker"):
        room.absent(member)
    number = room.open()
    room.do(number, "freeze-publishing")
    said = {"role": "social-lead", "step": "freeze-publishing", "reason": "nobody of this role is there"}
    assert room.lines(number, "not_told") == [said]


def test_one_person_without_a_mailbox_does_not_stop_a_step_by_email(room: Room) -> None:
    room.without("laura.gil", "email")
    number = room.open()
    assert room.do(number, "front-line-lines") == [True]
    assert "mike.turner" in room.told("firestorm-front-line")
    assert room.lines(number, "not_told")[0]["reason"] == "no email contact; not told"


def test_a_step_that_fails_leaves_nothing_half_written(room: Room) -> None:
    number = room.open()
    with pytest.raises(KeyError):
        room.do(number, "alert", "no-such-step")
    assert room.count(StepRecord) == room.count(Message) == 0


@pytest.mark.parametrize("playbook", ["social-firestorm", "data-breach"])
def test_every_step_of_the_shipped_playbooks_runs_in_every_phase(room: Room, playbook: str) -> None:
    number = room.open(Level.RED, playbook=playbook)
    for phase in (Phase.CRISIS, Phase.POST_CRISIS, Phase.CLOSED):
        _begin_all(room, number)
        room.pass_time(number, hours=3)
        room.advance_to(number, phase)
    by_channel = (room.texts(channel=channel) for channel in ("sms", "email", "voice"))
    written = [text for texts in by_channel for text in texts]  # each is rendered, or raises its sentence
    assert len(written) == room.count(Message) and all(written)
