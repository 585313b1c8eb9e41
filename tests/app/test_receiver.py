"""The web receiver: readings in, one tap back, receipts; on both databases, through its real routes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from twilio.request_validator import HMAC_SHA256, RequestValidator

from app.receiver import create_receiver
from flows.deciding import open_gate
from flows.steps import due_steps, run_step
from incidents import cabinet
from incidents.deadlines import Due
from incidents.opening import Signal, current_entry, open_or_join
from incidents.rows import Deadline, Incident, OneTimeCode
from incidents.timeline import Kind, lines
from monitoring.definitions import load_rules
from monitoring.readings import read_csv
from monitoring.rows import Reading
from notifiers import claims
from notifiers.links import Links
from notifiers.rows import Acknowledgement, Message, Receipt
from notifiers.states import State
from playbooks.library import Library, load_library, read_library
from protocol.company import CompanyFile, load_company, read_company
from protocol.people import Contact, Member
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Channel, Language, Level
from tests.fakes.sendgrid_server import FakeSendGrid
from wiring.settings import read_settings
from wiring.works import Works

EXAMPLES = Path("examples")
NOW = datetime(2026, 3, 3, 21, 0, tzinfo=UTC)
SERIES = "mentions.brand-aurora"
PUBLIC = "https://crisis.example.org"
SECRET = "a token of the tests"
NDJSON = {"Content-Type": "application/x-ndjson"}
SECURITY = ("content-security-policy", "referrer-policy", "x-robots-tag", "cache-control")


@dataclass
class Clock:
    """Stands still until it is set."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@dataclass
class Desk:
    """A receiver on a loaded store, and what a test looks at behind it."""

    works: Works
    clock: Clock

    def client(self, address: str = "127.0.0.1", **settings: Any) -> TestClient:
        works = replace(self.works, settings=replace(self.works.settings, **settings))
        return TestClient(create_receiver(works), PUBLIC, client=(address, 50000), follow_redirects=False)

    def open(self, *steps: str, drill: bool = False, gate: bool = False, level: Level = Level.ORANGE) -> int:
        """An incident with these steps done and, on demand, its gate open."""
        signal_ = Signal(
            "social-firestorm", "brand-aurora", level, {"en": "Many.", "es": "Muchas."}, "test", drill=drill
        )
        with self.works.store.write() as session:
            incident, _ = open_or_join(session, signal_, self.clock.now())
            for step in due_steps(session, incident):
                if step.key in steps:
                    run_step(session, self.works, incident, step, self.clock.now())
            if gate:
                open_gate(session, self.works, incident, self.clock.now())
            return incident.id

    def message(self, member: str, channel: Channel = Channel.SMS, purpose: str = "first") -> Message:
        """The newest message of a person."""
        with self.works.store.read() as session:
            query = select(Message).join(Member, Member.id == Message.member_id).where(Member.key == member)
            query = query.where(Message.channel == channel, Message.purpose == purpose)
            found = session.scalar(query.order_by(Message.id.desc()).limit(1))
            assert found is not None
            return found

    def count(self, table: type) -> int:
        with self.works.store.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def seat(self, role: str) -> tuple[str, str]:
        """Who holds a role's seat, and the answer."""
        with self.works.store.read() as session:
            incident = session.scalars(select(Incident.id)).one()
            seat = cabinet.seat_of(session, incident, role)
            assert seat is not None
            return session.get_one(Member, seat.member_id).key, seat.answer


@pytest.fixture(scope="module")
def company() -> CompanyFile:
    return read_company(EXAMPLES / "company.yaml")


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library()


@pytest.fixture
def desk(store: Store, vault: Vault, tmp_path: Path, company: CompanyFile, library: Library) -> Desk:
    clock = Clock()
    with store.write() as session:
        load_company(session, vault, company)
        load_library(session, library, NOW)
        load_rules(session, EXAMPLES / "rules.yaml")
    settings = read_settings({"CRISIS_HOME": str(tmp_path), "CRISIS_PUBLIC_URL": PUBLIC, "TWILIO_AUTH_TOKEN": SECRET})
    return Desk(Works(settings, store, vault, Links(PUBLIC, "http://127.0.0.1:4200"), clock), clock)


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return desk.client()


def reading(minutes: int = 0, value: object = 12, series: str = SERIES) -> dict[str, object]:
    return {"series": series, "at": (NOW + timedelta(minutes=minutes)).isoformat(), "value": value}


# Readings


