"""The desk's page of a message: the sheet of its incident in the reader's language, or what waits for a reply."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.chasing import Chasing
from app.receiver import create_receiver
from desk.rows import Inquiry
from flows.departments import tell_flow
from flows.phase import flows_left
from incidents.phases import Phase
from notifiers.links import Purpose
from notifiers.rows import Message
from protocol.practice import SupportEntry
from protocol.words import Urgency
from tests.desk.counter import BRAND, ask
from tests.fakes.room import LINKS, Room

PRIVATE = "Soy Paula Roca y quiero devolver el producto"


@pytest.fixture
def client(room: Room) -> TestClient:
    return TestClient(create_receiver(room.works), "https://crisis.example.org", follow_redirects=False)


def happen(room: Room, number: int) -> None:
    incident = room.incident(number)
    for flow in flows_left(room.works, incident.phase, number, incident.entry, 1):
        with room.store.write() as session:
            tell_flow(session, room.works, number, incident.entry, flow.key, room.clock.now())


def link(room: Room, member: str) -> str:
    """The path of the desk's link in the newest text of a person."""
    found = re.search(r"https://crisis\.example\.org(/d/\S+)", room.texts(member)[-1])
    assert found is not None
    return found[1]


@pytest.fixture
def number(room: Room) -> int:
    """An incident in crisis, of which the desk is told; a customer was answered before."""
    ask(room, PRIVATE, subject=BRAND, at=room.clock.now())
    opened = room.open()
    room.advance_to(opened, Phase.CRISIS)
    happen(room, opened)
    return opened


def test_the_link_leads_to_the_sheet_in_spanish(room: Room, client: TestClient, number: int) -> None:
    answer = client.get(link(room, "nuria.campos"))
    assert answer.status_code == 200
    for words in (
        '<html lang="es">',
        f"INC-{number}",
        "Tormenta en redes",
        "Qué decir",
        "Claro. Se lo recogemos y le devolvemos el dinero, con o sin recibo.",
        "Qué no decir",
        "Ninguna promesa de compensación que no esté en estas frases.",
        '<a href="https://help.example.com/faq" rel="noreferrer">Preguntas frecuentes de clientes</a>',
        "Respuestas por corregir: 1",
        "<b>INQ-1</b> · refund · phone",
        "no necesita el recibo",
        "Aurora Foods",
    ):
        assert words in answer.text
    assert "Paula" not in answer.text
    assert "22:00 CET" in answer.text


def test_and_in_english(room: Room, client: TestClient, number: int) -> None:
    page = client.get(link(room, "daniel.price")).text
    for words in ('<html lang="en">', "Social media firestorm", "What to say", "Answers to correct: 1", "16:00 EST"):
        assert words in page


def test_published_words_stand_on_it_paragraph_by_paragraph(room: Room, client: TestClient) -> None:
    opened = room.open()
    room.do(opened, "holding-statement")
    room.sign(opened, "holding-statement", "lucia.romero", "pablo.serra")
    room.advance_to(opened, Phase.CRISIS)
    happen(room, opened)
    page = client.get(link(room, "nuria.campos")).text
    assert "Publicado, con visto bueno" in page
    assert "https://press.example.com/aurora" in page.partition("Publicado, con visto bueno")[2]


def test_looking_changes_nothing(room: Room, client: TestClient, number: int) -> None:
    path = link(room, "nuria.campos")
    before = room.everything()
    for _ in range(2):
        client.get(path)
    assert room.everything() == before


def test_a_closed_incident_says_that_the_standard_answers_hold_again(
    room: Room, client: TestClient, number: int
) -> None:
    path = link(room, "nuria.campos")
    for phase in (Phase.POST_CRISIS, Phase.CLOSED):
        room.advance_to(number, phase)
    page = client.get(path).text
    assert "Está cerrado. Vuelven a valer las respuestas tipo." in page
    assert "Respuestas por corregir" not in page


def test_words_of_the_protocol_are_no_html(room: Room, client: TestClient) -> None:
    with room.store.write() as session:
        said = {"es": "<script>x</script>", "en": "<b>"}
        session.execute(update(SupportEntry).where(SupportEntry.key == "refund").values(answers=said))
    ask(room, "Quiero devolver el producto", subject=BRAND)
    opened = room.open()
    room.advance_to(opened, Phase.CRISIS)
    happen(room, opened)
    page = client.get(link(room, "nuria.campos")).text
    assert "<script>" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page


def test_the_link_of_an_overdue_message_lists_what_waits(room: Room, client: TestClient) -> None:
    ask(room, PRIVATE, urgency=Urgency.HIGH)
    ask(room, "are my data affected", urgency=Urgency.HIGH)  # that of another team
    ask(room, "x", urgency=Urgency.LOW)
    room.clock.later(minutes=25)
    Chasing()(room.works)
    page = client.get(link(room, "nuria.campos")).text
    for words in (
        "Esperan la primera respuesta: 2",
        "<b>INQ-1</b> · refund",
        "alta",
        "25 min, fuera de plazo",
        "INQ-3",
    ):
        assert words in page
    assert "INQ-2" not in page
    assert "Paula" not in page
    with room.store.write() as session:
        session.execute(update(Inquiry).values(replied_at=room.clock.now(), rung_at=None))
    assert "No espera nada. Gracias." in client.get(link(room, "nuria.campos")).text


def test_a_long_list_says_how_many_more(room: Room, client: TestClient) -> None:
    for _ in range(53):
        ask(room, "x", urgency=Urgency.HIGH)
    room.clock.later(minutes=25)
    Chasing()(room.works)
    page = client.get(link(room, "nuria.campos")).text
    assert page.count("<b>INQ-") == 50
    assert "Y 3 más." in page


def test_a_link_for_something_else_opens_no_desk(room: Room, client: TestClient, number: int) -> None:
    message = room.message("nuria.campos")
    acknowledge = LINKS.signed(Purpose.ACKNOWLEDGE, message.id, message.token)
    assert client.get(f"/d/{acknowledge}").status_code == 404
    assert client.get("/d/x").status_code == 404
    desk = link(room, "nuria.campos").removeprefix("/d/")
    assert client.get(f"/a/{desk}").status_code == 404


def test_a_message_of_neither_kind_opens_none(room: Room, client: TestClient) -> None:
    room.tell("ana.ruiz")
    message = room.message("ana.ruiz")
    assert client.get(f"/d/{LINKS.signed(Purpose.DESK, message.id, message.token)}").status_code == 404


def test_an_old_link_has_expired(room: Room, client: TestClient, number: int) -> None:
    path = link(room, "nuria.campos")
    room.clock.later(days=15)
    assert client.get(path).status_code == 410
    assert room.count(Message) > 0
