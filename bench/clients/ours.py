"""Our own outbox and sender, as the product runs them, over a store with everything durable."""

import signal
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import psutil
from sqlalchemy import func, select

from bench import people, samples
from bench.measured import Work, peak_mb
from incidents.clock import WallClock
from notifiers.outbox import enqueue
from notifiers.providers.base import Provider
from notifiers.providers.sendgrid_email import SendGridEmail
from notifiers.providers.twilio_sms import TwilioSms
from notifiers.rows import Message
from notifiers.sender import Sender
from notifiers.states import State
from notifiers.wording import Scribe
from protocol.store import Store
from protocol.words import Channel

ON_THEIR_WAY = (State.PENDING, State.SENDING, State.IN_DOUBT)
LOOK = 0.1  # seconds between two looks at whether anything is left
PROVIDERS: dict[str, Callable[[str], Provider]] = {
    Channel.SMS: lambda url: TwilioSms(
        samples.ACCOUNT, samples.TOKEN, messaging_service_sid=samples.SERVICE, base_url=url
    ),
    Channel.EMAIL: lambda url: SendGridEmail(samples.KEY, samples.FROM, base_url=url),
}


def put(url: str, channel: str, count: int) -> Work:
    """Enqueues one dispatch to so many people, in one transaction."""
    store, plan = Store(url), people.plan("bench/1", Channel(channel))
    with store.read() as session:
        recipients = people.recipients(session, 0, count)

    def work() -> None:
        with store.write() as session:
            new = enqueue(session, plan, recipients, WallClock().now(), None)
        if new != count:
            raise RuntimeError(f"{new} of {count} messages came into the outbox.")

    return work


def send(url: str, channel: str, port: int) -> Work:
    """Sends until nothing is on its way; answers how many the store holds as accepted."""
    store = Store(url)
    sender = _sender(store, channel, port)
    sender.get_ready()  # as imports are, what a sender does once in its life is left out

    def work() -> dict[str, Any]:
        empty = _Empty(store)
        sender.run(empty)
        sender.close()
        return {"accepted": _count(store, State.ACCEPTED), "rss_mb": peak_mb() + empty.desk_mb}

    return work


def serve(url: str, channel: str, port: int) -> Work:
    """Sends until SIGTERM."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    sender = _sender(Store(url), channel, port)

    def work() -> None:
        sender.run(stopped.is_set)
        sender.close()

    return work


class _Empty:
    """Whether the outbox is empty, asked now and then; and the most memory that the sender's desk held."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looked = time.monotonic()
        self.desk_mb = 0.0

    def __call__(self) -> bool:
        if time.monotonic() - self._looked < LOOK:
            return False
        with self._store.read() as session:
            left = session.scalar(select(Message.id).where(Message.state.in_(ON_THEIR_WAY)).limit(1))
        self.desk_mb = max(self.desk_mb, sum(peak_mb(child.pid) for child in psutil.Process().children()))
        self._looked = time.monotonic()
        return left is None


def _sender(store: Store, channel: str, port: int) -> Sender:
    provider = PROVIDERS[channel](f"http://127.0.0.1:{port}")
    scribe = Scribe(people.VAULT, people.LINKS)
    return Sender(store, scribe, {Channel(channel): provider}, WallClock(), f"sender-{uuid.uuid4().hex[:12]}")


def _count(store: Store, state: State) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).where(Message.state == state)) or 0
