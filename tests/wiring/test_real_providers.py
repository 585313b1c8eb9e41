"""Production, by its settings alone: an alert of the sample company leaves through Twilio and SendGrid."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flows.steps import due_steps, run_step
from incidents.opening import Signal, open_or_join
from notifiers.rows import Message
from notifiers.states import State
from playbooks.library import load_library, read_library
from protocol.company import load_company, read_company
from protocol.words import Level
from tests.fakes.sendgrid_server import KEY, FakeSendGrid
from tests.fakes.twilio_server import ACCOUNT, SERVICE, TOKEN, FakeTwilio
from wiring.senders import build_sender
from wiring.works import open_works

COMPANY = Path(__file__).parent.parent.parent / "examples" / "company.yaml"
WHY = {"es": "Prueba.", "en": "A test."}


def test_an_alert_leaves_through_the_real_providers_when_production_is_set(tmp_path: Path) -> None:
    with FakeTwilio(account_sid=ACCOUNT, auth_token=TOKEN) as twilio, FakeSendGrid(api_key=KEY) as sendgrid:
        works = open_works(
            {
                "CRISIS_ENVIRONMENT": "production",
                "CRISIS_HOME": str(tmp_path),
                "CRISIS_PUBLIC_URL": "https://crisis.example.org",
                "CRISIS_SMS_PROVIDER": "twilio",
                "CRISIS_EMAIL_PROVIDER": "sendgrid",
                "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_MESSAGING_SERVICE_SID": SERVICE,
                "SENDGRID_API_KEY": KEY,
                "CRISIS_EMAIL_FROM": "Aurora Foods <crisis@example.com>",
                "CRISIS_TWILIO_BASE_URL": twilio.url,
                "CRISIS_SENDGRID_BASE_URL": sendgrid.url,
            },
            create=True,
        )
        now = works.clock.now()
        with works.store.write() as session:
            load_company(session, works.vault, read_company(COMPANY))
            load_library(session, read_library(), now)
            signal = Signal("social-firestorm", "brand-aurora", Level.ORANGE, WHY, "rule:test")
            incident, _ = open_or_join(session, signal, now)
            run_step(session, works, incident, due_steps(session, incident)[0], now)
        with ThreadPoolExecutor(4) as threads:
            build_sender(works).work(threads)
        with works.store.read() as session:
            messages = session.query(Message).all()
            assert {message.state for message in messages} == {State.ACCEPTED}
            references = {message.reference for message in messages if message.channel == "sms"}
        assert {sms.body.rsplit("#", 1)[1] for sms in twilio.messages} == references
        assert all(sms.callback.startswith("https://crisis.example.org/providers/sms/") for sms in twilio.messages)
        assert len(sendgrid.messages) == len(messages) - len(references) == 2
