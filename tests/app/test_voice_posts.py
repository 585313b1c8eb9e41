"""A call: its receipts, and the digit that is pressed, with what the person hears then."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from notifiers.rows import Acknowledgement, Message
from notifiers.states import State
from tests.app.receiver_desk import Desk, close
from tests.app.test_provider_posts import signed


def press(client: TestClient, message: Message, digit: str) -> str:
    """Presses a digit; the words of the answer."""
    path = f"/providers/voice/{message.token}/digit"
    answer = client.post(path, **signed(path, {"CallSid": "CA1", "Digits": digit}))
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/xml")
    assert answer.text.startswith('<?xml version="1.0" encoding="UTF-8"?><Response>')
    return answer.text


def test_one_acknowledges_and_is_thanked_for_in_the_persons_language(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    for _ in range(2):
        heard = press(client, desk.message("lucia.romero"), "1")
        assert '<Say language="es-ES">Gracias. El equipo sabe que te ocupas.' in heard and "Gather" not in heard
    with desk.works.store.read() as session:
        assert session.scalars(select(Acknowledgement.via)).all() == ["voice"]


@pytest.mark.parametrize("digit", ["2", "7", "", "11", "*"])
def test_after_another_digit_the_question_is_put_again(desk: Desk, client: TestClient, digit: str) -> None:
    desk.open("alert")
    heard = press(client, desk.message("lucia.romero"), digit)
    assert '<Gather input="dtmf" numDigits="1"' in heard and "Pulsa 1 para decir que lo has oído" in heard
    assert desk.count(Acknowledgement) == 0


def test_one_takes_the_seat_and_two_declines_it(desk: Desk, client: TestClient) -> None:
    desk.open("convene-cabinet")
    assert "Pulsa 1 si vienes al gabinete de crisis, o 2" in press(client, desk.message("javier.ortega"), "9")
    assert "El gabinete te espera" in press(client, desk.message("javier.ortega"), "1")
    assert desk.seat("crisis-lead") == ("javier.ortega", "accepted")
    assert "Se avisa a tu suplente" in press(client, desk.message("lucia.romero"), "2")
    assert desk.seat("communications-lead") == ("tom.baker", "waiting")


def test_a_call_about_a_closed_incident_acknowledges_nothing(desk: Desk, client: TestClient) -> None:
    incident = desk.open("alert")
    close(desk, incident)
    assert "Esto ya ha terminado" in press(client, desk.message("lucia.romero"), "1")
    assert desk.count(Acknowledgement) == 0


def test_only_twilio_presses_and_only_known_calls_are_answered(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    for path in (f"/providers/voice/{desk.message('lucia.romero').token}/digit", "/providers/voice/x%00y/digit"):
        assert client.post(path, data={"Digits": "1"}).status_code == 403
    for path in ("/providers/voice/nobody/digit", "/providers/voice/x%00y/digit", "/providers/voice/nobody"):
        assert client.post(path, **signed(path, {"Digits": "1", "CallStatus": "busy"})).status_code == 404
    assert desk.count(Acknowledgement) == 0


def test_the_receipts_of_a_call_move_its_message(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    path = f"/providers/voice/{desk.message('lucia.romero').token}"
    for status in ("completed", "ringing", "initiated", "completed"):
        assert client.post(path, **signed(path, {"CallSid": "CA1", "CallStatus": status})).status_code == 204
    assert desk.message("lucia.romero").state is State.DELIVERED
    assert client.post(path, data={"CallSid": "CA1", "CallStatus": "busy"}).status_code == 403
