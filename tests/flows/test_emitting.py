"""Whoever follows us in Prefect hears of everything that matters, in order, and of nobody by name."""

import json
import threading
from contextvars import copy_context
from datetime import timedelta

import pytest
from sqlalchemy import select

from flows import emitting
from flows.emitting import Emitting
from flows.event_names import EVENTS, SILENT
from flows.event_rows import SENTENCES
from flows.runs import Unreachable
from incidents.advance import change_level
from incidents.phases import Phase
from incidents.rows import Incident, TimelineCursor
from incidents.timeline import Kind, append, append_many
from monitoring.rows import Breach
from protocol.words import Level
from tests.fakes.prefect_server import FakePrefect, breach
from tests.fakes.room import WHY, Room

PERSON = "Wilhelmina Zuckerkandl +34 600 000 001"


def test_an_incident_is_followed_from_its_opening_to_its_end(room: Room, prefect: FakePrefect) -> None:
    emit, number = Emitting(), room.open()
    room.do(number, "alert")
    emit(room.works)
    room.advance_to(number, Phase.CRISIS)
    room.advance_to(number, Phase.POST_CRISIS)
    room.advance_to(number, Phase.CLOSED)
    emit(room.works)
    decided = ["crisis.gate.opened", "crisis.decision.made"]
    heard = [name for name in prefect.names(number) if name != "crisis.department.told"]
    assert heard == [
        *("crisis.incident.opened", "crisis.phase.advanced", "crisis.step.done"),
        *(*decided, "crisis.phase.advanced") * 2,
        *(*decided, "crisis.incident.closed"),
    ]
    assert emit(room.works) == 0
    assert len(prefect.batches) == 2


def test_a_prefect_event_says_which_incident_how_it_stood_then_and_why(room: Room, prefect: FakePrefect) -> None:
    number = room.open(Level.YELLOW)
    with room.store.write() as session:
        change_level(session, session.get_one(Incident, number), Level.RED, "member:7", room.clock.now())
    room.advance_to(number, Phase.CRISIS)
    Emitting()(room.works)
    opened, entered, changed = prefect.events[:3]
    assert opened["resource"] == {
        "prefect.resource.id": "crisis-playbook.incident.1",
        "prefect.resource.name": "INC-1",
        "playbook": "social-firestorm",
        "subject": "brand-aurora",
        "phase": "pre_crisis",
        "level": "yellow",
        "drill": "false",
    }
    assert opened["related"] == [
        {
            "prefect.resource.id": "crisis-playbook.playbook.social-firestorm",
            "prefect.resource.name": "social-firestorm",
            "prefect.resource.role": "playbook",
        }
    ]
    assert opened["payload"] == {
        **{"incident": 1, "drill": False, "playbook": "social-firestorm", "subject": "brand-aurora"},
        **{"at": room.clock.now().isoformat(), "number": 1, "kind": "opened"},
        **{"by": "rule:burst", "level": "yellow", "version": 1, "why_en": WHY["en"], "why_es": WHY["es"]},
    }
    assert entered["resource"]["level"] == "yellow"
    assert (changed["event"], changed["resource"]["level"]) == ("crisis.level.changed", "red")
    assert (changed["payload"]["from"], changed["payload"]["to"], changed["payload"]["by"]) == (
        *("yellow", "red", "member:7"),
    )
    phases = [event["resource"]["phase"] for event in prefect.events if event["event"] == "crisis.phase.advanced"]
    assert phases == ["pre_crisis", "crisis"]


def test_a_drill_says_so_and_when_it_really_happened(room: Room, prefect: FakePrefect) -> None:
    number = room.open(drill=True, speed=60.0)
    room.clock.later(minutes=1)
    with room.store.write() as session:
        append(session, number, room.clock.now() + timedelta(minutes=59), Kind.INJECT, inject="rumour")
    Emitting()(room.works)
    inject = prefect.events[-1]
    assert (inject["event"], inject["payload"]["drill"], inject["resource"]["drill"]) == (
        *("crisis.inject.arrived", True, "true"),
    )
    assert inject["occurred"] == "2026-03-03T21:01:00Z"
    assert inject["payload"]["at"] == "2026-03-03T22:00:00+00:00"


def test_every_kind_of_line_is_either_told_or_silent_for_a_reason() -> None:
    assert set(EVENTS) | set(SILENT) == set(Kind)
    assert not set(EVENTS) & set(SILENT)


@pytest.mark.parametrize("kind", Kind)
def test_no_line_takes_a_person_along(room: Room, prefect: FakePrefect, kind: Kind) -> None:
    """Even where a fact that is told held a name; sentences alone are the rules' own, and stand in no person's line."""
    number = room.open(opened_by="prefect", why={"en": PERSON, "es": PERSON})
    told = EVENTS[kind].facts if kind in EVENTS else ()
    facts = {name: PERSON for name in (*told, "name", "reason", "note") if name not in SENTENCES}
    with room.store.write() as session:
        line = append(session, number, room.clock.now(), kind, PERSON, **{**facts, **_turn(kind)})
    Emitting()(room.works)
    assert (line.number == prefect.events[-1]["payload"]["number"]) is (kind in EVENTS)
    assert "Zuckerkandl" not in json.dumps(prefect.batches)
    assert "600 000 001" not in json.dumps(prefect.batches)


def _turn(kind: Kind) -> dict[str, str]:
    """What a line must say truly, because the labels of all after it follow from it."""
    return {
        Kind.OPENED: {"level": "red"},
        Kind.LEVEL_CHANGED: {"to": "red"},
        Kind.PHASE_ENTERED: {"phase": "crisis"},
    }.get(kind, {})


