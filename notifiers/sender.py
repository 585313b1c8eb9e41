"""The sender: claims what is due, hands it to providers, records what came of it, and settles doubt by asking."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from incidents.clock import Clock
from incidents.timeline import Kind
from notifiers import claims
from notifiers.claims import Claim
from notifiers.providers.base import Answer, Found, Outgoing, Provider
from notifiers.rows import Attempt, Dispatch, Message
from notifiers.states import Outcome, State
from notifiers.wording import Scribe
from protocol.store import Store
from protocol.words import Channel, Remedy

BATCH = 64
CONNECTIONS = 16
RECORD_TRIES = 5
GIVE_UP_ASKING = timedelta(minutes=10)
ASK_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True)
class _Doubt:
    """A message in doubt `since`; `outgoing` is what its provider is asked about, None when it cannot be written."""

    message_id: int
    channel: Channel
    outgoing: Outgoing | None
    first_try: datetime
    since: datetime


@dataclass
class Sender:
    """One sending process. `owner` names it in leases; `drills` says whether it may send rehearsals."""

    store: Store
    scribe: Scribe
    providers: Mapping[Channel, Provider]
    clock: Clock
    owner: str
    drills: bool = True
    _paused: dict[Channel, datetime] = field(default_factory=dict)
    _ask_again_at: dict[int, datetime] = field(default_factory=dict)

    def run(self, stopped: Callable[[float], bool], idle_seconds: float = 0.2) -> None:
        """Works until `stopped(seconds to wait)` says so."""
        with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="send") as threads:
            while not stopped(0 if self.work(threads) else idle_seconds):
                pass
        with self.store.write() as session:
            claims.drop_sender_lease(session, self.owner, self.clock.now())

    def work(self, threads: ThreadPoolExecutor) -> int:
        """One round; answers how many messages it moved. On SQLite it works only while it holds the one lease."""
        now = self.clock.now()
        if self.store.is_sqlite and not self._holds_lease(now):
            return 0
        claimed = self._claim(now)
        results = list(threads.map(self._send, claimed))
        if results:
            self._record(claimed, results)
        return len(claimed) + self.settle_doubt()

    def settle_doubt(self) -> int:
        """Moves what died in flight into doubt, asks the providers, and follows policy where they cannot be asked."""
        now = self.clock.now()
        with self.store.read() as session:
            if not _anything_to_settle(session, now):
                return 0
        with self.store.write() as session:
            claims.expire(session, now)
        return self._ask_about(self._doubtful(now), now)

    def _ask_about(self, doubts: Sequence[_Doubt], now: datetime) -> int:
        # A provider that does not answer is not asked again in this round, nor about this message for a while:
        # a hanging one must not hold up what others can send.
        resolved, silent = 0, set[Channel]()
        for doubt in doubts:
            later = now - doubt.since < GIVE_UP_ASKING and self._ask_again_at.get(doubt.message_id, now) > now
            if later or doubt.channel in silent:
                continue
            if self._resolve(doubt, now):
                resolved += 1
            elif doubt.outgoing is not None:
                silent.add(doubt.channel)
                self._ask_again_at[doubt.message_id] = now + ASK_AGAIN
        return resolved

    def _holds_lease(self, now: datetime) -> bool:
        with self.store.write() as session:
            return claims.hold_sender_lease(session, self.owner, now)

    def _claim(self, now: datetime) -> list[tuple[Claim, Outgoing | Answer]]:
        channels = [channel for channel in self.providers if self._paused.get(channel, now) <= now]
        with self.store.read() as session:
            if session.scalar(claims.due(channels, self.drills, 1, now)) is None:
                return []
        with self.store.write() as session:
            claimed = claims.claim(session, self.owner, channels, self.drills, BATCH, now)
        with self.store.read() as session:
            return [(claim, self._rendered(session, claim)) for claim in claimed]

    def _rendered(self, session: Session, claim: Claim) -> Outgoing | Answer:
        try:
            return self.scribe.outgoing(session, session.get_one(Message, claim.message_id))
        except Remedy as error:
            return Answer(Outcome.REFUSED, detail=str(error))
        except Exception as error:  # one message that cannot be written must not stop the others
            return Answer(Outcome.REFUSED, detail=f"it cannot be written: {type(error).__name__}")

    def _send(self, work: tuple[Claim, Outgoing | Answer]) -> Answer:
        claim, outgoing = work
        if isinstance(outgoing, Answer):
            return outgoing
        if self.clock.now() >= claim.until:  # a sender that was frozen must not write after its lease
            return Answer(Outcome.NOT_SENT, detail="the lease ended before the message was handed over")
        return self.providers[Channel(outgoing.channel)].send(outgoing)

    def _record(self, claimed: Sequence[tuple[Claim, Outgoing | Answer]], results: Sequence[Answer]) -> None:
        outcomes = [(claim, outgoing, answer) for (claim, outgoing), answer in zip(claimed, results, strict=True)]
        for tries_left in reversed(range(RECORD_TRIES)):
            try:
                self._record_once(outcomes)
                return
            except OperationalError:  # a deadlock or a locked file: what the providers said must not be lost
                if tries_left == 0:
                    raise

    def _record_once(self, outcomes: Sequence[tuple[Claim, Outgoing | Answer, Answer]]) -> None:
        now = self.clock.now()
        with self.store.write() as session:
            for claim, outgoing, answer in _in_order(session, outcomes):
                channel = Channel(outgoing.channel) if isinstance(outgoing, Outgoing) else None
                claims.record(session, claim, answer, self.providers[channel].name if channel else "", now)
                if answer.retry_after and channel:
                    self._paused[channel] = now + timedelta(seconds=answer.retry_after)

    def _doubtful(self, now: datetime) -> list[_Doubt]:
        with self.store.read() as session:
            doubted = select(Message).where(Message.state == State.IN_DOUBT, Message.channel.in_(self.providers))
            rows = session.scalars(doubted.order_by(Message.doubt_since, Message.id).limit(BATCH)).all()
            found = [
                _Doubt(row.id, row.channel, self._asked(session, row), _first_try(session, row), row.doubt_since or now)
                for row in rows
            ]
        return [doubt for doubt in found if doubt.since + self._grace(doubt.channel) <= now]

    def _asked(self, session: Session, message: Message) -> Outgoing | None:
        try:
            return self.scribe.outgoing(session, message)
        except Exception:
            return None  # its provider cannot be asked about it, and the others must not wait for that

    def _grace(self, channel: Channel) -> timedelta:
        return timedelta(seconds=self.providers[channel].grace)

    def _resolve(self, doubt: _Doubt, now: datetime) -> bool:
        provider = self.providers[doubt.channel]
        found = provider.find(doubt.outgoing, doubt.first_try) if doubt.outgoing else None
        if found is None and now - doubt.since < GIVE_UP_ASKING:
            return False
        with self.store.write() as session:
            message = claims.lock(session, doubt.message_id)
            self._ask_again_at.pop(doubt.message_id, None)
            if message.state is State.IN_DOUBT:
                _decide_doubt(session, message, found, provider.name, now)
        return True


def _in_order(
    session: Session, outcomes: Sequence[tuple[Claim, Outgoing | Answer, Answer]]
) -> list[tuple[Claim, Outgoing | Answer, Answer]]:
    # Everyone locks incidents in the order of their numbers, so that two senders never wait for each other.
    ids = [claim.message_id for claim, _, _ in outcomes]
    rows = session.execute(select(Message.id, Message.incident_id).where(Message.id.in_(ids)))
    incidents = {row.id: row.incident_id or 0 for row in rows}
    return sorted(outcomes, key=lambda outcome: (incidents[outcome[0].message_id], outcome[0].message_id))


def _decide_doubt(session: Session, message: Message, found: Found | None, provider: str, now: datetime) -> None:
    if found is not None and found.provider_id:
        claims.line(session, message, Kind.DOUBT_RESOLVED, now, how="the provider has it")
        claims.accept(session, message, provider, found.provider_id, now)
        return
    if found is not None:
        claims.line(session, message, Kind.DOUBT_RESOLVED, now, how="the provider does not have it; sent again")
        claims.retry(message, "the provider did not have it", now)
        message.next_at = now
        return
    drill = session.get_one(Dispatch, message.dispatch_key).drill
    if drill:
        message.state, message.reason = State.UNRESOLVED, "the provider could not be asked; a drill does not send twice"
        claims.line(session, message, Kind.DOUBT_RESOLVED, now, how="the provider could not be asked; given up")
        return
    claims.line(session, message, Kind.DOUBT_RESOLVED, now, how="the provider could not be asked; sent again")
    claims.retry(message, "the provider could not be asked", now)


def _anything_to_settle(session: Session, now: datetime) -> bool:
    waiting = select(Message.id).where(
        (Message.state == State.IN_DOUBT) | ((Message.state == State.SENDING) & (Message.lease_until < now))
    )
    return session.scalar(waiting.limit(1)) is not None


def _first_try(session: Session, message: Message) -> datetime:
    query = select(Attempt.claimed_at).where(Attempt.message_id == message.id).order_by(Attempt.number).limit(1)
    return session.scalar(query) or message.next_at
