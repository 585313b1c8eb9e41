"""The sender: claims what is due, hands it to providers, records what came of it, and settles doubt by asking."""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incidents.clock import Clock
from notifiers import claiming
from notifiers.bell import Bell
from notifiers.desk_process import DeskProcess
from notifiers.lanes import Lane, Part
from notifiers.loop import new_runner, share_fairly
from notifiers.providers.base import Provider
from notifiers.recording import Result
from notifiers.sender_desk import Desk, SenderDesk, StoreAwayError
from notifiers.settling import Run, Settling
from notifiers.wording import Scribe
from protocol.store import Store
from protocol.words import Channel

log = logging.getLogger(__name__)
AWAY = 1.0  # seconds between two tries while the store is away
TICK = 0.2  # seconds; how often an idle sender looks whether it is to stop
BELL = 0.5  # seconds that the bell is waited for at a time
GATHER = 0.2  # seconds that answers are gathered for one transaction, at the most, while there is enough to send
ENOUGH = 400  # answers that are worth a transaction
SETTLE_EVERY = 1.0  # seconds between two looks at what is in doubt
DRAIN = 20.0  # seconds that what is in flight is given when the sender stops


@dataclass
class Sender:
    """One sending process. `owner` names it in leases; `drills` says whether it may send rehearsals."""

    store: Store
    scribe: Scribe
    providers: Mapping[Channel, Provider]
    clock: Clock
    owner: str
    drills: bool = True
    lease: timedelta = claiming.LEASE
    _runner: asyncio.Runner = field(default_factory=new_runner, repr=False)
    _closed: bool = field(default=False, repr=False)

    def __post_init__(self) -> None:
        self.lanes = {channel: Lane(channel, provider, self.clock) for channel, provider in self.providers.items()}
        self._desk = SenderDesk(self.store, self.scribe, self.owner, self.drills, self.lease)
        self._desk_process = DeskProcess(self._desk)
        self._settling = Settling(self.store, self.scribe, self.providers, self.clock)

    def get_ready(self) -> None:
        """Starts the desk's process and waits for it, about a second; `run` would. Raises StoreAwayError."""
        self._desk_process.cycle([], [], self.clock.now())

    def run(self, stopped: Callable[[], bool]) -> None:
        """Works until `stopped()` says so; then what is in flight is waited for, and the rest is left for others."""
        share_fairly()
        self._runner.run(self._serve(stopped))

    def work(self) -> int:
        """One round, start to end; answers how many messages it moved."""
        return self._runner.run(self._round())

    def close(self) -> None:
        """Gives back the providers' connections and the place as the one sender; twice does no harm."""
        if self._closed:
            return
        self._closed = True
        for provider in self.providers.values():
            self._runner.run(provider.close())
        self._runner.close()
        self._desk.leave(self.clock.now())

    async def _round(self) -> int:
        parts = _claim(self._desk, [], self.lanes, self.clock.now())
        results = await asyncio.gather(*(self.lanes[part.channel].hand_over(part) for part in parts))
        done = [result for part_results in results for result in part_results]
        if done:
            self._desk.cycle(done, [], self.clock.now())
        settled = await self._settling.settle(_at_once) if self._desk.at_work else 0
        return sum(len(part.claims) for part in parts) + settled

    async def _serve(self, stopped: Callable[[], bool]) -> None:
        loop = asyncio.get_running_loop()
        woken = asyncio.Event()
        over = threading.Event()
        bell = threading.Thread(target=self._listen, args=(loop, woken, over), name="bell", daemon=True)
        bell.start()
        desk = self._desk_process
        desk.start()
        with closing(desk), _one_thread("desk") as claims, _one_thread("settling") as settles:
            settling = asyncio.create_task(self._settle_for_ever(loop, settles))
            try:
                await _Flow(desk, self.lanes, self.clock, woken, loop, claims).go_on(stopped)
            finally:
                over.set()
                settling.cancel()
                with suppress(asyncio.CancelledError):
                    await settling
        bell.join(BELL * 2)

    async def _settle_for_ever(self, loop: asyncio.AbstractEventLoop, thread: ThreadPoolExecutor) -> None:
        async def in_thread(work: Callable[[], object]) -> object:
            return await loop.run_in_executor(thread, work)

        while True:
            await asyncio.sleep(SETTLE_EVERY)
            if self._desk.at_work:
                await self._settle(in_thread)

    async def _settle(self, run: Run) -> None:
        try:
            await self._settling.settle(run)
        except Exception as error:  # nothing that one question meets may keep the others from being asked
            log.warning("Doubt could not be looked after (%s); trying again.", type(error).__name__)

    def _listen(self, loop: asyncio.AbstractEventLoop, woken: asyncio.Event, over: threading.Event) -> None:
        bell = Bell(self.store)
        while not over.is_set():
            if bell.wait(BELL) and not over.is_set():
                with suppress(RuntimeError):  # the loop has ended meanwhile
                    loop.call_soon_threadsafe(woken.set)
        bell.close()


