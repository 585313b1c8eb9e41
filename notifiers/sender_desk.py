"""The sender's side of the store: one transaction records what came back and claims what goes next."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from sqlalchemy.exc import OperationalError

from notifiers import claiming, recording
from notifiers.claiming import Claim, Claimed, Want
from notifiers.lanes import Part
from notifiers.providers.base import Answer, Outgoing
from notifiers.recording import Result
from notifiers.states import Outcome
from notifiers.wording import Scribe, TooLong
from protocol.store import Store
from protocol.vault import WrongKey
from protocol.words import Channel, Remedy

RECORD_TRIES = 5


class StoreAwayError(Exception):
    """The store does not answer; nothing is known to be written. Its one argument names the cause."""


class Taken(NamedTuple):
    """What a cycle brought: written messages by request, and whether it claimed at all."""

    parts: Sequence[Part] = ()
    claimed: bool = False


class Desk(Protocol):
    """What a sender asks of the store, one call after the other."""

    def cycle(self, done: Sequence[Result], wants: Sequence[Want], now: datetime) -> Taken:
        """Records results, claims what is wanted, commits, and writes out what was claimed. Raises StoreAwayError."""
        ...

    def name_request(self, claims: Sequence[Claim], request: str) -> None:
        """Commits the name of a request before it is made. Raises StoreAwayError."""
        ...


@dataclass
class SenderDesk:
    """What one sender does in the store. Used by one thread at a time."""

    store: Store
    scribe: Scribe
    owner: str
    drills: bool
    lease: timedelta
    at_work: bool = True  # False on SQLite while another sender holds the one lease
    _renewed_at: datetime | None = field(default=None)

    def cycle(self, done: Sequence[Result], wants: Sequence[Want], now: datetime) -> Taken:
        """Records results, claims what is wanted, commits, and writes out what was claimed. Raises StoreAwayError."""
        try:
            return self._cycle(done, wants, now)
        except OperationalError as error:
            raise StoreAwayError(type(error.orig).__name__) from None

    def name_request(self, claims: Sequence[Claim], request: str) -> None:
        """Commits the name of a request before it is made. Raises StoreAwayError."""
        try:
            with self.store.write() as session:
                claiming.name_request(session, claims, request)
        except OperationalError as error:
            raise StoreAwayError(type(error.orig).__name__) from None

    def leave(self, now: datetime) -> None:
        """Gives the place as the one sender free at once."""
        if self.store.is_sqlite and self.at_work:
            with self.store.write() as session:
                claiming.drop_sender_lease(session, self.owner, now)

    def _cycle(self, done: Sequence[Result], wants: Sequence[Want], now: datetime) -> Taken:
        wants = [want for want in wants if want.limit > 0]
        if not done and not self._worth_a_write(wants, now):
            return Taken()
        claimed = self._in_one_transaction(done, wants, now)
        if claimed.barred:
            with self.store.write() as session:
                claiming.bar(session, claimed.barred, now)
        return Taken(self._parts(claimed.claims, {want.channel: want for want in wants}, now), True)

    @property
    def _place(self) -> timedelta:
        """For how long the place as the one sender is held without a renewal."""
        return self.lease / 2

    def _worth_a_write(self, wants: Sequence[Want], now: datetime) -> bool:
        if self.store.is_sqlite and (self._renewed_at is None or now - self._renewed_at >= self._place / 3):
            return True
        with self.store.read() as session:
            return claiming.anything_due(session, [want.channel for want in wants], self.drills, now)

    def _in_one_transaction(self, done: Sequence[Result], wants: Sequence[Want], now: datetime) -> Claimed:
        for tries_left in reversed(range(RECORD_TRIES)):
            try:
                with self.store.write() as session:
                    self.at_work = not self.store.is_sqlite or claiming.hold_sender_lease(
                        session, self.owner, now, self._place
                    )
                    self._renewed_at = now
                    if done:
                        recording.record(session, done, now)
                    if not self.at_work:
                        return Claimed()
                    return claiming.claim(session, self.owner, wants, self.drills, now, self.lease)
            except OperationalError:  # a deadlock or a locked file: what the providers said must not be lost
                if tries_left == 0:
                    raise
        raise AssertionError("unreachable")

    def _parts(self, claims: Sequence[Claim], wants: dict[Channel, Want], now: datetime) -> list[Part]:
        if not claims:
            return []
        with self.store.read() as session:
            carried = {claim.message_id: [inner.message_id for inner in claim.carried] for claim in claims}
            written = self.scribe.outgoing(session, carried)
        refused = [
            Result(claim, _cannot(words), wants[claim.channel].provider)
            for claim in claims
            if isinstance(words := written[claim.message_id], Remedy)
        ]
        if refused:
            self._cycle(refused, [], now)
        parts: list[Part] = []
        by_request: dict[tuple[Channel, str], list[tuple[Claim, Outgoing]]] = defaultdict(list)
        for claim in claims:
            words = written[claim.message_id]
            if isinstance(words, Outgoing) and wants[claim.channel].batch == 1:
                parts.append(Part(claim.channel, (claim,), (words,)))
            elif isinstance(words, Outgoing):
                by_request[claim.channel, claim.request].append((claim, words))
        for (channel, _), pairs in by_request.items():
            parts.append(Part(channel, [claim for claim, _ in pairs], [words for _, words in pairs]))
        return parts


def _cannot(words: Remedy) -> Answer:
    if isinstance(words, TooLong):
        return Answer(Outcome.NOT_SENT, detail=str(words), alone=True)
    if isinstance(words, WrongKey):  # a sender with the new key will open it
        return Answer(Outcome.NOT_SENT, detail=str(words))
    return Answer(Outcome.REFUSED, detail=str(words))
