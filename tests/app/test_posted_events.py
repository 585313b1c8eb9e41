"""What other systems post in their own words: CloudEvents, Alertmanager's webhook, mentions and e-mails."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from monitoring.definitions import load_rules
from monitoring.listening_rows import SeenMention
from monitoring.rows import Reading
from tests.app.receiver_desk import NOW, Desk, reading

EVENT = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
EVENTS = {"Content-Type": "application/cloudevents-batch+json"}
NDJSON = {"Content-Type": "application/x-ndjson"}
AT = NOW.isoformat()


def event(data: Any = None, number: int = 1, **more: Any) -> dict[str, Any]:
    said = {"specversion": "1.0", "id": str(number), "source": "/press", "type": "reading", "time": AT}
    return said | ({"data": data} if data is not None else {}) | more


def alert(name: str = "ShopDown", **more: Any) -> dict[str, Any]:
    labels = {"alertname": name, "severity": "critical"}
    return {"status": "firing", "labels": labels, "annotations": {}, "startsAt": AT, "fingerprint": "f1"} | more


def webhook(*alerts: Any, **more: Any) -> dict[str, Any]:
    return {"version": "4", "groupKey": "{}", "status": "firing", "alerts": list(alerts)} | more


def mention(number: int = 1, text: str = "Aurora recalls a drink", **more: Any) -> dict[str, Any]:
    return {"id": str(number), "source": "press", "at": AT, "text": text} | more


def stored(desk: Desk) -> list[tuple[str, str, float]]:
    with desk.works.store.read() as session:
        query = select(Reading.series, Reading.source, Reading.value).order_by(Reading.series, Reading.source)
        return [(one.series, one.source, one.value) for one in session.execute(query)]


def test_readings_have_a_source_and_count_once_for_each(desk: Desk, client: TestClient) -> None:
    both = [reading() | {"source": "a"}, reading() | {"source": "b"}, reading() | {"source": "a"}]
    assert client.post("/readings", json=both).json()["accepted"] == 2
    assert client.post("/readings", json=both).json()["repeated"] == 3
    (fault,) = client.post("/readings", json=reading() | {"source": 7}).json()["errors"]
    assert fault["error"] == "source must be a name of 0 to 200 printable characters; give one."


def test_an_event_brings_a_reading_with_its_own_source_and_time(desk: Desk, client: TestClient) -> None:
    data = {"series": "calls", "value": 3}
    for said in (event(data), event(None, data_base64=base64.b64encode(json.dumps(data).encode()).decode())):
        answer = client.post("/readings", content=json.dumps(said), headers=EVENT).json()
        assert answer["accepted"] + answer["repeated"] == 1
    assert stored(desk) == [("calls", "/press", 3)]


def test_an_event_may_bring_a_list_and_a_batch_several_events(desk: Desk, client: TestClient) -> None:
    several = [{"series": "calls", "value": n, "at": (NOW + timedelta(minutes=n)).isoformat()} for n in (1, 2)]
    batch = [event(several), event({"series": "chats", "value": 5}, 2, source="/desk")]
    assert client.post("/readings", content=json.dumps(batch), headers=EVENTS).json()["accepted"] == 3
    assert stored(desk) == [("calls", "/press", 1), ("calls", "/press", 2), ("chats", "/desk", 5)]


def test_the_rest_of_an_event_may_stand_in_headers(desk: Desk, client: TestClient) -> None:
    headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/a%20b", "ce-type": "reading", "ce-time": AT}
    assert client.post("/readings", json={"series": "calls", "value": 3}, headers=headers).json()["accepted"] == 1
    assert stored(desk) == [("calls", "/a b", 3)]


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (event({}, specversion="0.3"), "specversion must be 1.0; send that version of CloudEvents."),
        (event({}, id=""), "the event has no id; CloudEvents need id, source, type."),
        (event({}, source=7), "the event has no source; CloudEvents need id, source, type."),
        (event(None, data_base64="?"), "data_base64 must be JSON in base64; correct it, or send data."),
        (
            7,
            'a CloudEvent is an object like {"specversion": "1.0", "id": "1", "source": "/press", "data": {}}.',
        ),
        (event("x"), 'a reading is an object like {"series": "mentions", "at": "2026-03-03T21:05:00Z", "value": 12}.'),
    ],
)
def test_a_broken_event_is_answered_by_its_place_and_the_rest_is_kept(
    client: TestClient, bad: Any, sentence: str
) -> None:
    batch = [event({"series": "calls", "value": 3}), bad]
    answer = client.post("/readings", content=json.dumps(batch), headers=EVENTS).json()
    assert (answer["accepted"], answer["errors"]) == (1, [{"line": 2, "error": sentence}])


def test_a_batch_of_events_is_a_list(client: TestClient) -> None:
    answer = client.post("/readings", content=json.dumps(event()), headers=EVENTS)
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "A batch of CloudEvents is a list; send one event as application/cloudevents+json.",
    )


def test_what_fires_counts_once_by_name_and_by_severity(desk: Desk, client: TestClient) -> None:
    quiet = alert("Quiet", status="resolved")
    plain = alert("Plain", labels={"alertname": "Plain"}, fingerprint="f2")
    for accepted in (3, 0):
        assert client.post("/alertmanager", json=webhook(alert(), quiet, plain)).json()["accepted"] == accepted
    assert stored(desk) == [
        *(("alert.Plain", "f2", 1), ("alert.ShopDown", "f1", 1), ("alert.ShopDown.critical", "f1", 1))
    ]


def test_an_alert_may_name_a_series_of_its_own(desk: Desk, client: TestClient) -> None:
    named = alert(annotations={"crisis_series": "outages.shop"})
    assert client.post("/alertmanager", json=webhook(named)).json()["accepted"] == 3
    assert ("outages.shop", "f1", 1) in stored(desk)


def test_a_broken_alert_leaves_the_others_standing(desk: Desk, client: TestClient) -> None:
    late = alert(startsAt="yesterday")
    answer = client.post("/alertmanager", json=webhook(7, late, alert(fingerprint=None), alert())).json()
    assert answer["errors"] == [
        {"line": 1, "error": "an alert is an object with status, labels, startsAt and fingerprint."},
        {"line": 2, "error": "at must be a moment with its time zone, like 2026-03-03T21:05:00Z; correct it."},
        {"line": 3, "error": "fingerprint must be a name of 1 to 200 printable characters; give one."},
    ]
    assert answer["accepted"] == 2


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"version": "3", "alerts": []}', b'{"version": "4"}'])
def test_what_alertmanager_would_not_post_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post("/alertmanager", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "The body is not what Alertmanager posts; send its webhook of version 4, with alerts.",
    )
    answer = client.post("/alertmanager", content=body, headers=NDJSON)
    assert answer.json()["error"] == "Send alerts as application/json, as Alertmanager does."


def test_mentions_are_counted_in_every_form_and_once(desk: Desk, client: TestClient) -> None:
    assert client.post("/mentions", json=mention()).json() == {
        "accepted": 1,
        "repeated": 0,
        "unmatched": 0,
        "refused": 0,
        "breaches": [],
        "errors": [],
    }
    lines = "\n".join(json.dumps(one) for one in (mention(), mention(2, "weather"), mention(3, sentiment="negative")))
    answer = client.post("/mentions", content=lines, headers=NDJSON).json()
    assert (answer["accepted"], answer["repeated"], answer["unmatched"]) == (1, 1, 1)
    as_event = event({"text": "#AuroraGate", "sentiment": -0.4, "reach": 10}, source="press", number=4)
    assert client.post("/mentions", content=json.dumps(as_event), headers=EVENT).json()["accepted"] == 1
    counted = {series: value for series, _, value in stored(desk)}
    assert counted["mentions"] == 3
    assert (counted["mentions.negative"], counted["mentions.reach"]) == (2, 10)
    assert (counted["mentions.keyword.aurora"], counted["mentions.keyword.auroragate"]) == (2, 1)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"text": None}, "text must be a text; give one."),
        ({"author": 7}, "author must be a text; give one."),
        ({"id": 1.5}, "id must be a text or a whole number; correct it, or leave it out."),
        ({"reach": -1}, "reach must be a number of people from 0 to 1,000,000,000; correct it, or leave it out."),
        ({"sentiment": 2}, "sentiment must be a number from -1 to 1, or one of: negative, neutral, positive."),
        ({"sentiment": "sad"}, "sentiment must be a number from -1 to 1, or one of: negative, neutral, positive."),
        ({"at": "now"}, "at must be a moment with its time zone, like 2026-03-03T21:05:00Z; correct it."),
    ],
)
def test_a_broken_mention_is_answered_without_repeating_what_was_said(
    desk: Desk, client: TestClient, more: dict[str, Any], sentence: str
) -> None:
    answer = client.post("/mentions", json=[mention() | more, mention(2)]).json()
    assert (answer["accepted"], answer["errors"]) == (1, [{"line": 1, "error": sentence}])


def test_a_burst_of_mentions_opens_an_incident(desk: Desk, client: TestClient) -> None:
    many = [mention(number, channel="social-media") for number in range(60)]
    rule = """rules:
  - {key: talk, series: mentions.social-media, playbook: social-firestorm, subject: brand-aurora, kind: static,
     parameters: {window: 1h, levels: {orange: 50}}}
