"""A real sender with the real clients of Twilio and SendGrid: `python -m tests.chaos.sender_process ARGUMENTS`."""

import json
import logging
import signal
import sys
import threading
import uuid
from datetime import timedelta
from typing import Any

from notifiers.providers.base import Provider
from notifiers.providers.sendgrid_email import SendGridEmail
from notifiers.providers.twilio_sms import TwilioSms
from notifiers.sender import Sender
from protocol.words import Channel
from tests.fakes.sendgrid_server import KEY
from tests.fakes.twilio_server import ACCOUNT, SERVICE, TOKEN
from wiring.works import open_works

FROM = "Crisis cell <cell@example.org>"
TIMEOUT = 1.0  # seconds
GRACE = 4.0  # more than the time-out and the lateness of the list together
LEASE = timedelta(seconds=3)
CARRIED = (Channel.SMS, Channel.EMAIL)  # a slow machine lives to see the rung of a chain that calls: nobody here can
BATCH = 5  # few people in a request, so that there are many requests to break


def main(place: str, ports: dict[str, int]) -> None:
    """Sends until SIGTERM, or worse. `place` begins its name in leases."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(message)s")
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    works = open_works()
    owner = f"{place}-{uuid.uuid4().hex[:12]}"
    sender = Sender(works.store, works.scribe, _providers(ports), works.clock, owner, lease=LEASE)
    sender.run(stopped.is_set)
    sender.close()


def _providers(ports: dict[str, int]) -> dict[Channel, Provider]:
    patience: dict[str, Any] = {"timeout": TIMEOUT, "grace": GRACE}
    twilio, sendgrid = (f"http://127.0.0.1:{ports[name]}" for name in ("twilio", "sendgrid"))
    sms = TwilioSms(ACCOUNT, TOKEN, messaging_service_sid=SERVICE, base_url=twilio, connections=8, **patience)
    email = SendGridEmail(KEY, FROM, base_url=sendgrid, connections=2, **patience)
    email.batch = BATCH
    return {Channel.SMS: sms, Channel.EMAIL: email}


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
