"""At a change of phase departments tell one another, once, in the order of audiences; nothing leaves the company."""

from typing import Any

from sqlalchemy import delete, select

from flows.departments import tell_flow
from flows.phase import flows_left
from flows.supervision import tell_flows_left
from incidents.adopting import adopt
from incidents.narrative import names_of, sentence
from incidents.phases import Phase
from incidents.rows import Incident, StepRecord
from incidents.timeline import lines
from notifiers.rows import Dispatch, Withheld
from notifiers.states import Reason
from protocol.history import Author, recorded
from protocol.messages import MessageTemplate
from protocol.people import Contact, Membership, Team
from protocol.practice import CommunicationFlow
from protocol.words import AudienceKind, Channel, Language, Level
from tests.fakes.room import Room

COMMUNICATIONS = ["lucia.romero", "tom.baker", "marta.vidal", "raquel.pena"]
SERVICE, HR, FRONT_LINE = (
    ["nuria.campos", "daniel.price"],
    ["beatriz.soto", "andrew.cole"],
    ["laura.gil", "mike.turner"],
)


def arrange(room: Room, *flows: tuple[str, str], **said: Any) -> None:
    """The company has these flows from one team to another, and no others."""
    with room.store.write() as session:
        session.execute(delete(CommunicationFlow))
        teams = {team.key: team.id for team in session.scalars(select(Team))}
        for position, (teller, told) in enumerate(flows):
            values = {"phases": ["pre_crisis", "crisis", "post_crisis"], "when": "Always", **said}
            ends = {"from_team_id": teams[teller], "to_team_id": teams[told]}
            session.add(CommunicationFlow(key=f"{teller}.{told}", position=position, **ends, **values))


def team_is(room: Room, key: str, audience: AudienceKind) -> None:
    with room.store.write() as session:
        session.query(Team).filter_by(key=key).one().audience = audience


def joins(room: Room, member: str, team: str) -> None:
    """From now on a person is in a team as well."""
    with room.store.write() as session:
        number = session.query(Team).filter_by(key=team).one().id
        session.add(Membership(team_id=number, member_id=room.member(member), position=9))


def happen(room: Room, number: int) -> list[bool]:
    """The flows of the current phase happen, as its run lets them; whether each was new."""
    incident = room.incident(number)
    left = flows_left(room.works, incident.phase, number, incident.entry, 1)
    return [tell(room, number, flow.key) for flow in left]


def tell(room: Room, number: int, key: str, entry: int | None = None) -> bool:
    with room.store.write() as session:
        return tell_flow(session, room.works, number, entry or room.incident(number).entry, key, room.clock.now())


def read(room: Room, number: int, kind: str) -> list[str]:
    """The lines of a kind as the Spanish timeline says them."""
    with room.store.read() as session:
        names = names_of(session, Language.ES)
        return [sentence(line, names, Language.ES) for line in lines(session, number) if line.kind == kind]


def rung(room: Room) -> list[str]:
    """Whose phones rang, in order."""
    room.send()
    with room.store.read() as session:
        numbers = {room.vault.open(row.sealed): row.member_id for row in session.scalars(select(Contact))}
    people = {room.member(key): key for key in (*COMMUNICATIONS, *SERVICE, *HR, *FRONT_LINE)}
    return [people[numbers[text["to"]]] for text in room.phones() if text["channel"] == "sms"]


def test_phones_ring_in_the_order_of_audiences_and_then_of_the_file(room: Room) -> None:
    team_is(room, "front-line", AudienceKind.CUSTOMERS)
    team_is(room, "hr", AudienceKind.HARMED)
    arrange(room, ("direction", "front-line"), ("direction", "customer-service"), ("direction", "hr"))
    assert happen(room, room.open()) == [True, True, True]
    assert rung(room) == [*HR, *SERVICE, *FRONT_LINE]


def test_the_words_say_who_tells_of_which_phase_in_each_language(room: Room) -> None:
    arrange(room, ("communications", "customer-service"))
    number = room.open()
    happen(room, number)
    assert room.texts("nuria.campos")[0].startswith(
        f"Comunicacion te informa: INC-{number} (Aurora), fase: precrisis, nivel: naranja."
    )
    assert room.texts("daniel.price")[0].startswith(
        f"Communications tells you: INC-{number} (Aurora), phase: pre-crisis, level: orange."
    )


