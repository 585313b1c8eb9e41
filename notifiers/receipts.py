"""The provider's word about messages: kept once, in bulk, and never moves a state back."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Executable, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.rows import Incident
from notifiers import opting
from notifiers.providers.words import ReceiptWord
from notifiers.receipt_moves import Moves
from notifiers.rows import Message, Receipt
from notifiers.states import Concern


@dataclass(frozen=True, slots=True)
class _Meant:
    """A message, as far as it must be known before anything is locked."""

    id: int
    incident_id: int | None
    member_id: int


Said = tuple[ReceiptWord, _Meant]

# Made once: to write out a statement for a list anew costs more than to run it.
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_COLUMNS = (Message.id, Message.incident_id, Message.member_id)
_BY_TOKEN = select(Message.token, *_COLUMNS).where(Message.token.in_(_KEYS))
_BY_PROVIDER_ID = select(Message.provider_id, *_COLUMNS).where(Message.provider_id.in_(_KEYS))
_BY_CARRIER = select(Message.carried_by, *_COLUMNS).where(Message.carried_by.in_(_KEYS))
_KNOWN = select(Receipt.provider_key).where(Receipt.provider_key.in_(_KEYS))
_INCIDENTS = select(Incident).where(Incident.id.in_(_KEYS)).order_by(Incident.id).with_for_update()
_LOCKED = select(Message).where(Message.id.in_(_KEYS)).order_by(Message.id).with_for_update()
_MESSAGES = _LOCKED.execution_options(populate_existing=True)


def take_in(session: Session, word: ReceiptWord, provider: str, now: datetime) -> bool:
    """Keeps a receipt and moves its message forward; False when no message of ours is meant. `now` is real time."""
    return take_in_many(session, [word], provider, now)[0]


def take_in_many(session: Session, words: Sequence[ReceiptWord], provider: str, now: datetime) -> list[bool]:
    """Does so for many words in a few statements; one answer for each, in their order.

    What a message carries for others moves along with it.
    """
    meant = _meant(session, words)
    said = [(word, message) for word, message in zip(words, meant, strict=True) if message is not None]
    carried = _carried(session, {message.id for _, message in said})
    times = _lock_incidents(session, said, carried, now)
    fresh = _keep(session, said, times)
    messages = _locked(session, fresh, carried)
    moves = Moves(session, provider, now, times)
    for word, message in fresh:
        together = (message, *carried.get(message.id, ()))
        moves.apply(word, [messages[each.id] for each in together])
    moves.finish()
    return [message is not None for message in meant]


def _meant(session: Session, words: Sequence[ReceiptWord]) -> list[_Meant | None]:
    """The message of each word: that of its token, or else the only one with the provider's id."""
    by_token = dict(_rows(session, _BY_TOKEN, {word.token for word in words}))
    by_id = _rows(session, _BY_PROVIDER_ID, {word.provider_id for word in words if not word.token})
    several = Counter(provider_id for provider_id, _ in by_id)  # a request with many e-mails has one id
    only = {provider_id: message for provider_id, message in by_id if several[provider_id] == 1}
    return [by_token.get(word.token) if word.token else only.get(word.provider_id) for word in words]


def _carried(session: Session, carriers: Collection[int]) -> Mapping[int, list[_Meant]]:
    found: defaultdict[int, list[_Meant]] = defaultdict(list)
    for carrier, message in _rows(session, _BY_CARRIER, carriers):
        found[carrier].append(message)
    return found


def _rows(session: Session, query: Executable, keys: Collection[Any]) -> list[tuple[Any, _Meant]]:
    """What a query finds for the keys that are not empty: each with the message it led to."""
    given = [key for key in keys if key]
    rows = session.execute(query, {"keys": given}) if given else ()
    return [(key, _Meant(*message)) for key, *message in rows]


def _lock_incidents(
    session: Session, said: Sequence[Said], carried: Mapping[int, list[_Meant]], now: datetime
) -> Mapping[int, datetime]:
    """Locks every incident that may be touched, in the order of their numbers; answers what time it is in each."""
    numbers = {message.incident_id for _, message in said}
    numbers |= {message.incident_id for messages in carried.values() for message in messages}
    opting_members = {message.member_id for word, message in said if word.opted_in or word.concern is Concern.OPTED_OUT}
    numbers |= opting.concerned(session, opting_members)
    given = {"keys": [number for number in numbers if number is not None]}
    return {incident.id: clock_for(incident).at(now) for incident in session.scalars(_INCIDENTS, given)} | {0: now}


def _keep(session: Session, said: Sequence[Said], times: Mapping[int, datetime]) -> list[Said]:
    """Writes the receipts that are new; answers those."""
    by_key: dict[str, Said] = {}
    for word, message in said:
        by_key.setdefault(word.key, (word, message))
    known = set(session.scalars(_KNOWN, {"keys": list(by_key)}))
    fresh = [pair for key, pair in by_key.items() if key not in known]
    rows = [
        {
            "message_id": message.id,
            "provider_key": word.key,
            "status": word.status,
            "detail": word.detail,
            "received_at": times[message.incident_id or 0],
        }
        for word, message in fresh
    ]
    if rows:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        session.execute(dialect.insert(Receipt.__table__).on_conflict_do_nothing(), rows)
    return fresh


def _locked(session: Session, fresh: Sequence[Said], carried: Mapping[int, list[_Meant]]) -> Mapping[int, Message]:
    wanted = {message.id for _, message in fresh}
    wanted |= {other.id for number in wanted for other in carried.get(number, ())}
    rows = session.scalars(_MESSAGES, {"keys": list(wanted)}) if wanted else ()
    return {message.id: message for message in rows}