def test_one_reading_a_list_and_lines_are_taken_in_once(client: TestClient) -> None:
    assert client.post("/readings", json=reading()).json()["accepted"] == 1
    assert client.post("/readings", json=[reading(), reading(1)]).json() == {
        "accepted": 1,
        "repeated": 1,
        "refused": 0,
        "breaches": [],
        "errors": [],
    }
    lines_ = "\n".join(json.dumps(reading(minute)) for minute in range(3)) + "\n"
    answer = client.post("/readings", content=lines_, headers=NDJSON).json()
    assert (answer["accepted"], answer["repeated"]) == (1, 2)


BROKEN: tuple[tuple[str, str], ...] = (
    ("{", "this is not JSON; correct the line."),
    ("[1]", 'a reading is an object like {"series": "mentions", "at": "2026-03-03T21:05:00Z", "value": 12}.'),
    ('"' + "[" * 9, "this is not JSON; correct the line."),
    ("[" * 100_000, "this is not JSON; correct the line."),
    (json.dumps(reading(value="12")), "value must be a number from 0 to 1e+12; correct it."),
    (json.dumps(reading(value=True)), "value must be a number from 0 to 1e+12; correct it."),
    (json.dumps(reading(value=float("nan"))), "value must be a number from 0 to 1e+12; correct it."),
    (json.dumps(reading(value=10**400)), "value must be a number from 0 to 1e+12; correct it."),
    (json.dumps(reading(value=-1)), "value must be a number from 0 to 1e+12; correct it."),
    (json.dumps(reading(series="")), "series must be a name of 1 to 200 printable characters; give one."),
    (json.dumps(reading(series="a\x00b")), "series must be a name of 1 to 200 printable characters; give one."),
    (json.dumps(reading(series="\ud800")), "series must be a name of 1 to 200 printable characters; give one."),
    (
        json.dumps(reading() | {"at": "2026-03-03 21:00"}),
        "at must be a moment with its time zone, like 2026-03-03T21:05:00Z; correct it.",
    ),
    (
        json.dumps(reading() | {"at": "0001-01-01T00:00:00+14:00"}),
        "at must be a moment with its time zone, like 2026-03-03T21:05:00Z; correct it.",
    ),
    (
        json.dumps(reading(181)),
        f"{SERIES} at 2026-03-04T00:01:00+00:00 lies 181 minutes in the future; "
        "set the clock of its source, or its time zone, and send it again.",
    ),
)


def test_broken_lines_are_answered_by_line_and_the_rest_is_kept(desk: Desk, client: TestClient) -> None:
    bad = [line for line, _ in BROKEN]
    body = "\n".join([json.dumps(reading()), "", *bad, json.dumps(reading(1))]).encode() + b"\n\xff\xfe{\n"
    answer = client.post("/readings", content=body, headers=NDJSON)
    assert answer.status_code == 200
    said = answer.json()
    assert (said["accepted"], said["refused"]) == (2, len(BROKEN) + 1)
    expected = [{"line": place, "error": error} for place, (_, error) in enumerate(BROKEN, 3)]
    assert said["errors"][:-1] == expected
    assert said["errors"][-1] == {"line": len(BROKEN) + 4, "error": "this is not JSON; correct the line."}
    assert desk.count(Reading) == 2


def test_of_a_list_the_place_is_told(client: TestClient) -> None:
    said = client.post("/readings", json=[reading(), 7]).json()
    assert (said["accepted"], [fault["line"] for fault in said["errors"]]) == (1, [2])


def test_a_post_without_one_good_reading_is_refused(client: TestClient) -> None:
    answer = client.post("/readings", content=b"x\n" * 300, headers=NDJSON)
    assert (answer.status_code, answer.json()["refused"], len(answer.json()["errors"])) == (422, 300, 100)
    answer = client.post("/readings", content=b"{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "The body is not JSON; send one reading, a list of them, or one in each line as application/x-ndjson.",
    )


def test_a_body_has_an_end(desk: Desk, client: TestClient) -> None:
    answer = client.post("/readings", content=b" " * (5 * 1024 * 1024 + 1), headers=NDJSON)
    assert (answer.status_code, answer.json()["error"]) == (
        413,
        "The body is larger than 5,120 KB; send it in parts.",
    )
    assert desk.count(Reading) == 0


def test_a_web_page_cannot_post_readings_unasked(client: TestClient) -> None:
    answer = client.post("/readings", content=json.dumps(reading()), headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]) == (
        415,
        "Send readings as application/json or, one in each line, as application/x-ndjson.",
    )


