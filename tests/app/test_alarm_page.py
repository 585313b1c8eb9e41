"""The page of an alarm: the sentence, the numbers, two buttons; one tap opens or dismisses, looking does nothing."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.asking import ask_about_alarms
from incidents.rows import Incident
from monitoring.intake import take_in
from monitoring.opening import opener
from monitoring.readings import ReadingValue
from monitoring.rows import AlarmQuestion, Breach, MonitoringRule, RuleSeries, Verdict
from notifiers.links import Purpose
from protocol.people import Member
from protocol.words import Language
from tests.app.receiver_desk import Desk, close

SERIES = "inquiries.brand-aurora"
SERGIO, ANA = "sergio.molina", "ana.ruiz"


@pytest.fixture
def link(desk: Desk) -> str:
    """The path of the question to whoever is on duty."""
    with desk.works.store.write() as session:
        rule = MonitoringRule(
            key="many-inquiries",
            series=SERIES,
            kind="static",
            parameters={"unit": "inquiries", "levels": {"yellow": 1000, "orange": 3000}},
            playbook_key="social-firestorm",
            subject="brand-aurora",
            actions={"yellow": "ask"},
        )
        session.add(rule)
        session.flush()
        session.add(RuleSeries(rule_id=rule.id, series=SERIES))
    count(desk, 1200)
    ask_about_alarms(desk.works)
    return desk.link(desk.message(SERGIO), Purpose.ALARM)


def count(desk: Desk, value: float) -> None:
    now = desk.clock.now()
    with desk.works.store.write() as session:
        take_in(session, [ReadingValue(SERIES, now, value, str(value))], now, opener(now))


def speaks(desk: Desk, member: str, language: Language) -> None:
    with desk.works.store.write() as session:
        session.execute(update(Member).where(Member.key == member).values(language=language))


def verdict(desk: Desk) -> Verdict | None:
    with desk.works.store.read() as session:
        return session.scalars(select(Breach.verdict).order_by(Breach.id.desc()).limit(1)).one()


def test_a_scanner_that_opens_the_link_answers_nothing(desk: Desk, client: TestClient, link: str) -> None:
    for _ in range(3):
        page = client.get(link)
        assert page.status_code == 200
    assert verdict(desk) is None and desk.count(Incident) == 0
    for words in ("1.200 consultas en la última hora; el límite es 1.000.", "¿Es real?", "Falsa alarma", "amarillo"):
        assert words in page.text
    for words in (SERIES, "many-inquiries", "la última hora", ">1.200<", ">1.000<", ">22:00<"):
        assert words in page.text
    assert "Habitual" not in page.text  # a static rule knows nothing usual
    assert "<script" not in page.text and "SIMULACRO" not in page.text


def test_the_page_speaks_the_language_of_its_person(desk: Desk, client: TestClient, link: str) -> None:
    speaks(desk, SERGIO, Language.EN)
    page = client.get(link)
    for words in ("1,200 inquiries in the last hour; the limit is 1,000.", "Is it real?", "False alarm", ">yellow<"):
        assert words in page.text


def test_real_opens_the_incident_and_the_page_says_which(desk: Desk, client: TestClient, link: str) -> None:
    page = client.post(link, data={"answer": "real", "note": "Dos medios\x00 lo cuentan."})
    assert "INC-1 está abierto" in page.text and "Gracias" in page.text
    with desk.works.store.read() as session:
        question = session.scalars(select(AlarmQuestion)).one()
        assert (question.answer, question.door, question.note) == (Verdict.REAL, "web", "Dos medios  lo cuentan.")
        assert session.scalars(select(Incident.opened_by)).one() == f"member:{question.member_id}"
    again = client.post(link, data={"answer": "false-alarm"})
    assert "Ya hay respuesta" in again.text and "es real. INC-1 está abierto" in again.text
    assert verdict(desk) is Verdict.REAL
    close(desk, 1)
    assert "INC-1 ya está cerrado" in client.get(link).text


def test_a_false_alarm_opens_nothing(desk: Desk, client: TestClient, link: str) -> None:
    speaks(desk, SERGIO, Language.EN)
    page = client.post(link, data={"answer": "false-alarm"})
    assert "Noted as a false alarm. Nothing was opened" in page.text
    assert desk.count(Incident) == 0 and verdict(desk) is Verdict.FALSE_ALARM
    assert "The answer was: a false alarm." in client.get(link).text


@pytest.mark.parametrize("fields", [{}, {"answer": "perhaps"}])
def test_a_tap_from_nowhere_answers_nothing(desk: Desk, client: TestClient, link: str, fields: dict[str, str]) -> None:
    page = client.post(link, data=fields)
    assert page.status_code == 422 and "Elige una de las dos respuestas" in page.text
    assert verdict(desk) is None


def test_a_note_that_is_too_long_is_given_back_whole(desk: Desk, client: TestClient, link: str) -> None:
    page = client.post(link, data={"answer": "real", "note": "x" * 501})
    assert page.status_code == 422 and "demasiado larga: 500" in page.text and "x" * 501 in page.text
    assert verdict(desk) is None


def test_after_it_opened_by_itself_the_page_says_so_and_still_takes_a_word(
    desk: Desk, client: TestClient, link: str
) -> None:
    with desk.works.store.write() as session:
        session.execute(update(AlarmQuestion).values(due_at=desk.clock.now()))
        session.execute(update(MonitoringRule).values(asks="nobody"))
    ask_about_alarms(desk.works)
    assert desk.count(Incident) == 1
    assert "INC-1 ya está abierto. Aún puedes decir" in client.get(link).text
    page = client.post(link, data={"answer": "false-alarm"})
    assert "Anotado en INC-1" in page.text and verdict(desk) is Verdict.FALSE_ALARM
    assert desk.count(Incident) == 1


def test_a_graver_level_is_said_on_the_page_of_the_lesser_one(desk: Desk, client: TestClient, link: str) -> None:
    with desk.works.store.write() as session:
        session.execute(update(MonitoringRule).values(actions={"yellow": "ask", "orange": "ask"}))
    assert "ha subido de nivel" not in client.get(link).text
    count(desk, 4000)
    assert "ha subido de nivel" in client.get(link).text


def test_the_link_of_another_message_opens_no_alarm(desk: Desk, client: TestClient, link: str) -> None:
    desk.open("alert")
    other = desk.link(desk.message("lucia.romero"), Purpose.ALARM)
    assert client.get(other).status_code == client.post(other).status_code == 404
    assert client.get("/q/nothing").status_code == 404


def test_the_link_expires(desk: Desk, client: TestClient, link: str) -> None:

    desk.clock.moment += timedelta(days=14, seconds=1)
    assert client.get(link).status_code == client.post(link, data={"answer": "real"}).status_code == 410
    assert verdict(desk) is None