@dataclass
class _Flow:
    """Claims, sends and records at the same time: while one transaction runs, answers come in for the next."""

    desk: Desk
    lanes: Mapping[Channel, Lane]
    clock: Clock
    woken: asyncio.Event
    loop: asyncio.AbstractEventLoop
    thread: ThreadPoolExecutor
    done: list[Result] = field(default_factory=list)

    async def go_on(self, stopped: Callable[[], bool]) -> None:
        workers = [
            asyncio.create_task(lane.work(self._take)) for lane in self.lanes.values() for _ in range(lane.connections)
        ]
        try:
            while not stopped():
                self.woken.clear()
                await self._gather()
                moved = await self._cycle(self.lanes)
                if not moved:
                    await self._rest()
            await self._drain()
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _gather(self) -> None:
        """Waits for more answers while there is enough to send: a transaction for many costs as much as for few."""
        until = self.loop.time() + GATHER
        while any(lane.has_work for lane in self.lanes.values()) and self.loop.time() < until:
            if len(self.done) >= ENOUGH:
                return
            await asyncio.sleep(GATHER / 20)

    def _take(self, results: Sequence[Result]) -> None:
        self.done.extend(results)
        self.woken.set()

    async def _cycle(self, lanes: Mapping[Channel, Lane]) -> bool:
        done, self.done = self.done, []
        try:
            parts = await self.loop.run_in_executor(self.thread, _claim, self.desk, done, lanes, self.clock.now())
        except StoreAwayError as error:  # what the providers said is kept until the store is back
            log.warning("The store does not answer (%s); trying again.", error)
            self.done = [*done, *self.done]
            await asyncio.sleep(AWAY)
            return False
        for part in parts:
            self.lanes[part.channel].put(part)
        return bool(done or parts)

    async def _rest(self) -> None:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.woken.wait(), TICK)

    async def _drain(self) -> None:
        released = [result for lane in self.lanes.values() for result in lane.release()]
        self.done.extend(released)
        until = self.loop.time() + DRAIN
        while any(lane.in_flight for lane in self.lanes.values()) and self.loop.time() < until:
            self.woken.clear()
            await self._cycle({})
            await self._rest()
        await self._cycle({})


def _claim(desk: Desk, done: Sequence[Result], lanes: Mapping[Channel, Lane], now: datetime) -> list[Part]:
    """One cycle at the desk; what it claimed as requests that the providers take. Raises StoreAwayError."""
    taken = desk.cycle(done, [lane.want(now) for lane in lanes.values()], now)
    if taken.claimed:
        for lane in lanes.values():
            lane.claimed(now)
    requests: list[Part] = []
    for part in taken.parts:
        split = lanes[part.channel].requests(part)
        if len(split) > 1:
            for one in split:
                desk.name_request(one.claims, one.outgoing[0].request)
        requests += split
    return requests


def _one_thread(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix=name)


async def _at_once(work: Callable[[], object]) -> object:
    return work()
