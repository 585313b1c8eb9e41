"""Whoever was told before is not told again; of a closing only those hear who knew of the incident."""

import re

import pytest
from sqlalchemy import select

from flows.supervision import tell_flows_left
from incidents.adopting import adopt
from incidents.phases import Phase
from incidents.rows import Incident
from notifiers.rows import Withheld
from notifiers.states import Reason
from protocol.history import Author, recorded
from protocol.practice import CommunicationFlow
from tests.fakes.room import Room
from tests.flows.test_departments import HR, SERVICE, arrange, happen, joins, read


@pytest.mark.parametrize("moves", [[Phase.CLOSED], [Phase.CRISIS, Phase.POST_CRISIS, Phase.CLOSED]])
def test_a_closing_and_a_stand_down_tell_in_the_same_transaction(room: Room, moves: list[Phase]) -> None:
    arrange(room, ("communications", "customer-service"), phases=["closed"])
    number = room.open()
    room.tell(*SERVICE, incident_id=number)
    for phase in moves:
        room.advance_to(number, phase)
    assert room.told("phase-changed") == SERVICE
    assert "fase: cerrada" in room.texts("nuria.campos", "phase-changed")[0]
    room.clock.later(hours=1)
    assert tell_flows_left(room.works) == 0


def test_a_flow_that_cannot_happen_keeps_nobody_from_closing(room: Room) -> None:
    arrange(room, ("direction", "hr"), ("communications", "customer-service"), phases=["closed"])
    with room.store.write() as session:
        session.query(CommunicationFlow).filter_by(key="direction.hr").one().message = "no-such-message"
    number = room.open()
    room.tell(*SERVICE, incident_id=number)
    room.advance_to(number, Phase.CLOSED)
    assert room.incident(number).closed_at is not None and room.told("phase-changed") == SERVICE
    (line,) = room.lines(number, "not_told")
    assert (line["role"], line["step"]) == ("hr", "flow.direction.hr")
    assert re.fullmatch("[0-9a-f]{8}", line["error"])
    assert read(room, number, "not_told") == [
        "No se pudo avisar a Recursos humanos de «Dirección → Recursos humanos» como estaba previsto: "
        "un error lo impidió."
    ]


def test_of_a_closing_nobody_hears_who_had_heard_nothing_of_the_incident(room: Room) -> None:
    arrange(room, ("communications", "customer-service"), phases=["closed"])
    number = room.open()
    room.tell("nuria.campos", incident_id=number)
    room.advance_to(number, Phase.CLOSED)
    assert room.told("phase-changed") == ["nuria.campos"]
    with room.store.read() as session:
        kept = session.scalars(select(Withheld).where(Withheld.reason == Reason.NOT_CONCERNED)).one()
    assert kept.member_id == room.member("daniel.price")
    assert len(room.lines(number, "flow_done")) == 1


def test_whoever_was_told_by_a_flow_of_the_former_version_is_not_told_again_after_an_adoption(room: Room) -> None:
    arrange(room, ("communications", "customer-service"), ("customer-service", "customers"))
    number = room.open()
    happen(room, number)
    joins(room, "nuria.campos", "hr")
    joins(room, "laura.gil", "hr")
    arrange(room, ("direction", "hr"), ("direction", "customer-service"))
    with room.store.write() as session, recorded(session, Author("Ana", "crisis load"), room.clock.now()):
        pass  # it becomes a version
    with room.store.write() as session:
        adopt(session, session.get_one(Incident, number), "Ana: the other team must know", room.clock.now())
    happen(room, number)
    assert room.told("phase-changed") == [*SERVICE, *HR, "laura.gil"]
    assert len(room.texts("nuria.campos", "phase-changed")) == 1
    assert [(line["messages"], line.get("before")) for line in room.lines(number, "flow_done")] == [
        *((4, None), (6, 1), (0, 2))
    ]
    assert read(room, number, "flow_done")[-1] == (
        "El equipo Atención al cliente ya estaba informado; Dirección no avisó a nadie dos veces."
    )
