"""One tap, a new code, the way to the gate: looking changes nothing, a second tap is harmless."""

from datetime import timedelta

from fastapi.testclient import TestClient
from sqlalchemy import select

from incidents.deadlines import Due
from incidents.opening import current_entry
from incidents.rows import Deadline, Incident, OneTimeCode
from notifiers.links import Purpose
from notifiers.rows import Acknowledgement, FormerLink
from protocol.people import Member
from tests.app.receiver_desk import NOW, Desk, close

SECURITY = ("content-security-policy", "referrer-policy", "x-robots-tag", "cache-control")


def test_a_scanner_that_opens_the_link_acknowledges_nothing(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    message = desk.message("lucia.romero")
    for _ in range(3):
        page = client.get(desk.link(message))
        assert page.status_code == 200
    assert desk.count(Acknowledgement) == 0
    assert '<html lang="es">' in page.text and "Lo he visto, me ocupo" in page.text
    assert "Tormenta en redes" in page.text and "INC-" in page.text and "SIMULACRO" not in page.text
    for header in SECURITY:
        assert page.headers[header]
    assert "<script" not in page.text and "http" not in page.text.replace("http-equiv", "")


def test_one_tap_acknowledges_once_and_meets_the_deadline(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    link = desk.link(desk.message("lucia.romero"))
    first = client.post(link)
    assert "Gracias" in first.text and "Anotado a las 22:00" in first.text
    desk.clock.moment += timedelta(minutes=3)
    again = client.post(link)
    assert again.status_code == 200 and "Lo confirmaste a las 22:00" in again.text
    assert "Lo confirmaste a las 22:00" in client.get(link).text
    with desk.works.store.read() as session:
        row = session.scalars(select(Acknowledgement)).one()
        assert (row.via, row.acknowledged_at) == ("link", NOW)
        open_ones = select(Deadline).where(Deadline.kind == Due.ACKNOWLEDGE, Deadline.met_at.is_(None))
        assert row.member_id not in {deadline.member_id for deadline in session.scalars(open_ones)}


def test_an_unknown_link_is_a_page_in_the_readers_language(client: TestClient) -> None:
    for path in ("/a/nothing", "/c/nothing", "/a/%00x", "/c/%ff", "/g/999", "/g/9999999999999999999", "/g/x"):
        page = client.get(path, headers={"Accept-Language": "fr-FR,es-ES;q=0.8"})
        assert page.status_code == 404 and '<html lang="es">' in page.text
    assert "This link is not known" in client.post("/a/nothing").text


def test_a_link_for_one_purpose_opens_no_other_page(desk: Desk, client: TestClient) -> None:
    desk.open("holding-statement", gate=True)
    message = desk.message("lucia.romero")
    for made in Purpose:
        signed = desk.link(message, made).removeprefix(f"/{made}/")
        for asked in set(Purpose) - {made}:
            assert client.get(f"/{asked}/{signed}").status_code == 404
            assert client.post(f"/{asked}/{signed}").status_code == (405 if asked is Purpose.DESK else 404)
    assert client.get(f"/a/{message.token}").status_code == 404


def test_a_link_of_the_former_release_still_acknowledges(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    message = desk.message("lucia.romero")
    with desk.works.store.write() as session:
        session.add(FormerLink(id=1, last_message_id=message.id))
    assert client.get(f"/a/{message.token}").status_code == 200 and desk.count(Acknowledgement) == 0
    assert "Gracias" in client.post(f"/a/{message.token}").text and desk.count(Acknowledgement) == 1


def test_an_expired_link_says_so_and_does_nothing(desk: Desk, client: TestClient) -> None:
    incident = desk.open("holding-statement", gate=True)
    message = desk.message("lucia.romero")
    links = [desk.link(message, purpose) for purpose in Purpose]
    close(desk, incident)
    desk.clock.moment += timedelta(days=7)
    assert "ha caducado" not in client.get(links[0]).text
    desk.clock.moment += timedelta(seconds=1)
    for purpose, link in zip(Purpose, links, strict=True):
        # The desk's page is only looked at.
        for page in (client.get(link), *([] if purpose is Purpose.DESK else [client.post(link)])):
            assert page.status_code == 410 and "Este enlace ha caducado" in page.text
    assert desk.count(Acknowledgement) == 0


def test_a_drill_says_so_on_every_page(desk: Desk, client: TestClient) -> None:
    incident = desk.open("alert", drill=True, gate=True)
    assert "SIMULACRO / DRILL" in client.get(desk.link(desk.message("lucia.romero"))).text
    assert "DRILL / SIMULACRO" in client.get(f"/g/{incident}").text


def test_coming_takes_the_seat(desk: Desk, client: TestClient) -> None:
    desk.open("convene-cabinet")
    link = desk.link(desk.message("javier.ortega"))
    page = client.get(link)
    assert all(words in page.text for words in ("Gabinete de crisis", "Voy", "No puedo ir", "Robert Hayes"))
    assert "Javier Ortega" not in page.text
    assert client.post(link).status_code == 422  # a tap from nowhere chooses nothing
    assert desk.seat("crisis-lead") == ("javier.ortega", "waiting")
    assert "Vienes. El gabinete te espera." in client.post(link, data={"answer": "accept"}).text
    assert desk.seat("crisis-lead") == ("javier.ortega", "accepted")
    before = desk.count(Acknowledgement)
    again = client.post(link, data={"answer": "accept"})
    assert "Ya estaba confirmado" in again.text and desk.count(Acknowledgement) == before == 1


def test_a_no_hands_the_seat_to_the_next_deputy_who_is_told_at_once(desk: Desk, client: TestClient) -> None:
    desk.open("convene-cabinet")
    link = desk.link(desk.message("javier.ortega"))
    assert "Tu suplente ocupa tu puesto" in client.post(link, data={"answer": "decline"}).text
    assert desk.seat("crisis-lead") == ("robert.hayes", "waiting")
    assert desk.message("robert.hayes", purpose="stand-in-crisis-lead")


def test_a_delegate_is_told_and_the_seat_passes(desk: Desk, client: TestClient) -> None:
    desk.open("convene-cabinet")
    link = desk.link(desk.message("lucia.romero"))
    with desk.works.store.read() as session:
        people = dict(session.execute(select(Member.key, Member.id)).all())
    for wrong in ({}, {"delegate": "x"}, {"delegate": str(people["elena.castro"])}):
        assert client.post(link, data={"answer": "delegate", **wrong}).status_code == 422
    done = client.post(link, data={"answer": "delegate", "delegate": str(people["tom.baker"])})
    assert "Tu suplente ocupa tu puesto" in done.text
    again = client.post(link, data={"answer": "accept"})
    assert again.status_code == 200 and "pasó a una persona suplente" in again.text
    assert desk.seat("communications-lead") == ("tom.baker", "waiting")
    theirs = desk.link(desk.message("tom.baker", purpose="stand-in-communications-lead"))
    assert "I am coming" in client.get(theirs).text
    client.post(theirs, data={"answer": "accept"})
    assert desk.seat("communications-lead") == ("tom.baker", "accepted")


def test_nobody_is_offered_who_has_a_seat_already(desk: Desk, client: TestClient) -> None:
    desk.open("convene-cabinet")
    with desk.works.store.read() as session:
        robert = session.scalars(select(Member.id).where(Member.key == "robert.hayes")).one()
    answer = {"answer": "delegate", "delegate": str(robert)}
    assert client.post(desk.link(desk.message("javier.ortega")), data=answer).status_code == 200
    page = client.get(desk.link(desk.message("elena.castro")))
    assert "Voy" in page.text and "Robert Hayes" not in page.text and "<select" not in page.text
    assert client.post(desk.link(desk.message("elena.castro")), data=answer).status_code == 422


def test_a_closed_cabinet_takes_no_answers(desk: Desk, client: TestClient) -> None:
    incident = desk.open("convene-cabinet")
    close(desk, incident)
    link = desk.link(desk.message("javier.ortega"))
    for page in (client.get(link), client.post(link, data={"answer": "accept"})):
        assert f"INC-{incident} está cerrado" in page.text
    assert desk.seat("crisis-lead") == ("javier.ortega", "waiting")


def test_opening_the_code_page_sends_nothing_and_its_button_sends_three_at_the_most(
    desk: Desk, client: TestClient
) -> None:
    desk.open(gate=True)
    link = desk.link(desk.message("javier.ortega"), Purpose.NEW_CODE)
    issued = desk.count(OneTimeCode)
    assert "Enviarme otra clave" in client.get(link).text
    assert desk.count(OneTimeCode) == issued
    for _ in range(3):
        desk.clock.moment += timedelta(minutes=1)
        assert client.post(link).status_code == 200
    refused = client.post(link)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "781")
    assert "Podrás pedir otra a partir de las 22:17" in refused.text
    assert (
        client.post(desk.link(desk.message("elena.castro"), Purpose.NEW_CODE)).status_code == 200
    )  # another person's code
    assert desk.count(OneTimeCode) == issued + 4
    desk.clock.moment = NOW + timedelta(minutes=16)
    assert client.post(link).status_code == 200


def test_a_code_of_a_phase_that_was_left_cannot_be_renewed(desk: Desk, client: TestClient) -> None:
    incident = desk.open("alert", gate=True)
    link = desk.link(desk.message("elena.castro"), Purpose.NEW_CODE)
    assert (
        client.get(desk.link(desk.message("sergio.molina"), Purpose.NEW_CODE)).status_code == 404
    )  # that message has no code
    close(desk, incident)
    for page in (client.get(link), client.post(link)):
        assert page.status_code == 410 and f"INC-{incident} ya ha avanzado" in page.text


def test_the_gate_waits_for_its_run_then_leads_to_it_and_says_when_it_is_closed(desk: Desk, client: TestClient) -> None:
    incident = desk.open()
    waiting = client.get(f"/g/{incident}")
    assert waiting.status_code == 200 and '<meta http-equiv="refresh" content="3">' in waiting.text
    with desk.works.store.write() as session:
        current_entry(session, session.get_one(Incident, incident)).run_id = "run-7"
    there = client.get(f"/g/{incident}")
    assert (there.status_code, there.headers["location"]) == (303, "http://127.0.0.1:4200/runs/flow-run/run-7")
    assert there.headers["referrer-policy"] == "no-referrer"
    close(desk, incident)
    assert f"INC-{incident} is closed" in client.get(f"/g/{incident}").text