def test_twice_is_once(room: Room) -> None:
    arrange(room, ("communications", "customer-service"))
    number = room.open()
    assert happen(room, number) == [True]
    before = room.everything()
    assert tell(room, number, "communications.customer-service") is False
    assert happen(room, number) == []
    assert room.everything() == before


def test_each_entry_into_a_phase_tells_again_a_relapse_too(room: Room) -> None:
    arrange(room, ("communications", "customer-service"), phases=["crisis"])
    number = room.open()
    for phase in (Phase.CRISIS, Phase.POST_CRISIS, Phase.CRISIS):
        room.advance_to(number, phase)
        happen(room, number)
    assert len(room.texts("nuria.campos", "phase-changed")) == 2
    with room.store.read() as session:
        keys = session.scalars(select(Dispatch.key).where(Dispatch.template == "phase-changed").order_by(Dispatch.key))
        assert list(keys) == [f"{number}/{entry}/flow.communications.customer-service/0" for entry in (2, 4)]


def test_a_flow_of_a_phase_that_was_left_meanwhile_tells_nobody(room: Room) -> None:
    arrange(room, ("communications", "customer-service"))
    number = room.open()
    room.advance_to(number, Phase.CRISIS)
    assert tell(room, number, "communications.customer-service", entry=1) is False
    assert room.told("phase-changed") == []


def test_who_is_in_two_teams_is_told_by_the_first_and_the_decision_is_kept(room: Room) -> None:
    joins(room, "nuria.campos", "hr")
    arrange(room, ("communications", "customer-service"), ("direction", "hr"))
    number = room.open()
    happen(room, number)
    assert len(room.texts("nuria.campos")) == 1
    with room.store.read() as session:
        (kept,) = session.scalars(select(Withheld)).all()
    assert (kept.dispatch_key, kept.reason) == (f"{number}/1/flow.direction.hr/0", Reason.DUPLICATE)
    assert kept.member_id == room.member("nuria.campos")
    assert [line["messages"] for line in room.lines(number, "flow_done")] == [4, 4]


def test_people_outside_get_nothing_and_whoever_tells_them_is_told_that_it_is_their_turn(room: Room) -> None:
    arrange(room, ("communications", "press-list"), ("customer-service", "customers"), channels=["sms"])
    number = room.open()
    happen(room, number)
    assert room.told() == [*SERVICE, *COMMUNICATIONS]  # customers before the media
    assert rung(room) == [*SERVICE, *COMMUNICATIONS]
    assert room.texts("tom.baker")[0].startswith(
        f"INC-{number} (pre-crisis): it is the turn of your team, Communications, to tell Press list."
    )
    assert room.lines(number, "audience_due")[0] == {
        "step": "flow.customer-service.customers",
        "from_team": "customer-service",
        "audience": "customers",
        "messages": 2,
    }
    assert read(room, number, "audience_due")[0] == (
        "Le toca a Atención al cliente informar a Clientes, solo con palabras que tengan visto bueno; "
        "se avisó a Atención al cliente: 2 mensajes."
    )


def test_one_team_that_tells_two_audiences_is_told_of_both(room: Room) -> None:
    arrange(room, ("communications", "press-list"), ("communications", "customers"), ("direction", "communications"))
    happen(room, room.open())
    words = [text.partition("Solo ")[0] for text in room.texts("marta.vidal")]
    assert ["te informa" in words[0], "informar a Clientes" in words[1], "a Lista de prensa" in words[2]] == [True] * 3


def test_a_team_outside_without_an_audience_comes_last(room: Room) -> None:
    with room.store.write() as session:
        session.query(Team).filter_by(key="customers").one().audience = None
    arrange(room, ("customer-service", "customers"), ("communications", "press-list"), channels=["sms"])
    happen(room, room.open())
    assert rung(room) == [*COMMUNICATIONS, *SERVICE]


def test_a_flow_may_have_a_message_and_channels_of_its_own(room: Room) -> None:
    arrange(room, ("communications", "customer-service"), message="sitrep", channels=["email"])
    happen(room, room.open())
    assert room.told("sitrep") == SERVICE and room.texts(channel="sms") == []