def test_the_token_is_asked_for_before_the_body_is_read(desk: Desk) -> None:
    client = desk.client(readings_token="a long random word")
    for given in ({}, {"Authorization": "Bearer a long random wörd".encode()}, {"Authorization": "a long random word"}):
        answer = client.post("/readings", content=b"{" * 6_000_000, headers=given)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    good = client.post("/readings", json=reading(), headers={"Authorization": "bearer a long random word"})
    assert good.json()["accepted"] == 1


def test_without_a_token_only_the_demo_takes_readings_and_of_this_machine_only(desk: Desk) -> None:
    sentence = "Set CRISIS_READINGS_TOKEN to a long random word and send it as a bearer token: readings are not taken."
    for client in (
        desk.client("192.0.2.7"),
        desk.client(environment=_environment("staging")),
        desk.client(environment=_environment("production")),
    ):
        answer = client.post("/readings", json=reading())
        assert (answer.status_code, answer.json()["error"]) == (503, sentence)
    assert desk.client("::1").post("/readings", json=reading()).status_code == 200


def test_only_the_demo_may_set_the_clock_of_an_incident(desk: Desk, client: TestClient) -> None:
    for wrong in ("0.5", "601", "nan", "fast"):
        answer = client.post("/readings", json=reading(), headers={"X-Crisis-Speed": wrong})
        assert (answer.status_code, answer.json()["error"]) == (
            400,
            "X-Crisis-Speed must be a number from 1 to 600; correct it.",
        )
    staging = desk.client(environment=_environment("staging"), readings_token="t")
    answer = staging.post("/readings", json=reading(), headers={"X-Crisis-Speed": "60", "Authorization": "Bearer t"})
    assert (answer.status_code, answer.json()["error"]) == (400, "X-Crisis-Speed is for the demo; leave it out.")


def test_outside_the_demo_readings_cannot_lie_far_ahead(desk: Desk) -> None:
    client = desk.client(environment=_environment("production"), readings_token="t")
    answer = client.post("/readings", json=[reading(5), reading(6)], headers={"Authorization": "Bearer t"}).json()
    assert (answer["accepted"], answer["refused"]) == (1, 1)


def test_the_real_burst_posted_in_batches_opens_one_incident(desk: Desk, client: TestClient) -> None:
    end = datetime(2015, 3, 4, 3, 0, tzinfo=UTC)
    found = read_csv(EXAMPLES / "brand-mentions" / "Twitter_volume_AAPL.csv", SERIES)
    calm = [one for one in found if one.at < end - timedelta(hours=9)]
    burst = [one for one in found if end - timedelta(hours=9) <= one.at < end]
    breaches = []
    for batch in (calm, *(burst[start : start + 6] for start in range(0, len(burst), 6))):
        desk.clock.moment = batch[-1].at
        body = [{"series": one.series, "at": one.at.isoformat(), "value": one.value} for one in batch]
        answer = client.post("/readings", json=body, headers={"X-Crisis-Speed": "60"})
        again = client.post("/readings", json=body)
        assert (answer.json()["accepted"], again.json()["repeated"]) == (len(batch), len(batch))
        breaches += answer.json()["breaches"] + again.json()["breaches"]
    first, then = breaches
    assert first == {
        "rule": "mentions-burst",
        "at": "2015-03-03T21:02:53+00:00",
        "level": "yellow",
        "why": "3,041 mentions in the last hour, 5.5 × the usual 552 (mean of the last 3 days); the limit is 4 ×.",
        "incident": first["incident"],
        "opened": True,
    }
    assert (then["level"], then["incident"], then["opened"]) == ("orange", first["incident"], False)
    with desk.works.store.read() as session:
        incident = session.scalars(select(Incident)).one()
        assert (incident.playbook_key, incident.subject, incident.clock_speed) == (
            "social-firestorm",
            "brand-aurora",
            60,
        )
        assert (incident.opened_by, incident.series) == ("rule:mentions-burst", SERIES)
        assert incident.why["es"].startswith("3.041 menciones en la última hora, 5,5 × lo habitual: 552 (media de ")
        assert [line.kind for line in lines(session, incident.id)][-1] == Kind.JOINED


# One tap