def test_what_a_person_says_when_joining_and_who_it_was_stays_with_us(room: Room, prefect: FakePrefect) -> None:
    room.open(opened_by="member:lucia.romero", why={"en": PERSON, "es": PERSON})
    room.open(opened_by="member:lucia.romero", why={"en": PERSON, "es": PERSON})
    room.open()
    Emitting()(room.works)
    joined = [event["payload"] for event in prefect.events if event["event"] == "crisis.incident.joined"]
    assert [said["rule"] for said in joined] == ["member", "burst"]
    assert [said.get("why_en") for said in joined] == [None, WHY["en"]]
    assert "lucia" not in json.dumps(prefect.batches)
    assert "Zuckerkandl" not in json.dumps(prefect.batches)


def test_while_prefect_is_away_nothing_is_lost_and_the_order_is_kept(room: Room, prefect: FakePrefect) -> None:
    emit, number = Emitting(), room.open()
    prefect.fail_next("refuse")
    with pytest.raises(Unreachable):
        emit(room.works)
    room.advance_to(number, Phase.CRISIS)
    with pytest.raises(Unreachable):
        emit(room.works)
    assert prefect.events == []
    prefect.listen_again()
    emit(room.works)
    numbers = [event["payload"]["number"] for event in prefect.events]
    assert len(numbers) >= 5 and numbers == sorted(numbers)


def test_an_answer_that_was_lost_sends_the_same_ids_again(room: Room, prefect: FakePrefect) -> None:
    room.open()
    prefect.fail_next("500-after")
    with pytest.raises(Unreachable):
        Emitting()(room.works)
    Emitting()(room.works)
    first, second = [[event["id"] for event in batch] for batch in prefect.batches]
    assert first == second and len(set(first)) == 2


def test_what_prefect_refuses_of_one_incident_keeps_no_other_back(room: Room, prefect: FakePrefect) -> None:
    emit, bad, good = Emitting(), room.open(), room.open(subject="product-oat-drink")
    prefect.refuses = f"incident.{bad}"
    emit(room.works)
    assert prefect.names(bad) == []
    assert prefect.names(good) == ["crisis.incident.opened", "crisis.phase.advanced"]
    prefect.refuses = ""
    emit(room.works)
    assert prefect.names(bad) == ["crisis.incident.opened", "crisis.phase.advanced"]


def test_a_long_timeline_goes_in_bounded_batches_and_its_noise_does_not_go(room: Room, prefect: FakePrefect) -> None:
    emit, number, at = Emitting(), room.open(), room.clock.now()
    with room.store.write() as session:
        append_many(session, number, at, Kind.MESSAGE_SENT, [{"message": n, "member": n} for n in range(300)])
        append_many(session, number, at, Kind.DEADLINE_MISSED, [{"deadline": n} for n in range(200)])
        append_many(session, number, at, Kind.MESSAGE_SENT, [{"message": n, "member": n} for n in range(300)])
    while emit(room.works):
        pass
    assert [len(batch) for batch in prefect.batches] == [100, 100, 2]
    assert [event["payload"]["number"] for event in prefect.events] == [1, 2, *range(303, 503)]
    with room.store.read() as session:
        assert session.get_one(TimelineCursor, number).number == 802


def test_of_many_incidents_none_waits_for_ever(room: Room, prefect: FakePrefect, many: list[int]) -> None:
    emit = Emitting()
    for number in many:
        with room.store.write() as session:
            append_many(session, number, room.clock.now(), Kind.DEADLINE_MISSED, [{"deadline": n} for n in range(150)])
    assert emit(room.works) == emitting.INCIDENTS
    emit(room.works)
    assert {event["payload"]["incident"] for event in prefect.events} == set(many)


@pytest.fixture
def many(room: Room) -> list[int]:
    """More incidents than one round takes."""
    numbers = []
    for _ in range(emitting.INCIDENTS + 1):
        numbers.append(room.open())
        with room.store.write() as session:
            session.get_one(Incident, numbers[-1]).closed_at = room.clock.now()
    return numbers


def test_two_supervisors_send_each_line_once_and_the_cursor_never_goes_back(room: Room, prefect: FakePrefect) -> None:
    number = room.open()
    both = [threading.Thread(target=copy_context().run, args=(Emitting(), room.works)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert prefect.names(number) == ["crisis.incident.opened", "crisis.phase.advanced"]
    with room.store.read() as session:
        assert session.scalars(select(TimelineCursor.number)).all() == [2]


def test_a_breach_is_told_whether_or_not_anybody_was_called(room: Room, prefect: FakePrefect) -> None:
    number = room.open()
    called, recorded = breach(room, number), breach(room, None, minutes=5)
    emit = Emitting()
    emit(room.works)
    told = [event for event in prefect.events if event["event"] == "crisis.threshold.breached"]
    assert [event["resource"]["prefect.resource.id"] for event in told] == [
        *("crisis-playbook.incident.1", "crisis-playbook.rule.burst"),
    ]
    assert told[0]["payload"] == {
        **{"incident": number, "drill": False, "playbook": "social-firestorm", "subject": "brand-aurora"},
        **{"at": room.clock.now().isoformat(), "rule": "burst", "series": "mentions", "level": "red"},
        **{"observed": 3041.0, "threshold": 552.0, "joined": False, "why_en": WHY["en"]},
    }
    assert told[1]["payload"]["incident"] is None
    assert [one["prefect.resource.id"] for one in told[1]["related"]] == [
        *("crisis-playbook.playbook.social-firestorm", "crisis-playbook.rule.burst"),
    ]
    with room.store.read() as session:
        assert all(session.get_one(Breach, breach).announced for breach in (called, recorded))
    assert emit(room.works) == 0
