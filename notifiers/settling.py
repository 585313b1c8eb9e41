"""What a sender does beside sending: settles doubt, lets go what may go, and asks about what stays silent."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from incidents.clock import Clock
from notifiers import doubts, quiet, stops, stuck
from notifiers.doubts import ASK_AGAIN, GIVE_UP_ASKING, Doubt
from notifiers.providers.base import Found, Provider
from notifiers.wording import Scribe
from protocol.store import Store
from protocol.words import Channel

QUESTIONS = 8  # asked at the same time
Run = Callable[[Callable[[], Any]], Awaitable[Any]]  # how work on the store is run: at once, or in its thread
LOOK_AROUND = timedelta(seconds=5)


@dataclass
class Settling:
    """Looks after messages that are neither to be sent nor done."""

    store: Store
    scribe: Scribe
    providers: Mapping[Channel, Provider]
    clock: Clock
    _ask_again_at: dict[int, datetime] = field(default_factory=dict)
    _looked_at: datetime | None = None

    async def settle(self, run: Run) -> int:
        """One round; answers how many messages it moved."""
        now = self.clock.now()
        await run(lambda: self._look_around(now))
        waiting: list[Doubt] = await run(lambda: self._doubts(now))
        moved = await self._ask_about(waiting, now, run) if waiting else 0
        return moved + await stuck.ask(self.store, self.scribe, self.providers, now, run)

    def _look_around(self, now: datetime) -> None:
        if self._looked_at is not None and now - self._looked_at < LOOK_AROUND:
            return
        self._looked_at = now
        with self.store.read() as session:
            stopped, sleeping = bool(stops.stopped(session, now)), quiet.anybody_waits(session)
        if not stopped and not sleeping:
            return
        with self.store.write() as session:
            stops.redirect(session, now)
            quiet.release(session, now)

    def _doubts(self, now: datetime) -> list[Doubt]:
        with self.store.read() as session:
            if not doubts.anything(session, now):
                return []
        with self.store.write() as session:
            doubts.expire(session, now)
        graces = {channel: timedelta(seconds=provider.grace) for channel, provider in self.providers.items()}
        shared = [channel for channel, provider in self.providers.items() if provider.shared]
        with self.store.read() as session:
            return doubts.doubts(session, self.scribe, graces, shared, now)

    async def _ask_about(self, waiting: Sequence[Doubt], now: datetime, run: Run) -> int:
        """Asks about each doubt, some at a time.

        A provider that does not answer is not asked again in this round, nor about this message for a while: a hanging
        one must not hold up what others can send.
        """
        silent: set[Channel] = set()
        gate = asyncio.Semaphore(QUESTIONS)

        async def one(doubt: Doubt) -> int:
            async with gate:
                if doubt.channel in silent or self._is_too_early(doubt, now):
                    return 0
                provider = self.providers[doubt.channel]
                found = await provider.find(doubt.outgoing, doubt.first_try) if doubt.outgoing else None
            if found is None and provider.knows and now - doubt.since < GIVE_UP_ASKING:
                self._note_silence(doubt, silent, now)
                return 0
            await run(lambda: self._decide(doubt, found, provider.name, now))
            return len(doubt.message_ids)

        return sum(await asyncio.gather(*(one(doubt) for doubt in waiting)))

    def _is_too_early(self, doubt: Doubt, now: datetime) -> bool:
        again = self._ask_again_at.get(doubt.message_ids[0], now)
        return now - doubt.since < GIVE_UP_ASKING and again > now

    def _note_silence(self, doubt: Doubt, silent: set[Channel], now: datetime) -> None:
        if doubt.outgoing is not None:
            silent.add(doubt.channel)
            self._ask_again_at[doubt.message_ids[0]] = now + ASK_AGAIN

    def _decide(self, doubt: Doubt, found: Found | None, provider: str, now: datetime) -> None:
        self._ask_again_at.pop(doubt.message_ids[0], None)
        with self.store.write() as session:
            doubts.settle(session, doubt, found, provider, now)