def test_a_scanner_that_opens_the_link_acknowledges_nothing(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    message = desk.message("lucia.romero")
    for _ in range(3):
        page = client.get(f"/a/{message.token}")
        assert page.status_code == 200
    assert desk.count(Acknowledgement) == 0
    assert '<html lang="es">' in page.text and "Lo he visto, me ocupo" in page.text
    assert "Tormenta en redes" in page.text and "INC-" in page.text and "SIMULACRO" not in page.text
    for header in SECURITY:
        assert page.headers[header]
    assert "<script" not in page.text and "http" not in page.text.replace("http-equiv", "")


def test_one_tap_acknowledges_once_and_meets_the_deadline(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    token = desk.message("lucia.romero").token
    first = client.post(f"/a/{token}")
    assert "Gracias" in first.text and "Anotado a las 22:00" in first.text
    desk.clock.moment += timedelta(minutes=3)
    again = client.post(f"/a/{token}")
    assert again.status_code == 200 and "Lo confirmaste a las 22:00" in again.text
    assert "Lo confirmaste a las 22:00" in client.get(f"/a/{token}").text
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


def test_a_drill_says_so_on_every_page(desk: Desk, client: TestClient) -> None:
    incident = desk.open("alert", drill=True, gate=True)
    assert "SIMULACRO / DRILL" in client.get(f"/a/{desk.message('lucia.romero').token}").text
    assert "DRILL / SIMULACRO" in client.get(f"/g/{incident}").text


def test_coming_takes_the_seat(desk: Desk, client: TestClient) -> None:
    desk.open("convene-cabinet")
    token = desk.message("javier.ortega").token
    page = client.get(f"/a/{token}")
    assert all(words in page.text for words in ("Gabinete de crisis", "Voy", "No puedo ir", "Robert Hayes"))
    assert "Javier Ortega" not in page.text
    assert client.post(f"/a/{token}").status_code == 422  # a tap from nowhere chooses nothing
    assert desk.seat("crisis-lead") == ("javier.ortega", "waiting")
    assert "Vienes. El gabinete te espera." in client.post(f"/a/{token}", data={"answer": "accept"}).text
    assert desk.seat("crisis-lead") == ("javier.ortega", "accepted")
    before = desk.count(Acknowledgement)
    again = client.post(f"/a/{token}", data={"answer": "accept"})
    assert "Ya estaba confirmado" in again.text and desk.count(Acknowledgement) == before == 1
    assert "No vienes" in client.post(f"/a/{token}", data={"answer": "decline"}).text
    assert desk.seat("crisis-lead") == ("javier.ortega", "declined")


def test_a_delegate_is_told_and_the_seat_passes(desk: Desk, client: TestClient) -> None:
    desk.open("convene-cabinet")
    token = desk.message("lucia.romero").token
    with desk.works.store.read() as session:
        people = dict(session.execute(select(Member.key, Member.id)).all())
    for wrong in ({}, {"delegate": "x"}, {"delegate": str(people["elena.castro"])}):
        assert client.post(f"/a/{token}", data={"answer": "delegate", **wrong}).status_code == 422
    done = client.post(f"/a/{token}", data={"answer": "delegate", "delegate": str(people["tom.baker"])})
    assert "Tu suplente ocupa tu puesto" in done.text
    again = client.post(f"/a/{token}", data={"answer": "accept"})
    assert again.status_code == 200 and "pasó a una persona suplente" in again.text
    assert desk.seat("communications-lead") == ("tom.baker", "waiting")
    theirs = desk.message("tom.baker", purpose="delegation").token
    assert "I am coming" in client.get(f"/a/{theirs}").text
    client.post(f"/a/{theirs}", data={"answer": "accept"})
    assert desk.seat("communications-lead") == ("tom.baker", "accepted")


def test_a_closed_cabinet_takes_no_answers(desk: Desk, client: TestClient) -> None:
    incident = desk.open("convene-cabinet")
    close(desk, incident)
    token = desk.message("javier.ortega").token
    for page in (client.get(f"/a/{token}"), client.post(f"/a/{token}", data={"answer": "accept"})):
        assert f"INC-{incident} está cerrado" in page.text
    assert desk.seat("crisis-lead") == ("javier.ortega", "waiting")


# Codes and gates


def test_opening_the_code_page_sends_nothing_and_its_button_sends_three_at_the_most(
    desk: Desk, client: TestClient
) -> None:
    desk.open(gate=True)
    token = desk.message("javier.ortega").token
    issued = desk.count(OneTimeCode)
    assert "Enviarme otra clave" in client.get(f"/c/{token}").text
    assert desk.count(OneTimeCode) == issued
    for _ in range(3):
        desk.clock.moment += timedelta(minutes=1)
        assert client.post(f"/c/{token}").status_code == 200
    refused = client.post(f"/c/{token}")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "781")
    assert "Podrás pedir otra a partir de las 22:17" in refused.text
    assert client.post(f"/c/{desk.message('elena.castro').token}").status_code == 200  # another person's code
    assert desk.count(OneTimeCode) == issued + 4
    desk.clock.moment = NOW + timedelta(minutes=16)
    assert client.post(f"/c/{token}").status_code == 200


def test_a_code_of_a_phase_that_was_left_cannot_be_renewed(desk: Desk, client: TestClient) -> None:
    incident = desk.open("alert", gate=True)
    token = desk.message("elena.castro").token
    assert client.get(f"/c/{desk.message('sergio.molina').token}").status_code == 404  # that message has no code
    close(desk, incident)
    for page in (client.get(f"/c/{token}"), client.post(f"/c/{token}")):
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


# Providers


def signed(path: str, form: dict[str, str], secret: str = SECRET, sha256: bool = False) -> dict[str, Any]:
    """What Twilio posts: the form, and its signature over the public address."""
    algorithm = HMAC_SHA256 if sha256 else None
    validator = RequestValidator(secret)
    signature = validator.compute_signature(PUBLIC + path, form, *([algorithm] if algorithm else []))
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return {"content": urlencode(form), "headers": headers}


def test_twilios_receipts_move_a_message_forward_only(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    message = desk.message("lucia.romero")
    path = f"/providers/sms/{message.token}"
    for status in ("delivered", "sent", "delivered", "failed", "queued"):
        assert client.post(path, **signed(path, {"MessageSid": "SM1", "MessageStatus": status})).status_code == 204
    assert desk.message("lucia.romero").state is State.DELIVERED
    assert desk.count(Receipt) == 4


def test_an_unsigned_receipt_is_refused_and_changes_nothing(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    path = f"/providers/sms/{desk.message('lucia.romero').token}"
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    wrong = [
        {"data": form},
        signed(path, form, secret="another"),
        signed(path + "?more=1", form),
        {**signed(path, form), "content": urlencode(form | {"MessageStatus": "failed"})},
        {**signed(path, form), "content": b"\xff\xfe"},
    ]
    for request in wrong:
        assert client.post(path, **request).status_code == 403
    assert desk.client(twilio_auth_token="").post(path, **signed(path, form)).status_code == 403
    assert client.post(path, content=b"a" * (64 * 1024 + 1)).status_code == 413
    assert desk.count(Receipt) == 0


def test_the_signature_covers_the_query_and_an_unknown_token_is_not_found(client: TestClient) -> None:
    path = "/providers/sms/nobody?a=1&b=%20c"
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    assert client.post(path, **signed(path, form)).status_code == 404


def test_a_person_answers_by_sms_and_strangers_learn_nothing(desk: Desk, client: TestClient) -> None:
    desk.open("convene-cabinet")
    with desk.works.store.read() as session:
        query = select(Contact.sealed).join(Member).where(Member.key == "javier.ortega", Contact.channel == Channel.SMS)
        number = desk.works.vault.open(session.scalars(query).one())
    for sender, body in ((number, "1"), (number, "1"), ("+15005550199", "1"), (number, "hello")):
        form = {"From": sender, "Body": body, "MessageSid": "SM9"}
        answer = client.post("/providers/sms", **signed("/providers/sms", form))
        assert (answer.status_code, answer.text) == (200, '<?xml version="1.0" encoding="UTF-8"?><Response/>')
        assert answer.headers["content-type"].startswith("text/xml")
    assert desk.seat("crisis-lead") == ("javier.ortega", "accepted")
    assert desk.count(Acknowledgement) == 1
    assert client.post("/providers/sms", data={"From": number, "Body": "1"}).status_code == 403


def test_sendgrids_batches_may_repeat_and_come_in_any_order(desk: Desk) -> None:
    desk.open("alert")
    message = desk.message("lucia.romero", Channel.EMAIL)
    with FakeSendGrid(clock=desk.clock.now) as fake:
        client = desk.client(sendgrid_webhook_key=fake.public_key)
        events = [
            event(message.token, "delivered", "e2"),
            event(message.token, "processed", "e1"),
            event(message.token, "delivered", "e2"),
            event("somebody-elses", "delivered", "e3"),
            event(message.token, "bounce", "e4"),
        ]
        body = json.dumps(events).encode()
        for _ in range(2):
            answer = client.post("/providers/email", content=body, headers=fake.sign(body))
            assert (answer.status_code, answer.json()) == (200, {"taken": 4, "unknown": 1})
        assert desk.message("lucia.romero", Channel.EMAIL).state is State.DELIVERED
        assert desk.count(Receipt) == 3
        signature = fake.sign(body)
        assert client.post("/providers/email", content=body + b" ", headers=signature).status_code == 403
        assert client.post("/providers/email", content=body).status_code == 403
        desk.clock.moment += timedelta(minutes=6)
        assert client.post("/providers/email", content=body, headers=signature).status_code == 403
        nonsense = client.post("/providers/email", content=b"x", headers=fake.sign(b"x"))
        assert (nonsense.status_code, nonsense.json()["error"]) == (400, "The batch is not a list of events.")
        signature = fake.sign(body)
        assert desk.client().post("/providers/email", content=body, headers=signature).status_code == 403


def event(token: str, word: str, event_id: str) -> dict[str, object]:
    return {"event": word, "token": token, "sg_event_id": event_id, "sg_message_id": "m1.filter0001"}


# Health


def test_health_counts_and_names_nobody(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    pending = desk.count(Message)
    with desk.works.store.write() as session:
        claims.hold_sender_lease(session, "sender-1", NOW)
        claims.doubt(session, session.scalars(select(Message).limit(1)).one(), NOW)
    desk.clock.moment += timedelta(seconds=9)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "store": "reachable",
            "revision": None,
            "open_incidents": 1,
            "messages_pending": pending - 1,
            "messages_in_doubt": 1,
            "oldest_pending_seconds": 9,
            "sender_lease_alive": True if desk.works.store.is_sqlite else None,
        },
    )


def test_a_store_that_does_not_answer_is_said_to_machines_and_to_people(vault: Vault, tmp_path: Path) -> None:
    settings = read_settings({"CRISIS_HOME": str(tmp_path)})
    store = Store("postgresql://nobody@127.0.0.1:1/none")
    works = Works(settings, store, vault, Links(PUBLIC, PUBLIC), Clock())
    client = TestClient(create_receiver(works), client=("127.0.0.1", 50000))
    assert (client.get("/health").status_code, client.get("/health").json()) == (503, {"store": "unreachable"})
    answer = client.post("/readings", json=reading())
    assert (answer.status_code, answer.json()) == (
        503,
        {"error": "The store does not answer just now; send it again."},
    )
    page = client.get("/a/some-token")
    assert (page.status_code, page.headers["retry-after"]) == (503, "5") and "reply 1 to the SMS" in page.text


def test_the_documentation_is_off_in_production(desk: Desk) -> None:
    for path in ("/docs", "/openapi.json", "/redoc"):
        assert desk.client(environment=_environment("production")).get(path).status_code == 404
    assert desk.client().get("/docs").status_code == 200


def test_the_process_serves_on_loopback_and_logs_no_token(tmp_path: Path, free_port: Callable[[], int]) -> None:
    port = free_port()
    environ = dict(os.environ) | {"CRISIS_HOME": str(tmp_path), "CRISIS_RECEIVER_PORT": str(port)}
    refused = subprocess.run([sys.executable, "-m", "app.receiver"], env=environ, capture_output=True, check=False)
    assert (refused.returncode, b"run `crisis up` first" in refused.stderr) == (2, True)
    made = "from wiring.works import open_works; open_works(create=True)"
    subprocess.run([sys.executable, "-c", made], env=environ, check=True)
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "app.receiver"], env=environ, stdout=log, stderr=log)
    try:
        answer = _until_it_answers(f"http://127.0.0.1:{port}/health")
        assert answer["store"] == "reachable" and answer["revision"]
        assert httpx.get(f"http://127.0.0.1:{port}/a/a-secret-token").status_code == 404
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert (tmp_path / "log").read_text() == ""


def _until_it_answers(url: str) -> dict[str, Any]:
    transport = httpx.HTTPTransport(retries=8)  # waits longer each time, half a minute in all
    with httpx.Client(transport=transport) as client:
        answer: dict[str, Any] = client.get(url).json()
        return answer


@pytest.fixture
def free_port() -> Callable[[], int]:
    def find() -> int:
        import socket  # noqa: PLC0415

        with socket.create_server(("127.0.0.1", 0)) as taken:
            return int(taken.getsockname()[1])

    return find


def _environment(name: str) -> Any:
    return read_settings({"CRISIS_ENVIRONMENT": name}).environment


def close(desk: Desk, incident_id: int) -> None:
    with desk.works.store.write() as session:
        incident = session.get_one(Incident, incident_id)
        incident.closed_at = desk.clock.now()
