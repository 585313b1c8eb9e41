"""Exact words, signed on the phone: only what was read, only with a code, and looking changes nothing."""

from datetime import timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from incidents import codes
from incidents.rows import OneTimeCode, PublicText, SignOff, TimelineEntry
from incidents.timeline import Kind, first_broken, text_of
from notifiers.links import Purpose
from notifiers.rows import Message
from notifiers.wording import Scribe
from protocol.people import Absence, Member
from protocol.words import Channel
from tests.app.receiver_desk import NOW, Desk, close
from tests.app.sign_off_phone import STEP, Phone, ask, edit, lines, published

PUBLIC_WORDS = "Hemos leído y escuchado lo que muchas personas dicen sobre Aurora."


@pytest.fixture
def incident(desk: Desk) -> int:
    return desk.open(STEP)


@pytest.fixture
def lucia(desk: Desk, client: TestClient, incident: int) -> Phone:
    return Phone(desk, client, "lucia.romero")


@pytest.fixture
def pablo(desk: Desk, client: TestClient, incident: int) -> Phone:
    return Phone(desk, client, "pablo.serra")


def test_the_page_shows_exactly_what_is_signed(lucia: Phone, desk: Desk) -> None:
    page = lucia.look()
    read = unescape(page.text)
    with desk.works.store.read() as session:
        text = session.scalars(select(PublicText)).one()
    for words in text.texts.values():
        assert words["subject"] in read and words["body"] in read
    assert page.status_code == 200 and '<html lang="es">' in read
    assert read.index("Español") < read.index("Inglés")
    for said in ("Lista de prensa", "correo", "0 de 2 firmas", "22:30", text.hash[:8], f"<code>{text.hash}</code>"):
        assert said in read
    assert 'inputmode="numeric"' in read and 'autocomplete="one-time-code"' in read
    assert "Apruebo exactamente estas palabras" in read and "No lo apruebo" in read
    assert f'href="..{desk.link(desk.message(lucia.member), Purpose.NEW_CODE)}"' in read and "SIMULACRO" not in read
    for header in ("content-security-policy", "referrer-policy", "x-robots-tag", "cache-control"):
        assert page.headers[header] and "<script" not in read


def test_a_scanner_that_opens_the_link_signs_nothing(lucia: Phone, desk: Desk) -> None:
    tables = (SignOff, TimelineEntry, Message, OneTimeCode)
    before = [desk.count(table) for table in tables]
    for _ in range(3):
        assert lucia.look().status_code == 200
        assert lucia.client.head(lucia.path).status_code == 405
    assert lucia.client.post(lucia.path).status_code == 409  # a form sent without what it shows
    assert [desk.count(table) for table in tables] == before


def test_two_people_sign_and_the_words_leave(lucia: Phone, pablo: Phone, desk: Desk) -> None:
    first = lucia.answer()
    assert first.status_code == 200 and "Gracias" in first.text and "1 de 2 firmas" in first.text
    assert "Saldrá para Lista de prensa" in first.text and published(desk) == []
    seen = pablo.look().text
    assert "firmado 22:00" in seen and "Directora" not in seen and "Lucía" not in seen
    second = pablo.answer()
    assert "2 de 2 firmas" in second.text and "Publicado: está saliendo ahora" in second.text
    assert len(published(desk)) == 3
    with desk.works.store.read() as session:
        scribe = Scribe(desk.works.vault, desk.works.links)
        assert PUBLIC_WORDS in "".join(scribe.words(session, message).body for message in published(desk))
        assert first_broken(session, 1) is None
    for page in (lucia.look(), pablo.answer(shown="")):
        assert page.status_code == 410 and "Salió para Lista de prensa a las 22:00" in page.text
    assert len(published(desk)) == 3


def test_a_wrong_code_does_not_count_and_five_lock_it(lucia: Phone, pablo: Phone, desk: Desk) -> None:
    shown, good = lucia.look().text, lucia.code
    for wrong in ("00000000", pablo.code, "clave", "1"):
        page = lucia.answer(shown, code=wrong, why="una coma")
        assert page.status_code == 422 and "Esa clave no vale aquí" in page.text
        assert "autofocus" in page.text and ">una coma</textarea>" in page.text and "00000000" not in page.text
    assert "Escribe las ocho cifras de tu mensaje" in lucia.answer(shown, code=" ").text
    for _ in range(2):
        lucia.answer(shown, code="00000000")
    locked = lucia.answer(shown, code=good)
    assert locked.status_code == 422 and "bloqueada tras cinco errores" in locked.text
    assert desk.count(SignOff) == 0 and published(desk) == []
    assert pablo.answer().status_code == 200  # another person's errors do not lock this one's code


def test_every_reason_is_told_in_the_readers_language(lucia: Phone, desk: Desk) -> None:
    shown, first, path = lucia.look().text, lucia.code, lucia.path
    assert lucia.ask_for_a_code(shown).status_code == 200
    assert "Hay una clave más nueva" in lucia.answer(shown, path=path, code=first).text
    desk.clock.moment += codes.VALID
    expired = lucia.answer(shown, path=path)
    assert expired.status_code == 422 and "Esa clave ha caducado" in expired.text
    lucia.ask_for_a_code(shown)
    lucia.answer(shown, path=path, answer="refuse")
    used = lucia.answer(shown, path=path)
    assert used.status_code == 422 and "Esa clave ya se ha usado" in used.text
    lucia.ask_for_a_code(shown)
    assert "Gracias" in lucia.answer(shown, path=path).text


