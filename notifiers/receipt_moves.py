"""What a provider's word does to its message and its contact: forward only, and the lines of a batch together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.timeline import Fact, Kind, append_many
from notifiers import confirming, moves, opting
from notifiers.providers.words import ReceiptWord
from notifiers.rows import Dispatch, Message
from notifiers.states import State
from protocol.people import Contact

_FORWARD = (State.PENDING, State.SENDING, State.IN_DOUBT, State.UNRESOLVED, State.ACCEPTED, State.SENT, State.DELIVERED)
_DOUBTFUL = (State.IN_DOUBT, State.UNRESOLVED)
_TAKEN = _FORWARD.index(State.ACCEPTED)


@dataclass
class Moves:
    """The moves of one batch. `times` is what time it is in each incident; messages and incidents are locked."""

    session: Session
    provider: str
    now: datetime
    times: Mapping[int, datetime]
    _accepted: list[Message] = field(default_factory=list)  # whose lines are not written yet
    _arrived: set[int] = field(default_factory=set)

    def apply(self, word: ReceiptWord, messages: Sequence[Message]) -> None:
        """Moves the messages that a word is about: its own first, then those that it carried."""
        self._heed(word, messages[0])
        for message in messages:
            self._move(word, message)
        if word.state is State.DELIVERED:
            self._arrived.add(messages[0].contact_id)

    def finish(self) -> None:
        """Writes what was put off, to be done for all of them at once."""
        self._note_accepted()
        opting.clear_bounces(self.session, self._arrived)

    def _heed(self, word: ReceiptWord, message: Message) -> None:
        if word.opted_in:
            contact = self.session.get_one(Contact, message.contact_id)
            opting.opt_in(self.session, contact, self.now, opting.How.PROVIDER)
        if word.concern is not None:
            self._note_accepted()
            opting.heed(self.session, message, word.concern, _reason(word), self.now)

    def _move(self, word: ReceiptWord, message: Message) -> None:
        if word.state is State.FAILED:
            self._fail(word, message)
            return
        if word.state not in _FORWARD or message.state not in _FORWARD:
            return
        if _FORWARD.index(message.state) < _TAKEN:
            self._accept(word, message)
        if _FORWARD.index(word.state) > _FORWARD.index(message.state):
            message.state = word.state
        if word.state is State.DELIVERED and message.delivered_at is None:
            message.delivered_at = self._time(message)

    def _fail(self, word: ReceiptWord, message: Message) -> None:
        if message.state in (State.FAILED, State.DELIVERED):
            return
        self._note_accepted()  # its line comes before that of the failure
        moves.fail(self.session, message, _reason(word), self.now, concern=word.concern)
        confirming.mark_undelivered(self.session, message, word.concern, _reason(word), self.now)

    def _accept(self, word: ReceiptWord, message: Message) -> None:
        if message.state in _DOUBTFUL:
            moves.line(self.session, message, Kind.DOUBT_RESOLVED, self.now, how="a receipt came")
        moves.mark_accepted(message, self.provider, word.provider_id, self._time(message), self.now)
        self._accepted.append(message)

    def _note_accepted(self) -> None:
        accepted, self._accepted = self._accepted, []
        keys = {message.dispatch_key for message in accepted}
        named = select(Dispatch.key, Dispatch.template).where(Dispatch.key.in_(keys))
        templates = dict(self.session.execute(named).all()) if keys else {}
        by_incident: defaultdict[int, list[dict[str, Fact]]] = defaultdict(list)
        for message in accepted:
            facts: dict[str, Fact] = {"message": message.id, "member": message.member_id, "channel": message.channel}
            facts |= {"template": templates[message.dispatch_key], "role": message.role}
            by_incident[message.incident_id or 0].append(facts)
        for incident_id in sorted(set(by_incident) - {0}):
            at = self.times[incident_id]
            append_many(self.session, incident_id, at, Kind.MESSAGE_SENT, by_incident[incident_id])

    def _time(self, message: Message) -> datetime:
        return self.times[message.incident_id or 0]


def _reason(word: ReceiptWord) -> str:
    return word.detail or f"the provider said {word.status}"
