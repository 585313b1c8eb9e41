"""Messages that a provider took and said no more about: it is asked, ever more rarely, for three days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from notifiers import receipts
from notifiers.providers.base import Outgoing, Provider
from notifiers.providers.words import ReceiptWord
from notifiers.rows import Message
from notifiers.states import State
from notifiers.wording import Scribe
from protocol.store import Store
from protocol.words import Channel

AT_ONCE = 20
WAITS = (timedelta(minutes=45), timedelta(hours=5), timedelta(hours=18), timedelta(hours=48))
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Silent:
    message_id: int
    channel: Channel
    provider_id: str
    outgoing: Outgoing
    next_at: datetime


async def ask(store: Store, scribe: Scribe, providers: Mapping[Channel, Provider], now: datetime, run: Any) -> int:
    """Asks about some of them; answers how many moved. A message whose answer is no news is asked about later."""
    silent: Sequence[_Silent] = await run(lambda: _silent(store, scribe, providers, now))
    moved = 0
    for one in silent:
        word = await providers[one.channel].ask(one.outgoing, one.provider_id)
        moved += await run(lambda one=one, word=word: _take(store, one, word, providers[one.channel].name, now))
    return moved


def _silent(store: Store, scribe: Scribe, providers: Mapping[Channel, Provider], now: datetime) -> Sequence[_Silent]:
    with store.read() as session:
        rows = session.scalars(
            select(Message)
            .where(
                Message.state.in_((State.ACCEPTED, State.SENT)),
                Message.channel.in_(list(providers)),
                Message.next_at <= now,
                Message.provider_id.is_not(None),
                Message.carried_by.is_(None),
            )
            .limit(AT_ONCE)
        ).all()
        written = scribe.outgoing(session, {row.id: () for row in rows})
        return [
            _Silent(row.id, row.channel, row.provider_id or "", words, row.next_at)
            for row in rows
            if isinstance(words := written[row.id], Outgoing)
        ]


def _take(store: Store, one: _Silent, word: ReceiptWord | None, provider: str, now: datetime) -> bool:
    with store.write() as session:
        before = session.scalar(select(Message.state).where(Message.id == one.message_id))
        if word is not None:
            receipts.take_in(session, word, provider, now)
        row = session.get_one(Message, one.message_id, populate_existing=True)
        later = {"next_at": _later(row, now)}
        session.execute(update(Message).where(Message.id == one.message_id).values(later))
        return row.state != before


def _later(row: Message, now: datetime) -> datetime:
    waited = now - row.created_at
    return next((now + wait for wait in WAITS if waited < wait), NEVER)