def test_words_that_changed_meanwhile_are_read_again(lucia: Phone, pablo: Phone, incident: int, desk: Desk) -> None:
    shown, path = lucia.look().text, lucia.path
    pablo.answer()
    edit(desk, incident)
    for choice in ("approve", "refuse"):
        refused = lucia.answer(shown, path=path, answer=choice)
        assert refused.status_code == 409 and "El texto ha cambiado mientras tanto" in refused.text
        assert "Otras palabras." in refused.text and PUBLIC_WORDS not in refused.text
    assert desk.count(SignOff) == 1 and lines(desk, Kind.REFUSED) == []
    assert "0 de 2 firmas" in lucia.look().text  # what Pablo signed went with the earlier words
    assert lucia.answer(refused.text, path=path).status_code == 200  # the earlier link leads to the words that are up
    assert "2 de 2 firmas" in pablo.answer().text and len(published(desk)) == 3


def test_the_same_person_twice_is_one_signature(lucia: Phone, desk: Desk) -> None:
    shown = lucia.look().text
    lucia.answer(shown)
    again = lucia.answer(shown)
    assert again.status_code == 200 and "Has firmado este texto" in again.text and "1 de 2 firmas" in again.text
    assert "<form" not in lucia.look().text
    by_mail = lucia.client.get(desk.link(desk.message("lucia.romero", Channel.EMAIL), Purpose.SIGN_OFF))
    assert "Has firmado este texto" in by_mail.text
    assert (desk.count(SignOff), len(lines(desk, Kind.REFUSED)), published(desk)) == (1, 0, [])


def test_a_deputy_of_a_role_that_signed_has_nothing_to_sign(
    lucia: Phone, incident: int, desk: Desk, client: TestClient
) -> None:
    ask(desk, incident, "tom.baker")
    tom = Phone(desk, client, "tom.baker")
    shown = tom.look().text
    assert '<html lang="en">' in shown and shown.index("Spanish") > shown.index("English")
    lucia.answer()
    late = tom.answer(shown)
    assert late.status_code == 200 and "Your role has signed these words already" in late.text
    assert desk.count(SignOff) == 1


def test_who_is_absent_reads_but_does_not_sign(lucia: Phone, desk: Desk) -> None:
    shown = lucia.look().text
    with desk.works.store.write() as session:
        member = session.scalars(select(Member.id).where(Member.key == "lucia.romero")).one()
        session.add(Absence(member_id=member, starts=NOW - timedelta(days=1), ends=NOW + timedelta(days=3)))
    page = lucia.answer(shown)
    assert "Ahora mismo no estás entre quienes firman" in page.text and "<form" not in page.text
    assert desk.count(SignOff) == 0


def test_no_is_an_answer_with_its_reason_beside_the_line(lucia: Phone, pablo: Phone, desk: Desk) -> None:
    unknown = lucia.answer(answer="perhaps")
    assert unknown.status_code == 422 and "Elige una de las dos respuestas" in unknown.text
    assert lucia.answer(answer="refuse", code="1").status_code == 422
    page = lucia.answer(answer="refuse", why="Falta pedir\x00 perdón <b>")
    assert page.status_code == 200 and "No lo has aprobado" in page.text
    line = lines(desk, Kind.NOT_APPROVED)[-1]
    assert line.facts["role"] == "communications-lead"
    assert line.facts["step"] == STEP and "perdón" not in str(line.facts)
    with desk.works.store.read() as session:
        assert text_of(session, line) == "Falta pedir  perdón <b>"
    assert desk.count(SignOff) == 0
    assert "1 de 2 firmas" in pablo.answer().text and published(desk) == []  # the others may still sign


def test_withdrawn_words_and_a_phase_that_was_left_are_notes(lucia: Phone, incident: int, desk: Desk) -> None:
    shown = lucia.look().text
    with desk.works.store.write() as session:
        session.scalars(select(PublicText)).one().voided_at = NOW
    for page in (lucia.look(), lucia.answer(shown)):
        assert page.status_code == 410 and "Este texto se ha retirado" in page.text
    close(desk, incident)
    for page in (lucia.look(), lucia.answer(shown)):
        assert page.status_code == 410 and f"INC-{incident} ya ha avanzado" in page.text
    assert desk.count(SignOff) == 0


def test_only_the_link_of_a_request_leads_to_words(desk: Desk, client: TestClient) -> None:
    desk.open("alert", gate=True)
    others = (desk.link(desk.message(member), Purpose.SIGN_OFF) for member in ("lucia.romero", "elena.castro"))
    for link in ("/s/nothing", "/s/%00x", *others):
        assert client.get(link).status_code == 404
        assert client.post(link, data={"code": "1"}).status_code == 404


def test_a_drill_says_so(desk: Desk, client: TestClient) -> None:
    desk.open(STEP, drill=True)
    lucia = Phone(desk, client, "lucia.romero")
    assert "SIMULACRO / DRILL" in lucia.look().text and "SIMULACRO / DRILL" in lucia.answer().text
    assert "SIMULACRO / DRILL" in lucia.answer(answer="refuse").text
