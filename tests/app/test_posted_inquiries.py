"""Inquiries are posted as readings are: taken in once, answered by line, and nothing posted breaks anything."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from desk.rows import Inquiry
from monitoring.rows import Reading
from notifiers.rows import Message
from tests.app.receiver_desk import NOW, Desk, environment

NDJSON = {"Content-Type": "application/x-ndjson"}
JSON = {"Content-Type": "application/json"}
PRIVATE = "Paula Roca, +34 600 111 222"


def inquiry(given_id: Any = "T-1", **said: Any) -> dict[str, Any]:
    """A customer wants to return something."""
    basic = {"id": given_id, "channel": "phone", "text": "Quiero devolver el producto", "customer": "current"}
    return {**basic, "at": NOW.isoformat(), **said}


def test_one_a_list_and_lines_are_taken_in_once_and_answered(desk: Desk, client: TestClient) -> None:
    said = client.post("/inquiries", json=inquiry(urgency="high")).json()
    assert (said["accepted"], said["repeated"], said["refused"], said["errors"]) == (1, 0, 0, [])
    due = (NOW + timedelta(minutes=15)).isoformat()
    assert said["answers"] == [
        {
            "id": "T-1",
            "inquiry": "INQ-1",
            "repeated": False,
            "kind": "query",
            "reason": "refund",
            "entry": "refund",
            "answer": "Claro. Se lo preparo ahora mismo; no necesita el recibo.",
            "language": "es",
            "asked_in": "es",
            "fallback": None,
            "approved_in": None,
            "confidence": 1.0,
            "why": "matched by rule: channel phone, customer current",
            "subject": None,
            "team": "customer-service",
            "on_duty": "daniel.price",
            "within_hours": True,
            "opens_at": None,
            "first_reply_within": "15m",
            "first_reply_due": due,
            "replied_at": None,
            "faq": [],
            "to_correct": False,
        }
    ]
    assert client.post("/inquiries", json=[inquiry(), inquiry("T-2")]).json()["repeated"] == 1
    lines = "\n".join(json.dumps(inquiry(f"T-{number}")) for number in range(1, 4))
    answer = client.post("/inquiries", content=lines, headers=NDJSON).json()
    assert (answer["accepted"], answer["repeated"]) == (1, 2)
    assert [one["inquiry"] for one in answer["answers"]] == ["INQ-1", "INQ-2", "INQ-3"]
    assert desk.count(Inquiry) == 3


BROKEN: tuple[tuple[str, str], ...] = (
    ("{", "this is not JSON; correct the line."),
    (
        "[1]",
        'an inquiry is an object like {"id": "T-1", "channel": "phone", "text": "…", "urgency": "high", '
        '"customer": "current"}.',
    ),
    ("[" * 100_000, "this is not JSON; correct the line."),
    (json.dumps(inquiry(None)), "id must be the id that its source gave it, as text or a number; give one."),
    (json.dumps(inquiry("")), "id must be 1 to 200 printable characters; give one."),
    (json.dumps(inquiry("a\x00b")), "id must be 1 to 200 printable characters; give one."),
    (json.dumps(inquiry(True)), "id must be the id that its source gave it, as text or a number; give one."),
    (json.dumps(inquiry(channel=None)), "channel must be 1 to 40 printable characters; give one."),
    (json.dumps(inquiry(channel=["phone"])), "channel must be text; correct it."),
    (json.dumps(inquiry(text=None)), "text must be 1 to 5,000 characters that can be stored; correct it."),
    (json.dumps(inquiry(text="\ud800")), "text must be 1 to 5,000 characters that can be stored; correct it."),
    (json.dumps(inquiry(text="x" * 5001)), "text must be 1 to 5,000 characters that can be stored; correct it."),
    (json.dumps(inquiry(urgency="now")), "urgency must be one of: low, medium, high, critical; correct it."),
    (json.dumps(inquiry(urgency=[])), "urgency must be one of: low, medium, high, critical; correct it."),
    (json.dumps(inquiry(customer={})), "customer must be one of: current, potential, any; correct it."),
    (json.dumps(inquiry(kind="x")), "kind must be one of: query, incident; correct it."),
    (
        json.dumps(inquiry(language="Castilian")),
        'language "Castilian" must be two to three letters like es or en; correct it.',
    ),
    (
        json.dumps(inquiry(at="2026-03-03 21:00")),
        "at must be a moment with its time zone, like 2026-03-03T21:05:00Z; correct it.",
    ),
    (
        json.dumps(inquiry(at=(NOW + timedelta(hours=1)).isoformat())),
        "at lies in the future; set the clock of its source, or its time zone, and send it again.",
    ),
    (
        json.dumps(inquiry(at="0001-01-01T00:00:00Z")),
        "at lies before 1970; set the clock of its source.",
    ),
    (json.dumps(inquiry(language="\0")), "language must be two to three letters like es or en; correct it."),
    (
        json.dumps(inquiry(channel="fax")),
        'no channel "fax" in the protocol; use one of: email, help-line, online-media, phone, social, social-media.',
    ),
    (
        json.dumps(inquiry(subject="moon")),
        'no subject "moon" in the protocol; use one of: brand-aurora, person-chief-executive, product-oat-drink, '
        "site-shop.",
    ),
    (
        json.dumps(inquiry(reason="moon")),
        'no reason "moon" in the protocol; use one of: harmed, is-it-true, my-data, refund, other.',
    ),
)


def test_broken_lines_are_answered_by_line_and_the_rest_is_kept(desk: Desk, client: TestClient) -> None:
    lines = [json.dumps(inquiry("a")), "", *(line for line, _ in BROKEN), json.dumps(inquiry("b"))]
    answer = client.post("/inquiries", content="\n".join(lines).encode() + b"\n\xff\xfe{\n", headers=NDJSON)
    said = answer.json()
    assert (answer.status_code, said["accepted"], said["refused"]) == (200, 2, len(BROKEN) + 1)
    assert said["errors"][:-1] == [{"line": at, "error": error} for at, (_, error) in enumerate(BROKEN, 3)]
    assert desk.count(Inquiry) == 2


def test_no_error_repeats_what_a_customer_wrote(client: TestClient) -> None:
    for broken in (inquiry(text=PRIVATE * 500), inquiry(PRIVATE * 50), inquiry(language=PRIVATE), inquiry(at=PRIVATE)):
        assert "Paula" not in client.post("/inquiries", json=broken).text


def test_a_post_without_one_good_inquiry_is_refused(client: TestClient) -> None:
    answer = client.post("/inquiries", content=b"x\n" * 300, headers=NDJSON)
    assert (answer.status_code, answer.json()["refused"], len(answer.json()["errors"])) == (422, 300, 100)
    answer = client.post("/inquiries", content=b"{", headers=JSON)
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "The body is not JSON; send one inquiry, a list of them, or one in each line as application/x-ndjson.",
    )


def test_a_post_has_an_end(desk: Desk, client: TestClient) -> None:
    answer = client.post("/inquiries", json=[inquiry(number) for number in range(1001)])
    assert (answer.status_code, answer.json()["error"]) == (
        413,
        "There are 1,001 inquiries in this post; send at most 1,000 at once.",
    )
    assert client.post("/inquiries", content=b" " * (5 * 1024 * 1024 + 1), headers=NDJSON).status_code == 413
    assert desk.count(Inquiry) == 0


def test_a_thousand_at_once_are_taken_in(desk: Desk, client: TestClient) -> None:
    answer = client.post("/inquiries", json=[inquiry(number) for number in range(1000)])
    assert (answer.status_code, answer.json()["accepted"], desk.count(Inquiry)) == (200, 1000, 1000)


def test_a_web_page_cannot_post_inquiries_unasked(client: TestClient) -> None:
    answer = client.post("/inquiries", content=json.dumps(inquiry()), headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]) == (
        415,
        "Send inquiries as application/json or, one in each line, as application/x-ndjson, or as CloudEvents.",
    )


def test_the_token_is_that_of_readings(desk: Desk) -> None:
    client = desk.client(readings_token="a long random word")
    good = {"Authorization": "Bearer a long random word"}
    for path, body in (("/inquiries", inquiry()), ("/inquiries/T-1/reply", {})):
        assert client.post(path, json=body).status_code == 401
        assert client.post(path, json=body, headers=good).status_code == 200
    assert desk.client(environment=environment("production")).post("/inquiries", json=inquiry()).status_code == 503


def test_the_first_reply_is_noted_once_and_may_say_when(client: TestClient) -> None:
    client.post("/inquiries", json=[inquiry("T/1", source="crm", urgency="high"), inquiry("T-2", source="crm")])
    said = client.post("/inquiries/T/1/reply").json()
    assert said == {"inquiry": "INQ-1", "first": True, "on_time": True, "replied_at": NOW.isoformat()}
    assert client.post("/inquiries/INQ-1/reply").json()["first"] is False
    at = (NOW - timedelta(minutes=1)).isoformat()
    said = client.post("/inquiries/T-2/reply?source=crm", json={"at": at}).json()
    assert (said["inquiry"], said["replied_at"]) == ("INQ-2", at)


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("T-9", b"", 404, "There is no such inquiry; use the id of its source, or our number like INQ-12."),
        ("INQ-1%00", b"", 404, "There is no such inquiry; use the id of its source, or our number like INQ-12."),
        (
            "T-1/reply?source=%00",
            b"",
            404,
            "There is no such inquiry; use the id of its source, or our number like INQ-12.",
        ),
        ("T-1", b"[", 400, 'Send nothing, or an object like {"at": "2026-03-03T21:05:00Z"}.'),
        ("T-1", b'{"at": 7}', 422, "at must be a moment with its time zone, like 2026-03-03T21:05:00Z; correct it."),
        (
            "T-1",
            b'{"at": "2030-01-01T00:00:00Z"}',
            422,
            "at lies in the future; set the clock of its source, or its time zone, and send it again.",
        ),
    ],
)
def test_a_reply_that_cannot_be_noted_says_why(
    client: TestClient, path: str, body: bytes, status: int, sentence: str
) -> None:
    client.post("/inquiries", json=inquiry())
    answer = client.post(f"/inquiries/{path if '?' in path else f'{path}/reply'}", content=body)
    assert (answer.status_code, answer.json()["error"]) == (status, sentence)


def test_an_id_of_two_sources_asks_which(client: TestClient) -> None:
    client.post("/inquiries", json=[inquiry(source="crm"), inquiry(source="mail")])
    answer = client.post("/inquiries/T-1/reply")
    assert answer.status_code == 404
    assert answer.json()["error"].startswith("Several sources have an inquiry of this id; say which source")


def test_what_is_counted_becomes_readings(desk: Desk, client: TestClient) -> None:
    for numbers in (range(2), range(3)):  # those that were counted before are not counted again
        client.post("/inquiries", json=[inquiry(number) for number in numbers])
    with desk.works.store.read() as session:
        readings = {row.series: (row.at, row.value) for row in session.scalars(select(Reading))}
    minute = datetime(NOW.year, NOW.month, NOW.day, NOW.hour, NOW.minute, tzinfo=NOW.tzinfo)
    assert readings == dict.fromkeys(("inquiries", "inquiries.refund", "inquiries.phone"), (minute, 3.0))


def test_nothing_is_sent_by_taking_in(desk: Desk, client: TestClient) -> None:
    client.post("/inquiries", json=inquiry())
    assert desk.count(Message) == 0


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("id", "source", "kind", "channel", "urgency", "customer", "text", "language", "at", "reason", "subject")


@given(
    said=st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=6),
    path=st.text(max_size=12),
    body=st.binary(max_size=20),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_posted_is_answered_below_five_hundred(
    client: TestClient, said: dict[str, Any], path: str, body: bytes
) -> None:
    content = json.dumps({**inquiry(), **said})
    assert client.post("/inquiries", content=content, headers=JSON).status_code < 500
    quoted = "".join(f"%{byte:02x}" for byte in path.encode("utf-8", "surrogatepass"))
    assert client.post(f"/inquiries/{quoted}/reply", content=body).status_code < 500
