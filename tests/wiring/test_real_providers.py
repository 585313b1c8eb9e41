"""Production, by its settings alone: an alert of the sample company leaves through the real providers."""

from collections.abc import Sequence
from pathlib import Path

from flows.steps import due_steps, run_step
from incidents.opening import Signal, open_or_join
from notifiers.rows import Message
from notifiers.states import State
from playbooks.library import load_library, read_library
from protocol.company import load_company, read_company
from protocol.words import Channel, Level
from tests.fakes.relay_server import FakeRelay
from tests.fakes.sendgrid_server import KEY, FakeSendGrid
from tests.fakes.twilio_server import ACCOUNT, SERVICE, TOKEN, FakeTwilio
from wiring.senders import build_sender
from wiring.works import open_works

COMPANY = Path(__file__).parent.parent.parent / "examples" / "company.yaml"
WHY = {"es": "Prueba.", "en": "A test."}


def test_an_alert_leaves_through_the_real_providers_when_production_is_set(tmp_path: Path) -> None:
    with FakeTwilio() as twilio, FakeSendGrid() as sendgrid:
        messages = _alert(
            tmp_path,
            {
                **_twilio(twilio),
                "CRISIS_EMAIL_PROVIDER": "sendgrid",
                "SENDGRID_API_KEY": KEY,
                "CRISIS_SENDGRID_BASE_URL": sendgrid.url,
            },
        )
        assert {message.state for message in messages} == {State.ACCEPTED}
        references = {message.reference for message in messages if message.channel is Channel.SMS}
        assert {sms.body.rsplit("#", 1)[1] for sms in twilio.messages} == references
        assert all(sms.callback.startswith("https://crisis.example.org/providers/sms/") for sms in twilio.messages)
        tokens = {message.token for message in messages if message.channel is Channel.EMAIL}
        assert {mail.token for mail in sendgrid.messages} == tokens and len(tokens) == 2


def test_mail_leaves_through_the_companys_own_relay_when_one_is_set(tmp_path: Path) -> None:
    with FakeTwilio() as twilio, FakeRelay() as relay:
        mailed = {"CRISIS_EMAIL_PROVIDER": "smtp", "CRISIS_SMTP_URL": f"smtp://127.0.0.1:{relay.port}"}
        messages = _alert(tmp_path, {**_twilio(twilio), **mailed})
        assert {message.state for message in messages} == {State.ACCEPTED}
        own = {message.provider_id for message in messages if message.channel is Channel.EMAIL}
        assert {posted.mail["Message-ID"] for posted in relay.messages} == own and len(own) == 2


def _twilio(twilio: FakeTwilio) -> dict[str, str]:
    return {
        "CRISIS_SMS_PROVIDER": "twilio",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_MESSAGING_SERVICE_SID": SERVICE,
        "CRISIS_TWILIO_BASE_URL": twilio.url,
    }


def _alert(home: Path, carriers: dict[str, str]) -> Sequence[Message]:
    """The sample company's first alert, sent; its messages as they then are."""
    own = {"CRISIS_HOME": str(home), "CRISIS_PUBLIC_URL": "https://crisis.example.org"}
    mail = {"CRISIS_EMAIL_FROM": "Aurora Foods <crisis@example.com>"}
    works = open_works({"CRISIS_ENVIRONMENT": "production", **own, **mail, **carriers}, create=True)
    now = works.clock.now()
    with works.store.write() as session:
        load_company(session, works.vault, read_company(COMPANY))
        load_library(session, read_library(), now)
        signal = Signal("social-firestorm", "brand-aurora", Level.ORANGE, WHY, "rule:test")
        incident, _ = open_or_join(session, signal, now)
        run_step(session, works, incident, due_steps(session, incident)[0], now)
    sender = build_sender(works)
    while sender.work():
        pass
    sender.close()
    with works.store.read() as session:
        return session.query(Message).all()
