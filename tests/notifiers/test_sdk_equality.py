"""Field for field, our requests are the ones that the companies' own libraries make. Those are not used at run time."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import (
    Category,
    ClickTracking,
    CustomArg,
    From,
    Mail,
    OpenTracking,
    Personalization,
    Substitution,
    To,
    TrackingSettings,
)
from twilio.rest import Client

from notifiers.providers.base import Outgoing, Provider
from notifiers.providers.sendgrid_email import SendGridEmail
from notifiers.providers.twilio_sms import TwilioSms
from notifiers.providers.twilio_voice import TwilioVoice, twiml
from tests.fakes.faulty_server import FaultyServer, Reply, Request
from tests.fakes.rigs import CALL, EMAIL, FROM, SMS
from tests.fakes.sendgrid_server import KEY
from tests.fakes.twilio_server import ACCOUNT, NUMBER, SERVICE, TOKEN

SID = "SM" + "7" * 32
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ANSWERS = {
    "/v3/mail/send": Reply(202, headers={"X-Message-Id": "id-1"}),
    "/v3/logs": Reply(200, {"messages": []}),
}
ONE = {"sid": SID, "status": "queued"}

text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300)
callback = st.none() | st.from_regex(r"https://crisis\.example\.org/[a-z0-9/]{0,20}\?a=[a-z%&=+]{0,9}", fullmatch=True)
number = st.from_regex(r"\+1202555010[0-9]", fullmatch=True)
token = st.from_regex(r"[A-Za-z0-9_-]{8,40}", fullmatch=True)
address = st.from_regex(r"[a-z.+']{1,12}@example\.(com|org)", fullmatch=True)
sms = st.builds(replace, st.just(SMS), to=number, body=text, callback=callback)
call = st.builds(
    replace,
    st.just(CALL),
    to=number,
    body=text,
    callback=callback,
    digit_callback=callback,
    language=st.sampled_from(["es", "en"]),
)
mail = st.builds(replace, st.just(EMAIL), to=address, subject=text, body=text, token=token, request=token | st.just(""))
fifty = settings(max_examples=50, deadline=None)


@dataclass
class Desk(FaultyServer):
    """Says yes to everything and keeps what came."""

    runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def __post_init__(self) -> None:
        super().__init__()

    def take(self, request: Request) -> Reply:
        if request.method == "GET" and not request.path.endswith(f"{SID}.json"):
            kind = "calls" if "Calls" in request.path else "messages"
            return Reply(200, {kind: [], "next_page_uri": None, "page_size": 1000})
        return ANSWERS.get(request.path, Reply(201 if request.method == "POST" else 200, ONE))

    def ours(self, provider: Provider, ask: str, *arguments: Any) -> Request:
        """What our provider asks."""
        self.runner.run(getattr(provider, ask)(*arguments))
        return self.requests.pop()

    def theirs(self) -> Request:
        """What the library asked last."""
        return self.requests.pop()

    def close(self, *providers: Provider) -> None:
        """Gives back what the providers hold."""
        for provider in providers:
            self.runner.run(provider.close())


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with Desk() as server, server.runner:
        yield server


@pytest.fixture(scope="module")
def theirs(desk: Desk) -> Client:
    client = Client(ACCOUNT, TOKEN, environment={"-": ""})
    client.api.base_url = desk.url
    return client


@pytest.fixture(scope="module")
def post(desk: Desk) -> SendGridAPIClient:
    return SendGridAPIClient(KEY, host=desk.url)


@pytest.fixture(scope="module")
def service(desk: Desk) -> Iterator[TwilioSms]:
    provider = TwilioSms(ACCOUNT, TOKEN, messaging_service_sid=SERVICE, base_url=desk.url)
    yield provider
    desk.close(provider)


@pytest.fixture(scope="module")
def single(desk: Desk) -> Iterator[TwilioSms]:
    provider = TwilioSms(ACCOUNT, TOKEN, from_number=NUMBER, base_url=desk.url)
    yield provider
    desk.close(provider)


@pytest.fixture(scope="module")
def voice(desk: Desk) -> Iterator[TwilioVoice]:
    provider = TwilioVoice(ACCOUNT, TOKEN, from_number=NUMBER, base_url=desk.url)
    yield provider
    desk.close(provider)


@pytest.fixture(scope="module")
def email(desk: Desk) -> Iterator[SendGridEmail]:
    provider = SendGridEmail(KEY, FROM, base_url=desk.url)
    yield provider
    desk.close(provider)


def essence(request: Request) -> dict[str, Any]:
    """What must be equal: where to, who asks, in which form, and every field. What asks for a list has no form."""
    named = {name: request.headers.get(name) for name in ("authorization", "accept")}
    named |= {"method": request.method, "path": request.path}
    if request.method == "GET":
        return {**named, "query": request.query, "body": request.body}
    form = request.headers["content-type"]
    if form == "application/x-www-form-urlencoded":
        fields: Any = sorted(parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True))
    else:
        fields = json.loads(request.body)
    return {**named, "query": request.query, "form": form, "fields": fields}


@fifty
@given(message=sms)
def test_an_sms_is_the_librarys(message: Outgoing, desk: Desk, theirs: Client, service: TwilioSms) -> None:
    given_callback = {"status_callback": message.callback} if message.callback else {}
    theirs.messages.create(to=message.to, body=message.body, messaging_service_sid=SERVICE, **given_callback)
    assert essence(desk.theirs()) == essence(desk.ours(service, "send", [message]))


@fifty
@given(message=sms)
def test_an_sms_from_a_number_is_the_librarys(message: Outgoing, desk: Desk, theirs: Client, single: TwilioSms) -> None:
    given_callback = {"status_callback": message.callback} if message.callback else {}
    theirs.messages.create(to=message.to, body=message.body, from_=NUMBER, **given_callback)
    assert essence(desk.theirs()) == essence(desk.ours(single, "send", [message]))


@fifty
@given(message=call)
def test_a_call_is_the_librarys(message: Outgoing, desk: Desk, theirs: Client, voice: TwilioVoice) -> None:
    events = ["answered", "completed"]
    given_callback = {"status_callback": message.callback, "status_callback_event": events} if message.callback else {}
    theirs.calls.create(to=message.to, from_=NUMBER, twiml=twiml(message), timeout=30, **given_callback)
    assert essence(desk.theirs()) == essence(desk.ours(voice, "send", [message]))


@fifty
@given(to=number)
def test_the_lists_are_asked_for_as_the_library_does(
    to: str, desk: Desk, theirs: Client, service: TwilioSms, voice: TwilioVoice
) -> None:
    theirs.messages.list(to=to, page_size=1000)
    assert essence(desk.theirs()) == essence(desk.ours(service, "find", replace(SMS, to=to), NOW))
    theirs.calls.list(to=to, from_=NUMBER, page_size=1000)
    assert essence(desk.theirs()) == essence(desk.ours(voice, "find", replace(CALL, to=to), NOW))


def test_a_status_is_asked_for_as_the_library_does(
    desk: Desk, theirs: Client, service: TwilioSms, voice: TwilioVoice
) -> None:
    theirs.messages(SID).fetch()
    assert essence(desk.theirs()) == essence(desk.ours(service, "ask", SMS, SID))
    theirs.calls(SID).fetch()
    assert essence(desk.theirs()) == essence(desk.ours(voice, "ask", CALL, SID))


@fifty
@given(message=mail)
def test_a_mail_is_the_librarys(message: Outgoing, desk: Desk, post: SendGridAPIClient, email: SendGridEmail) -> None:
    built = Mail(_from(), To(message.to), message.subject, plain_text_content=message.body)
    built.add_custom_arg(CustomArg("token", message.token))
    post.send(_common(built, message.request or message.token))
    assert essence(desk.theirs()) == essence(desk.ours(email, "send", [message]))


@fifty
@given(messages=st.lists(mail, min_size=2, max_size=6, unique_by=lambda m: m.to), request_=token)
def test_a_mail_to_many_is_the_librarys(
    messages: list[Outgoing], request_: str, desk: Desk, post: SendGridAPIClient, email: SendGridEmail
) -> None:
    built = Mail(_from(), plain_text_content="-words-")
    for message in reversed(messages):  # the library puts every new one first
        person = Personalization()
        person.add_to(To(message.to))
        person.subject = message.subject
        person.add_substitution(Substitution("-words-", message.body))
        person.add_custom_arg(CustomArg("token", message.token))
        built.add_personalization(person)
    post.send(_common(built, request_))
    ours = [replace(message, request=request_) for message in messages]
    assert essence(desk.theirs()) == essence(desk.ours(email, "send", ours))


@fifty
@given(message=mail)
def test_the_logs_are_asked_as_the_library_does(
    message: Outgoing, desk: Desk, post: SendGridAPIClient, email: SendGridEmail
) -> None:
    start = 'sg_message_id_created_at >= TIMESTAMP "2026-03-01T09:25:00Z"'
    query = f"categories IN ('cp-{message.request or message.token}') AND {start}"
    post.client.logs.post(request_body={"query": query, "limit": 10})
    assert essence(desk.theirs()) == essence(desk.ours(email, "find", message, NOW))


def _from() -> From:
    return From("cell@example.org", "Crisis cell")


def _common(built: Mail, request: str) -> Mail:
    built.add_category(Category(f"cp-{request}"))
    built.tracking_settings = TrackingSettings(
        click_tracking=ClickTracking(enable=False, enable_text=False), open_tracking=OpenTracking(enable=False)
    )
    return built
