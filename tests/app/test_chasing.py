"""Inquiries that wait too long are told once per rung, in bundles, to the lead and then along the team's flows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import delete, select, update

from app.chasing import Chasing
from desk.inquiries import InquiryValue
from desk.replying import find, reply
from desk.rows import Inquiry
from notifiers.rows import Dispatch, Message
from notifiers.segments import sms_size
from protocol.people import Role, RoleHolder, Team
from protocol.practice import CommunicationFlow, Company, SupportEntry
from protocol.words import Urgency
from tests.desk.counter import ask, at, inquiry, take
from tests.fakes.room import Room

LEAD, DEPUTY, MONITORING, COMMUNICATIONS = "nuria.campos", "daniel.price", "sergio.molina", "lucia.romero"
OVERDUE = "inquiry-overdue"
PRIVATE = "Soy Paula Roca y me ha sentado mal"


def look(room: Room, minutes: float = 0) -> int:
    """Time passes, and a new supervisor looks; of how many rungs somebody is told."""
    room.clock.later(minutes=minutes)
    return Chasing()(room.works)


def many(room: Room, number: int, urgency: Urgency = Urgency.HIGH) -> list[InquiryValue]:
    return [inquiry("I want a refund", f"T-{n}", at=room.clock.now(), urgency=urgency) for n in range(number)]


def dispatches(room: Room) -> list[str]:
    """Team and rung of each dispatch, in order."""
    with room.store.read() as session:
        found = session.scalars(select(Dispatch).where(Dispatch.template == OVERDUE).order_by(Dispatch.created_at))
        return ["/".join(one.key.split("/")[2:4]) for one in found]


def leave(room: Room, team: str) -> None:
    """A team leaves the protocol."""
    with room.store.write() as session:
        session.execute(update(Team).where(Team.key == team).values(key="gone"))


@pytest.fixture(autouse=True)
def morning(room: Room) -> None:
    at(room, "2026-03-03 10:00")


def test_the_lead_is_told_once_it_is_past_due_and_not_before(room: Room) -> None:
    ask(room, PRIVATE, urgency=Urgency.HIGH)
    assert (look(room, 14.9), room.told(OVERDUE)) == (0, [])
    assert (look(room, 0.1), room.told(OVERDUE)) == (1, [LEAD])
    reference = room.message(LEAD).reference
    (text,) = room.texts(LEAD, OVERDUE)
    start, _, rest = text.partition("https://")
    assert start == (
        "Aurora Foods, Atención al cliente: 1 consulta sin respuesta, urgencia alta, desde hace 15 min. ".replace(
            "ó", "o"
        )
    )
    assert rest.endswith(f" #{reference}")
    mail = room.texts(LEAD, OVERDUE, channel="email")[0]
    assert "- INQ-1, harmed, alta, 15 min" in mail
    assert "Paula" not in text + mail
    assert "sentado" not in repr(room.everything()["dispatch"])


def test_five_hundred_are_one_message_to_one_person(room: Room) -> None:
    take(room, *many(room, 500))
    assert look(room, 15) == 1
    assert room.told(OVERDUE) == [LEAD]
    assert room.count(Message) == 2  # a text and an e-mail
    assert "500 consultas sin respuesta" in room.texts(LEAD, OVERDUE)[0]
    assert "y 495 más" in room.texts(LEAD, OVERDUE, channel="email")[0]
    assert sms_size(room.texts(LEAD, OVERDUE)[0]).segments <= 2


def test_those_that_trickle_in_are_a_message_every_ten_minutes(room: Room) -> None:
    for number in range(20):
        ask(room, "x", f"T-{number}", urgency=Urgency.HIGH)
        room.clock.later(minutes=1)
    told = sum(look(room, 0.5) for _ in range(38))
    assert told == len(dispatches(room))
    mine = [key for key in dispatches(room) if key == "customer-service/0"]
    assert 2 <= len(mine) <= 3


def test_it_climbs_to_the_next_team_along_the_flows_once_per_rung(room: Room) -> None:
    ask(room, "x", urgency=Urgency.HIGH)
    for _ in range(200):
        look(room, 1)
    assert dispatches(room) == ["customer-service/0", "customer-service/1", "customer-service/2"]
    assert room.told(OVERDUE) == [LEAD, MONITORING, COMMUNICATIONS]


def test_a_reply_ends_it(room: Room) -> None:
    ask(room, "x", "T-1", urgency=Urgency.HIGH)
    look(room, 15)
    with room.store.write() as session:
        reply(session, find(session, room.vault, "T-1"), room.clock.now(), room.clock.now())
    for _ in range(50):
        look(room, 5)
    assert dispatches(room) == ["customer-service/0"]


def test_two_supervisors_at_the_same_instant_tell_once(room: Room) -> None:
    take(room, *many(room, 30))
    room.clock.later(minutes=15)
    together = Barrier(4)

    def supervise(_: int) -> int:
        together.wait()
        return Chasing()(room.works)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(supervise, range(4))) == 1
    assert room.count(Message) == 2


def test_the_deputy_is_told_when_the_lead_is_away(room: Room) -> None:
    room.absent(LEAD)
    ask(room, "x", urgency=Urgency.HIGH)
    look(room, 15)
    assert room.told(OVERDUE) == [DEPUTY]
    assert "1 inquiry without a reply, urgency high, waiting for 15 min." in room.texts(DEPUTY, OVERDUE)[0]


def test_where_nobody_is_there_the_next_team_is_told_at_once(room: Room) -> None:
    room.absent(LEAD)
    room.absent(DEPUTY)
    ask(room, "x", urgency=Urgency.HIGH)
    look(room, 15)
    look(room)
    assert room.told(OVERDUE) == [MONITORING]


def test_a_team_without_a_role_of_its_own_tells_its_first_member(room: Room) -> None:
    with room.store.write() as session:
        role = session.scalars(select(Role).where(Role.key == "customer-service-lead")).one()
        session.execute(delete(RoleHolder).where(RoleHolder.role_id == role.id))
        session.execute(update(Role).where(Role.id == role.id).values(key="somebody"))
    ask(room, "x", urgency=Urgency.HIGH)
    look(room, 15)
    assert room.told(OVERDUE) == [LEAD]


def test_without_flows_the_ladder_ends_with_the_team(room: Room) -> None:
    with room.store.write() as session:
        session.execute(delete(CommunicationFlow))
    ask(room, "x", urgency=Urgency.HIGH)
    for _ in range(30):
        look(room, 10)
    assert dispatches(room) == ["customer-service/0"]


def test_each_team_has_a_ladder_of_its_own(room: Room) -> None:
    ask(room, "x", urgency=Urgency.HIGH)
    ask(room, "are my data affected", urgency=Urgency.HIGH)
    assert look(room, 15) == 2
    assert sorted(dispatches(room)) == ["customer-service/0", "legal/0"]


def test_what_waits_for_a_team_that_has_left_the_protocol_goes_to_the_usual_team(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    ask(room, "are my data affected", urgency=Urgency.HIGH)
    leave(room, "legal")
    for _ in range(3):
        look(room, 15)
    assert dispatches(room) == ["customer-service/0", "customer-service/1"]
    assert room.told(OVERDUE) == [LEAD, MONITORING]
    assert (
        caplog.text.count(
            "the protocol no longer has the team legal; inquiries that waited for it: 1; customer-service"
        )
        == 1
    )


def test_without_any_team_that_answers_it_is_logged_once_and_nobody_is_told(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    ask(room, "x", urgency=Urgency.HIGH)
    leave(room, "customer-service")
    with room.store.write() as session:
        session.execute(update(SupportEntry).values(team_id=None))
    for _ in range(3):
        look(room, 15)
    assert dispatches(room) == []
    assert caplog.text.count("the protocol no longer has the team customer-service") == 1


def test_what_came_long_ago_is_for_the_record_and_nobody_is_told(room: Room) -> None:
    take(room, inquiry("x", at=room.clock.now() - timedelta(days=8)))
    assert look(room) == 0
    with room.store.read() as session:
        assert session.scalars(select(Inquiry.rung_at)).all() == [None]


def test_the_night_is_kept_unless_it_is_urgent(room: Room) -> None:
    with room.store.write() as session:
        session.execute(update(Company).values(quiet_starts=time(21), quiet_ends=time(7)))
    at(room, "2026-03-03 22:00")
    for urgency, arrived in ((Urgency.MEDIUM, 1), (Urgency.HIGH, 3)):  # the e-mail is silent, the text is not
        take(room, inquiry("x", urgency, at=room.clock.now() - timedelta(days=1), urgency=urgency))
        look(room, 15)
        room.send()
        assert len(room.phones()) == arrived


def test_it_rests_between_looks_and_wakes_for_what_is_due(room: Room) -> None:
    supervisor = Chasing()
    ask(room, "x", urgency=Urgency.CRITICAL)
    assert supervisor(room.works) == 0
    room.clock.later(seconds=5)
    assert supervisor(room.works) == 0
    room.clock.later(minutes=5)
    assert supervisor(room.works) == 1
