"""Readings are taken in once, by line, from whoever may post them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app import posted_alerts, posted_emails, posted_mentions, posted_readings
from app.posted import MOST_ITEMS
from app.posted_inquiries import read_inquiries
from desk.intake import Known
from incidents.rows import Incident
from incidents.timeline import Kind, lines
from monitoring.readings import read_csv
from monitoring.rows import Reading
from tests.app.receiver_desk import EXAMPLES, NOW, SERIES, Desk, environment, reading

JSON = {"Content-Type": "application/json"}
NDJSON = {"Content-Type": "application/x-ndjson"}


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


POSTS: tuple[tuple[str, str, bytes, dict[str, str]], ...] = (
    *((path, b"[", b"]", JSON) for path in ("/readings", "/mentions", "/emails")),
    ("/readings", b"\n", b"", NDJSON),
    ("/alertmanager", b'{"version": "4", "alerts": [', b"]}", JSON),
)


@pytest.mark.parametrize(("path", "begin", "end", "kind"), POSTS)
def test_a_post_of_too_many_items_is_refused_with_one_sentence(
    client: TestClient, path: str, begin: bytes, end: bytes, kind: dict[str, str]
) -> None:
    between = b"\n" if kind == NDJSON else b","
    most = client.post(path, content=begin + between.join([b"0"] * MOST_ITEMS) + end, headers=kind)
    assert (most.status_code, most.json()["refused"], len(most.json()["errors"])) == (422, MOST_ITEMS, 100)
    more = client.post(path, content=begin + between.join([b"0"] * (MOST_ITEMS + 1)) + end, headers=kind)
    assert (more.status_code, more.json()) == (
        413,
        {"error": "The post holds more than 100,000 items; send it in parts."},
    )


def test_of_many_broken_items_a_hundred_are_kept_and_all_are_counted() -> None:
    zeros = [(place, 0) for place in range(1, 1001)]
    ahead = timedelta()
    alerts = {"version": "4", "alerts": [0] * 1000}
    for faults in (
        posted_readings.judged(zeros, NOW, ahead).faults,
        posted_mentions.judged(zeros, NOW, ahead)[1],
        posted_emails.judged(zeros, NOW, ahead).faults,
        posted_alerts.judged(alerts, NOW, ahead).faults,
        read_inquiries(zeros, Known([], []), NOW).faults,
    ):
        assert (faults.count, [fault.line for fault in faults.shown]) == (1000, list(range(1, 101)))


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
        "Send readings as application/json or, one in each line, as application/x-ndjson, or as CloudEvents.",
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
        desk.client(environment=environment("staging")),
        desk.client(environment=environment("production")),
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
    staging = desk.client(environment=environment("staging"), readings_token="t")
    answer = staging.post("/readings", json=reading(), headers={"X-Crisis-Speed": "60", "Authorization": "Bearer t"})
    assert (answer.status_code, answer.json()["error"]) == (400, "X-Crisis-Speed is for the demo; leave it out.")


def test_outside_the_demo_readings_cannot_lie_far_ahead(desk: Desk) -> None:
    client = desk.client(environment=environment("production"), readings_token="t")
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
    first, then, last = breaches
    assert first == {
        "rule": "mentions-burst",
        "at": "2015-03-03T21:02:53+00:00",
        "level": "yellow",
        "why": "1,698 mentions in the last 5 minutes: the highest such count in 4 days, "
        "25.9 × the usual for a Tuesday 21:00 UTC.",
        "incident": first["incident"],
        "opened": True,
    }
    assert [(one["level"], one["incident"], one["opened"]) for one in (then, last)] == [
        ("orange", first["incident"], False),
        ("red", first["incident"], False),
    ]
    with desk.works.store.read() as session:
        incident = session.scalars(select(Incident)).one()
        assert (incident.playbook_key, incident.subject, incident.clock_speed) == (
            "social-firestorm",
            "brand-aurora",
            60,
        )
        assert (incident.opened_by, incident.series) == ("rule:mentions-burst", SERIES)
        assert incident.why["es"].startswith("1.698 menciones en los últimos 5 minutos: la cifra más alta en 4 días, ")
        assert [line.kind for line in lines(session, incident.id)][-3:] == [
            Kind.JOINED,
            Kind.LEVEL_CHANGED,
            Kind.CALMED,
        ]
