"""Whatever is posted, by whomever: nothing makes the receiver stumble."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from notifiers.rows import Acknowledgement, Receipt
from tests.app.receiver_desk import Desk
from tests.app.test_provider_posts import signed
from tests.fakes.sendgrid_server import FakeSendGrid

ODD = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=80)
PIECE = st.text(st.sampled_from("abz09-_.~!%$&'()*+,;=:@\0é\ud7ff\U0001f600"), max_size=30)
DOORS = ("/providers/sms/{}", "/providers/voice/{}", "/providers/voice/{}/digit")
PATHS = st.sampled_from((*DOORS, "/a/{}", "/s/{}", "/c/{}"))
NAMES = ("MessageSid", "MessageStatus", "ErrorCode", "CallSid", "CallStatus", "Digits", "Body", "OptOutType")
FORM = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=12), st.text(max_size=40), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("event", "token", "sg_message_id", "status", "type", "reason", "custom_args")
EVENT = st.fixed_dictionaries({"sg_event_id": JSON}, optional=dict.fromkeys(FIELDS, JSON))


@pytest.fixture
def open_desk(desk: Desk) -> Desk:
    desk.open("alert", "convene-cabinet")
    return desk


def quoted(path: str, piece: str) -> str:
    return path.format("".join(f"%{byte:02x}" for byte in piece.encode()) or "x")


@ODD
@given(path=PATHS, piece=PIECE, body=st.binary(max_size=200), signature=HEADER, more=HEADER)
@example(path=DOORS[0], piece="x", body=b"[]", signature="é", more="9" * 400)
def test_nothing_that_strangers_post_is_taken(
    open_desk: Desk, path: str, piece: str, body: bytes, signature: str, more: str
) -> None:
    headers = {"X-Twilio-Signature": signature, "X-Twilio-Webhooks-Signature-Settings": f"algorithm={more}"}
    headers |= {"X-Twilio-Email-Event-Webhook-Signature": signature, "X-Twilio-Email-Event-Webhook-Timestamp": more}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    client = open_desk.client(sendgrid_webhook_key=KEY)
    for address in (quoted(path, piece), "/providers/sms", "/providers/email"):
        assert 400 <= client.post(address, content=body, headers=raw).status_code < 500
    assert client.get(quoted(path, piece)).status_code in (404, 405)
    assert open_desk.count(Receipt) == open_desk.count(Acknowledgement) == 0


@ODD
@given(piece=PIECE, form=FORM, query=PIECE)
@example(piece="x", form={"MessageSid": "\0", "MessageStatus": "\0", "ErrorCode": "9" * 5000}, query="")
@example(piece="x", form={"ErrorCode": "٣", "CallStatus": "completed", "Body": "1 " * 5000}, query="")
def test_whatever_twilio_signs_is_answered(open_desk: Desk, piece: str, form: dict[str, str], query: str) -> None:
    known = open_desk.message("lucia.romero").token
    client = open_desk.client()
    for path in DOORS:
        for address in (f"{quoted(path, piece)}?{quoted('{}', query)}", path.format(known)):
            assert client.post(address, **signed(address, form)).status_code in (200, 204, 404)
    form = form | {"From": "+34600000001"}
    assert client.post("/providers/sms", **signed("/providers/sms", form)).status_code == 200


@ODD
@given(batch=JSON | st.lists(JSON | EVENT, max_size=5), stamp=HEADER)
@example(batch=[{"sg_event_id": "\0", "token": "\ud800", "event": "\0"}], stamp="9" * 400)
@example(batch=[{"sg_event_id": "e", "token": "t", "custom_args": 3}], stamp="-1")
def test_whatever_sendgrid_signs_is_answered(open_desk: Desk, batch: Any, stamp: str) -> None:
    token = open_desk.message("lucia.romero").token
    events = [event for event in batch if isinstance(event, dict)] if isinstance(batch, list) else []
    with FakeSendGrid(clock=open_desk.clock.now) as fake:
        client = open_desk.client(sendgrid_webhook_key=fake.public_key)
        for said in (batch, [{**event, "token": token} for event in events]):
            body = json.dumps(said).encode()
            assert client.post("/providers/email", content=body, headers=fake.sign(body)).status_code in (200, 400)
            stale = [(name.encode(), value.encode()) for name, value in fake.sign(body).items()]
            stale[1] = (stale[1][0], stamp.encode("latin-1"))
            assert client.post("/providers/email", content=body, headers=stale).status_code == 403


def test_lists_within_lists_are_not_a_batch(desk: Desk) -> None:
    with FakeSendGrid(clock=desk.clock.now) as fake:
        client = desk.client(sendgrid_webhook_key=fake.public_key)
        body = b"[" * 200_000
        assert client.post("/providers/email", content=body, headers=fake.sign(body)).status_code == 400


@pytest.mark.parametrize("path", [*(door.format("x") for door in DOORS), "/providers/sms"])
def test_a_form_without_end_is_refused(client: TestClient, path: str) -> None:
    assert client.post(path, content=b"a" * (64 * 1024 + 1)).status_code == 413


def test_a_batch_without_end_is_refused(client: TestClient) -> None:
    assert client.post("/providers/email", content=b"a" * (5 * 1024 * 1024 + 1)).status_code == 413


with FakeSendGrid() as _signer:
    KEY = _signer.public_key