"""
    load(desk, rule)
    (breach,) = client.post("/mentions", json=many).json()["breaches"]
    assert (breach["rule"], breach["level"], breach["opened"]) == ("talk", "orange", True)
    assert client.post("/mentions", json=many).json()["breaches"] == []


def test_emails_are_counted_one_by_one_or_as_a_mail_system_counts_them(desk: Desk, client: TestClient) -> None:
    one, counted = {"mailbox": "help", "id": "<1@mail>", "at": AT}, {"mailbox": "help", "at": AT, "count": 12}
    for accepted in (2, 0):
        answer = client.post("/emails", json=[one, counted, one]).json()
        assert (answer["accepted"], answer["repeated"]) == (accepted, 3 - accepted)
    assert stored(desk) == [("email.help", "counted", 1), ("email.help", "counts", 12)]
    assert desk.count(SeenMention) == 1


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (7, 'an e-mail is an object like {"mailbox": "help", "id": "<1@mail>", "at": "2026-03-03T21:05:00Z"}.'),
        (
            {"mailbox": "ana@example.com", "at": AT, "id": "1"},
            "mailbox must be a short name of small letters, digits, dots and hyphens, like help; give one.",
        ),
        ({"mailbox": "help", "at": AT}, "an e-mail needs its id, so that twice is once; or post a count of them."),
        ({"mailbox": "help", "at": AT, "count": -1}, "count must be a number from 0 to 1e+12; correct it."),
    ],
)
def test_a_broken_email_is_answered_by_its_place(client: TestClient, bad: Any, sentence: str) -> None:
    answer = client.post("/emails", json=[bad])
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"line": 1, "error": sentence}])


@pytest.mark.parametrize("path", ["/readings", "/mentions", "/emails", "/alertmanager"])
def test_every_way_in_asks_for_the_token_and_takes_no_form_of_a_web_page(desk: Desk, path: str) -> None:
    assert desk.client(readings_token="a long random word").post(path, json={}).status_code == 401
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert desk.client().post(path, content=b"{}", headers={"Content-Type": kind}).status_code == 415


def load(desk: Desk, rules: str) -> None:
    file = desk.works.settings.home / "rules.yaml"
    file.write_text(rules)
    with desk.works.store.write() as session:
        load_rules(session, file)
