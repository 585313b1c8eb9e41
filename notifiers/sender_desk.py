"""The sender's side of the store: one transaction records what came back and claims what goes next."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError

from incidents.clock import Clock
from notifiers import claiming, recording
from notifiers.claiming import Claim, Claimed, Want
from notifiers.lanes import Lane, Part
from notifiers.providers.base import Answer, Outgoing
from notifiers.providers.parts import parts_of
from notifiers.recording import Result
from notifiers.states import Outcome
from notifiers.wording import Scribe, TooLong
from protocol.store import Store
from protocol.words import Channel, Remedy

RECORD_TRIES = 5


@dataclass
class SenderDesk:
    """What one sender does in the store. Used by one thread at a time."""

    store: Store
    scribe: Scribe
    clock: Clock
    owner: str
    drills: bool
    lease: timedelta
    at_work: bool = True  # False on SQLite while another sender holds the one lease
    _renewed_at: datetime | None = field(default=None)

    def cycle(self, done: Sequence[Result], lanes: Sequence[Lane]) -> list[Part]:
        """Records results, claims what the lanes can take, commits, and renders what was claimed."""
        now = self.clock.now()
        wants = [want for lane in lanes if (want := lane.want(now)).limit > 0]
        if not done and not self._worth_a_write(wants, now):
            return []
        claimed = self._in_one_transaction(done, wants, now)
        for lane in lanes:
            lane.claimed(now)
        if claimed.barred:
            with self.store.write() as session:
                claiming.bar(session, claimed.barred, now)
        return self._parts(claimed.claims, {lane.channel: lane for lane in lanes})

    def leave(self) -> None:
        """Gives the place as the one sender free at once."""
        if self.store.is_sqlite and self.at_work:
            with self.store.write() as session:
                claiming.drop_sender_lease(session, self.owner, self.clock.now())

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

    def _parts(self, claims: Sequence[Claim], lanes: dict[Channel, Lane]) -> list[Part]:
        if not claims:
            return []
        with self.store.read() as session:
            carried = {claim.message_id: [inner.message_id for inner in claim.carried] for claim in claims}
            written = self.scribe.outgoing(session, carried)
        refused = [
            Result(claim, _cannot(words), lanes[claim.channel].provider.name)
            for claim in claims
            if isinstance(words := written[claim.message_id], Remedy)
        ]
        if refused:
            self.cycle(refused, [])
        parts: list[Part] = []
        by_request: dict[tuple[Channel, str], list[Claim]] = defaultdict(list)
        for claim in claims:
            words = written[claim.message_id]
            if isinstance(words, Outgoing) and lanes[claim.channel].provider.batch == 1:
                parts.append(Part(claim.channel, (claim,), (words,)))
            elif isinstance(words, Outgoing):
                by_request[claim.channel, claim.request].append(claim)
        for (channel, _), same in by_request.items():
            parts += self._split(lanes[channel], same, written)
        return parts

    def _split(self, lane: Lane, claims: Sequence[Claim], written: dict[int, Outgoing | Remedy]) -> list[Part]:
        """One request where the provider takes them together; else several, each named before it is made."""
        outgoing = {words.token: words for claim in claims if isinstance(words := written[claim.message_id], Outgoing)}
        by_token = dict(zip(outgoing, claims, strict=True))
        groups = parts_of(lane.provider, list(outgoing.values()))
        if len(groups) == 1:
            return [Part(lane.channel, claims, groups[0])]
        return [self._named(lane, [by_token[one.token] for one in group], group) for group in groups]

    def _named(self, lane: Lane, claims: Sequence[Claim], group: Sequence[Outgoing]) -> Part:
        request = claiming.new_request()
        with self.store.write() as session:
            claiming.name_request(session, claims, request)
        return Part(lane.channel, claims, [one.in_request(request) for one in group])


def _cannot(words: Remedy) -> Answer:
    if isinstance(words, TooLong):
        return Answer(Outcome.NOT_SENT, detail=str(words), alone=True)
    return Answer(Outcome.REFUSED, detail=str(words))
