"""Receipts and texts: only what the provider signed, in any order and as often as it likes."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi.testclient import TestClient
from sqlalchemy import select
from twilio.request_validator import HMAC_SHA256, RequestValidator

from incidents.rows import Incident
from notifiers.rows import Acknowledgement, Message, Receipt
from notifiers.states import State
from protocol.people import Contact, Member
from protocol.words import Channel
from tests.app.receiver_desk import PUBLIC, SECRET, Desk
from tests.fakes.sendgrid_server import FakeSendGrid


def signed(path: str, form: dict[str, str], secret: str = SECRET, settings: str = "") -> dict[str, Any]:
    """What Twilio posts: the form, and its signature over the public address."""
    algorithm = [HMAC_SHA256] if settings else []
    signature = RequestValidator(secret).compute_signature(PUBLIC + path, form, *algorithm)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    headers["X-Twilio-Webhooks-Signature-Settings"] = settings
    return {"content": urlencode(form), "headers": headers}


def test_twilios_receipts_move_a_message_forward_only(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    message = desk.message("lucia.romero")
    path = f"/providers/sms/{message.token}"
    for status in ("delivered", "sent", "delivered", "failed", "queued"):
        assert client.post(path, **signed(path, {"MessageSid": "SM1", "MessageStatus": status})).status_code == 204
    assert desk.message("lucia.romero").state is State.DELIVERED
    assert desk.count(Receipt) == 4


def test_a_receipt_waits_for_whoever_holds_its_incident_and_is_taken_in(desk: Desk, client: TestClient) -> None:
    incident = desk.open("alert")
    message = desk.message("lucia.romero")
    path = f"/providers/sms/{message.token}"
    receipt = signed(path, {"MessageSid": "SM1", "MessageStatus": "delivered"})
    with ThreadPoolExecutor(1) as other:
        with desk.works.store.write() as session:
            session.execute(select(Incident.id).where(Incident.id == incident).with_for_update())
            answer = other.submit(client.post, path, **receipt)
            # The incident first, then the message: in the other order the two would wait for each other.
            session.execute(select(Message.id).where(Message.id == message.id).with_for_update())
        assert answer.result().status_code == 204
    assert desk.message("lucia.romero").state is State.DELIVERED


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
    assert client.post(path, **signed(path, form, settings="algorithm=HMAC_SHA256")).status_code == 404
    assert client.post(path, **signed(path, form, settings="algorithm=of tomorrow")).status_code == 403
    asked = f"{path}&bodySHA256=00"
    assert client.post(asked, **signed(asked, form)).status_code in (403, 404)


def test_a_person_answers_by_sms_and_strangers_learn_nothing(desk: Desk, client: TestClient) -> None:
    desk.open("convene-cabinet")
    number = number_of(desk, "javier.ortega")
    for sid, (sender, body) in enumerate(((number, "1"), (number, "1"), ("+15005550199", "1"), (number, "hello"))):
        form = {"From": sender, "Body": body, "MessageSid": f"SM{sid}"}
        answer = client.post("/providers/sms", **signed("/providers/sms", form))
        assert (answer.status_code, answer.text) == (200, '<?xml version="1.0" encoding="UTF-8"?><Response/>')
        assert answer.headers["content-type"].startswith("text/xml")
    assert desk.seat("crisis-lead") == ("javier.ortega", "accepted")
    assert desk.count(Acknowledgement) == 1
    assert client.post("/providers/sms", data={"From": number, "Body": "1"}).status_code == 403


def test_the_same_text_posted_again_does_not_answer_a_later_question(desk: Desk, client: TestClient) -> None:
    number = number_of(desk, "lucia.romero")
    desk.open("alert")
    form = {"From": number, "Body": "1", "MessageSid": "SM1"}
    client.post("/providers/sms", **signed("/providers/sms", form))
    desk.open("convene-cabinet")
    client.post("/providers/sms", **signed("/providers/sms", form))
    assert desk.count(Acknowledgement) == 1 and desk.seat("communications-lead") == ("lucia.romero", "waiting")


def test_twilios_own_reading_of_a_text_stops_and_starts_a_number(desk: Desk, client: TestClient) -> None:
    desk.open("alert")
    number = number_of(desk, "lucia.romero")
    for sid, (body, said, out) in enumerate((("No más", "STOP", True), ("YES", "", True), ("YES", "START", False))):
        form = {"From": number, "Body": body, "MessageSid": f"SM{sid}", **({"OptOutType": said} if said else {})}
        answer = client.post("/providers/sms", **signed("/providers/sms", form))
        assert (answer.status_code, answer.text.endswith("<Response/>")) == (200, True)
        assert is_out(desk, desk.message("lucia.romero")) is out


def test_an_unsubscribe_event_stops_the_address_and_a_resubscribe_starts_it(desk: Desk) -> None:
    desk.open("alert")
    message = desk.message("lucia.romero", Channel.EMAIL)
    with FakeSendGrid(clock=desk.clock.now) as fake:
        client = desk.client(sendgrid_webhook_key=fake.public_key)
        for word, out in (("group_unsubscribe", True), ("group_resubscribe", False), ("spamreport", True)):
            body = json.dumps([event(message.token, word, word)]).encode()
            assert client.post("/providers/email", content=body, headers=fake.sign(body)).json()["taken"] == 1
            assert is_out(desk, message) is out


def number_of(desk: Desk, member: str) -> str:
    with desk.works.store.read() as session:
        query = select(Contact.sealed).join(Member).where(Member.key == member, Contact.channel == Channel.SMS)
        return desk.works.vault.open(session.scalars(query).one())


def is_out(desk: Desk, message: Message) -> bool:
    """Whether the contact of a message was opted out."""
    with desk.works.store.read() as session:
        return session.get_one(Contact, message.contact_id).opted_out_at is not None


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