def test_a_level_below_its_own_waits_until_it_is_raised(room: Room) -> None:
    arrange(room, ("communications", "customer-service"), level=Level.RED)
    number = room.open(Level.ORANGE)
    assert happen(room, number) == []
    room.open_gate(number)
    assert tell_flows_left(room.works) == 0
    room.answer(number, "hold", room.code("javier.ortega"), level=Level.RED)
    assert tell_flows_left(room.works) == 1
    assert room.told("phase-changed") == SERVICE


def test_who_is_away_is_not_told_and_who_has_no_telephone_gets_an_e_mail(room: Room) -> None:
    room.absent("daniel.price")
    room.without("nuria.campos", Channel.SMS)
    arrange(room, ("communications", "customer-service"), channels=["sms"])
    number = room.open()
    happen(room, number)
    assert room.texts(channel="sms") == [] and len(room.texts("nuria.campos", channel="email")) == 1
    assert room.lines(number, "not_told")[0]["reason"] == "no sms contact; fell back to email"


def test_a_flow_without_phases_only_documents(room: Room) -> None:
    arrange(room, ("communications", "customer-service"), phases=[])
    assert happen(room, room.open()) == []


def test_a_drill_tells_its_roster_alone(room: Room) -> None:
    room.leave_roster("nuria.campos")
    arrange(room, ("communications", "customer-service"), channels=["sms"])
    happen(room, room.open(drill=True))
    assert room.told("phase-changed") == ["daniel.price"]
    assert room.texts("daniel.price")[0].startswith("DRILL / SIMULACRO: Communications tells you")


def test_without_prefect_the_supervisor_does_it_and_the_run_finds_it_done(room: Room) -> None:
    arrange(room, ("direction", "hr"), ("communications", "customer-service"))
    number = room.open()
    room.clock.later(seconds=60)
    assert tell_flows_left(room.works) == 0
    room.clock.later(seconds=1)
    assert (tell_flows_left(room.works), tell_flows_left(room.works)) == (2, 0)
    assert rung(room) == [*HR, *SERVICE]
    assert [line["step"] for line in room.lines(number, "degraded")] == [
        "flow.direction.hr",
        "flow.communications.customer-service",
    ]
    assert happen(room, number) == []


def test_a_flow_from_a_team_that_was_put_outside_meanwhile_tells_nobody_and_says_so(room: Room) -> None:
    arrange(room, ("front-line", "customers"))
    with room.store.write() as session:
        session.query(Team).filter_by(key="front-line").one().outside = True
    number = room.open()
    happen(room, number)
    assert room.told() == [] and happen(room, number) == []
    (line,) = room.lines(number, "not_told")
    assert (line["role"], line["reason"]) == ("front-line", "whoever tells is outside the company")


def test_a_flow_that_cannot_happen_yet_keeps_the_others_from_nothing_and_happens_later(room: Room) -> None:
    arrange(room, ("direction", "hr"), ("communications", "customer-service"))
    with room.store.write() as session:
        session.query(CommunicationFlow).filter_by(key="direction.hr").one().message = "new-words"
    number = room.open()
    room.clock.later(minutes=2)
    assert tell_flows_left(room.works) == 1
    with room.store.write() as session:
        for language, channel in [(row, way) for row in ("es", "en") for way in (Channel.SMS, Channel.EMAIL)]:
            session.add(MessageTemplate(key="new-words", language=language, channel=channel, version=1, body="Words"))
    assert tell_flows_left(room.works) == 1
    assert room.told() == [*SERVICE, *HR]
    assert room.count(StepRecord) == 2
    assert len(room.lines(number, "flow_done")) == 2


def test_a_running_incident_keeps_its_flows_until_the_new_version_is_adopted(room: Room) -> None:
    def change(*flows: tuple[str, str]) -> None:
        arrange(room, *flows)
        with room.store.write() as session, recorded(session, Author("Ana", "crisis load"), room.clock.now()):
            pass  # it becomes a version

    change(("communications", "hr"))
    number = room.open()
    change(("communications", "it-security"))
    happen(room, number)
    assert {row["audience"] for row in room.lines(number, "flow_done")} == {"hr"}
    with room.store.write() as session:
        adopt(session, session.get_one(Incident, number), "Ana: the other team must know", room.clock.now())
    happen(room, number)
    assert [row["audience"] for row in room.lines(number, "flow_done")] == ["hr", "it-security"]
