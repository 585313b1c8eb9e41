"""A lane: one channel's way to its provider, with so many connections, its pauses and what waits in it."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from incidents.clock import Clock
from notifiers.claiming import Claim, Want, new_request
from notifiers.pace import Rate
from notifiers.providers.base import Answer, Outgoing, Provider
from notifiers.providers.parts import parts_of
from notifiers.recording import Result
from notifiers.states import Outcome
from protocol.words import Channel

log = logging.getLogger(__name__)
AHEAD = 8  # requests claimed for each connection: what is in flight, and what follows at once
LEAST_AHEAD = 64
SLICE = 0.25  # seconds of the rate that are claimed ahead, so that what is urgent can overtake


class Part(NamedTuple):
    """What one request carries: claims and their rendered messages, in the same order."""

    channel: Channel
    claims: Sequence[Claim]
    outgoing: Sequence[Outgoing]


class Lane:
    """Hands parts over, `connections` at a time."""

    def __init__(self, channel: Channel, provider: Provider, clock: Clock) -> None:
        self.channel = channel
        self.provider = provider
        self.connections = provider.connections
        self.in_flight = 0
        self._clock = clock
        self._waiting: deque[Part] = deque()
        self._filled = asyncio.Event()
        self._claimed = 0  # messages claimed and not yet answered
        self._paused_until: datetime | None = None
        self._rests_until: datetime | None = None  # a paced lane claims by slices, not for every token

    def want(self, now: datetime) -> Want:
        """What may be claimed for this lane now."""
        if now < max(self._paused_until or now, self._rests_until or now):
            return Want(self.channel, 0, provider=self.provider.name)
        batch = self.provider.batch
        capacity = max(LEAST_AHEAD, AHEAD * self.connections) if batch == 1 else self.connections * batch
        rate = Rate(self.provider.sender, self.provider.rate) if self.provider.rate else None
        if rate:
            capacity = min(capacity, max(1, int(rate.a_second * SLICE * 2)))
        return Want(self.channel, max(0, capacity - self._claimed), batch, rate, self.provider.name)

    @property
    def has_work(self) -> bool:
        """Whether enough is claimed that the next claim may wait for more answers, and so be larger."""
        return len(self._waiting) > 2 * self.connections

    def claimed(self, now: datetime) -> None:
        """Notes that a claim was made for it: a paced lane then waits for its next slice of tokens."""
        if self.provider.rate:
            self._rests_until = now + timedelta(seconds=max(SLICE, 1 / self.provider.rate))

    def requests(self, part: Part) -> list[Part]:
        """The part itself where the provider takes it in one request; else several, each under a name of its own."""
        groups = parts_of(self.provider, part.outgoing) if len(part.outgoing) > 1 else [part.outgoing]
        if len(groups) == 1:
            return [Part(self.channel, part.claims, groups[0])]
        claims = {words.token: claim for claim, words in zip(part.claims, part.outgoing, strict=True)}
        return [self._named([claims[words.token] for words in group], group) for group in groups]

    def put(self, part: Part) -> None:
        """Queues a part."""
        self._claimed += len(part.claims)
        self._waiting.append(part)
        self._filled.set()

    def release(self) -> list[Result]:
        """Takes back what was not begun; it is surely not sent."""
        left = list(self._waiting)
        self._waiting.clear()
        return [result for part in left for result in self._all(part, _not_begun("the sender stopped before"))]

    async def work(self, take: Callable[[Sequence[Result]], None]) -> None:
        """One connection: hands over part after part until cancelled."""
        while True:
            while not self._waiting:
                self._filled.clear()
                await self._filled.wait()
            part = self._waiting.popleft()
            self.in_flight += 1
            try:
                take(await self.hand_over(part))
            finally:
                self.in_flight -= 1
                self._claimed -= len(part.claims)

    async def hand_over(self, part: Part) -> list[Result]:
        """Hands a part to the provider, unless its lease has ended or the provider wants a pause."""
        now = self._clock.now()
        if any(now >= claim.until for claim in part.claims):  # a frozen sender that wakes up must not write
            return self._all(part, _not_begun("the lease ended before the message was handed over", pause=None))
        if self._paused_until is not None and now < self._paused_until:
            return self._all(part, _not_begun("the provider asked for a pause", pause=None))
        answers = await self._answers(part)
        pause = max((answer.retry_after or 0 for answer in answers), default=0)
        if pause:
            self._paused_until = self._clock.now() + timedelta(seconds=pause)
        return [Result(c, a, self.provider.name) for c, a in zip(part.claims, answers, strict=True)]

    def _named(self, claims: Sequence[Claim], group: Sequence[Outgoing]) -> Part:
        name = new_request()
        return Part(self.channel, claims, [words.in_request(name) for words in group])

    async def _answers(self, part: Part) -> Sequence[Answer]:
        try:
            return await self.provider.send(part.outgoing)
        except Exception as error:  # against its promise; whatever it was, the request may have been taken
            log.error("%s broke its promise not to raise (%s).", self.provider.name, type(error).__name__)
            return [Answer(Outcome.UNKNOWN, detail=f"the provider's module failed ({type(error).__name__})")] * len(
                part.outgoing
            )

    def _all(self, part: Part, answer: Answer) -> list[Result]:
        return [Result(claim, answer, self.provider.name) for claim in part.claims]


def _not_begun(why: str, pause: float | None = 0) -> Answer:
    return Answer(Outcome.NOT_SENT, detail=why, retry_after=pause)
