"""An outbox whose messages a provider took, made without sending them: what receipts are about."""

from sqlalchemy import Integer, String, cast, literal, update

from bench.clients.ours import put
from bench.measured import Work
from incidents.clock import WallClock
from notifiers import moves
from notifiers.rows import Message
from notifiers.states import State
from protocol.store import Store
from protocol.words import Channel

BATCH = 1000


def prepare(url: str, channel: str, count: int) -> Work:
    """Enqueues for so many and marks all as accepted: one id each at Twilio, one for a thousand at SendGrid."""
    enqueue_all = put(url, channel, count)

    def work() -> None:
        enqueue_all()
        now = WallClock().now()
        shared = channel == Channel.EMAIL
        number = cast(Message.id / BATCH, Integer) if shared else Message.id
        name = literal("stub-" if shared else "SM", String) + cast(number, String)
        with Store(url).write() as session:
            session.execute(
                update(Message).values(
                    state=State.ACCEPTED,
                    attempts=1,
                    provider="sendgrid" if shared else "twilio",
                    provider_id=name,
                    accepted_at=now,
                    next_at=now + moves.ASK_AFTER,
                )
            )

    return work
