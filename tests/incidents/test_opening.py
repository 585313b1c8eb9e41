"""However many readings cross a rule, one incident opens; the others join it."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from incidents.deadlines import Due, open_deadlines
from incidents.opening import find, open_or_join
from incidents.phases import Phase
from incidents.rows import Incident, PhaseEntry, TimelineText
from incidents.timeline import first_broken
from protocol.words import Level, Remedy
from tests.fakes.room import WHY, Room


def _due(room: Room, number: int) -> list[tuple[str, str]]:
    with room.store.read() as session:
        return [(row.kind, row.step) for row in open_deadlines(session, number)]


def test_an_incident_opens_with_its_first_phase_and_wants_a_run(room: Room) -> None:
    number = room.open()
    incident = room.incident(number)
    assert (incident.name, incident.phase, incident.level) == ("INC-1", Phase.PRE_CRISIS, Level.ORANGE)
    with room.store.read() as session:
        entry = session.scalars(select(PhaseEntry)).one()
    assert (entry.number, entry.run_wanted_at, entry.run_id) == (1, room.clock.now(), None)
    assert room.kinds(number) == ["opened", "phase_entered"]


def test_an_incident_without_warning_opens_in_crisis(room: Room) -> None:
    assert room.incident(room.open(phase=Phase.CRISIS)).phase is Phase.CRISIS


def test_a_second_signal_about_the_same_joins_the_first(room: Room) -> None:
    number = room.open()
    with room.store.write() as session:
        incident, opened = open_or_join(session, room.signal(), room.clock.now())
    assert (incident.id, opened) == (number, False)
    joined = {"rule": "burst", "level": "orange", "why_en": WHY["en"], "why_es": WHY["es"]}
    assert room.lines(number, "joined") == [joined]
    assert _due(room, number) == []


@pytest.mark.parametrize(
    "other",
    [{"subject": "product-oat-drink"}, {"playbook": "data-breach"}, {"drill": True}],
    ids=lambda o: next(iter(o)),
)
def test_another_subject_playbook_or_a_drill_is_another_incident(room: Room, other: dict[str, object]) -> None:
    assert room.open() != room.open(**other)


def test_after_closing_the_same_thing_opens_anew(room: Room) -> None:
    first = room.open()
    room.advance_to(first, Phase.CLOSED)
    assert room.open() != first


def test_a_graver_signal_is_put_to_the_deciders_at_once(room: Room) -> None:
    number = room.open(Level.YELLOW)
    room.open(Level.RED, why={"es": "Ya son 9.000.", "en": "Now 9,000."})
    assert _due(room, number) == [(Due.JOINED, "joined-red")]
    assert room.pass_time(number) == 1
    assert room.told("breach-joined") == ["javier.ortega", "lucia.romero", "elena.castro"]
    assert "Ya son 9.000" in room.texts("javier.ortega", "breach-joined")[0]
    assert room.incident(number).level is Level.YELLOW  # a person decides about that


def test_any_signal_during_post_crisis_is_put_to_the_deciders(room: Room) -> None:
    number = room.open()
    room.advance_to(number, Phase.CRISIS)
    room.advance_to(number, Phase.POST_CRISIS)
    room.open(Level.YELLOW)
    assert (Due.JOINED, "joined-yellow") in _due(room, number)


def test_what_a_person_says_stands_beside_the_chain(room: Room) -> None:
    number = room.open()
    room.open(opened_by="member:lucia.romero", why={"es": "Lo dijo Ana.", "en": "Ana said so."})
    assert room.lines(number, "joined") == [{"rule": "member:lucia.romero", "level": "orange"}]
    with room.store.read() as session:
        assert "Ana said so." in session.scalars(select(TimelineText.text)).all()


def test_two_signals_at_once_open_one_incident(room: Room) -> None:
    together = threading.Barrier(2)
    found: list[tuple[int, bool]] = []

    def signal() -> None:
        together.wait()
        with room.store.write() as session:
            incident, opened = open_or_join(session, room.signal(), room.clock.now())
            found.append((incident.id, opened))

    threads = [threading.Thread(target=signal) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert room.count(Incident) == 1
    number = found[0][0]
    assert sorted(found) == [(number, False), (number, True)]
    assert room.kinds(number) == ["opened", "phase_entered", "joined"]
    with room.store.read() as session:
        assert first_broken(session, number) is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"subject": "brand-x"},
            'No subject "brand-x" in the protocol. Add it, or use one of: '
            "brand-aurora, person-chief-executive, product-oat-drink, site-shop.",
        ),
        (
            {"playbook": "flood"},
            'No playbook "flood" in the protocol store. Use one of: data-breach, social-firestorm.',
        ),
    ],
)
def test_an_unknown_subject_or_playbook_is_told_with_the_known_ones(
    room: Room, wrong: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Remedy) as error:
        room.open(**wrong)
    assert str(error.value) == sentence
    assert room.count(Incident) == 0


def test_an_unknown_number_is_told(room: Room) -> None:
    with room.store.read() as session, pytest.raises(Remedy, match="There is no incident 9; `crisis status` lists"):
        find(session, 9)


def test_a_drill_runs_on_a_clock_of_its_own(room: Room) -> None:
    number = room.open(drill=True, speed=60.0)
    room.clock.later(minutes=1)
    room.open(drill=True)
    with room.store.read() as session:
        joined = session.get_one(Incident, number)
        assert joined.clock_speed == 60.0
    assert room.kinds(number)[-1] == "joined"
    assert room.incident(number).opened_at + timedelta(minutes=1) == room.clock.now()
