"""The provider's word about a message: kept once, and never moves a state back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.timeline import Kind
from notifiers import claims
from notifiers.providers.words import ReceiptWord
from notifiers.rows import Message, Receipt
from notifiers.states import State
from protocol.store import insert_new

_FORWARD = (State.PENDING, State.SENDING, State.IN_DOUBT, State.ACCEPTED, State.SENT, State.DELIVERED)


def take_in(session: Session, word: ReceiptWord, provider: str, now: datetime) -> bool:
    """Keeps a receipt and moves its message forward; False when no message of ours is meant. `now` is real time."""
    message = _message(session, word)
    if message is None:
        return False
    claims.lock(session, message.id)
    row = {
        "message_id": message.id,
        "provider_key": word.key,
        "status": word.status,
        "detail": word.detail,
        "received_at": claims.incident_time(session, message, now),
    }
    fresh = insert_new(session, Receipt, [row], ["provider_key"])
    if fresh and word.state is not None:
        _move(session, message, word, provider, now)
    return True


def _move(session: Session, message: Message, word: ReceiptWord, provider: str, now: datetime) -> None:
    if word.state is State.FAILED:
        if message.state not in (State.FAILED, State.DELIVERED):
            claims.fail(session, message, word.detail or f"the provider said {word.status}", now)
        return
    if word.state not in _FORWARD or message.state not in _FORWARD:
        return
    if _FORWARD.index(message.state) < _FORWARD.index(State.ACCEPTED):
        if message.state is State.IN_DOUBT:
            claims.line(session, message, Kind.DOUBT_RESOLVED, now, how="a receipt came")
        claims.accept(session, message, provider, word.provider_id, now)
    if _FORWARD.index(word.state) > _FORWARD.index(message.state):
        message.state = word.state
    if word.state is State.DELIVERED and message.delivered_at is None:
        message.delivered_at = claims.incident_time(session, message, now)


def _message(session: Session, word: ReceiptWord) -> Message | None:
    if word.token:
        return session.scalar(select(Message).where(Message.token == word.token))
    if word.provider_id:
        return session.scalar(select(Message).where(Message.provider_id == word.provider_id))
    return None
