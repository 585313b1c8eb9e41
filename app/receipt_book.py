"""Receipts are written in groups: whoever posts one waits for a single writer, which commits for all that wait."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

from incidents.clock import Clock
from notifiers import receipts
from notifiers.providers.words import ReceiptWord
from protocol.store import Store

AT_ONCE = 500  # words in one transaction
MOMENT = 0.002  # seconds
LONGEST_WAIT = 10  # moments
TRIES = 5
DEADLOCK = "40P01"

Answer = list[bool] | Exception
Future = asyncio.Future[list[bool]]


@dataclass(frozen=True, eq=False)
class _Waiting:
    """Words of one provider, and whoever waits for their answers in an event loop."""

    words: Sequence[ReceiptWord]
    provider: str
    loop: asyncio.AbstractEventLoop
    future: Future


class ReceiptBook:
    """Keeps receipts in the store. Its writer is a thread that lives while words wait."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: deque[_Waiting] = deque()
        self._lock = threading.Lock()
        self._writing = False

    async def keep(self, words: Sequence[ReceiptWord], provider: str) -> list[bool]:
        """Keeps words once they are committed; for each, whether a message of ours was meant.

        Raises what the store raises. Many words are kept in several transactions.
        """
        parts = [words[start : start + AT_ONCE] for start in range(0, len(words), AT_ONCE)]
        known = await asyncio.gather(*(self._put(part, provider) for part in parts))
        return [answer for part in known for answer in part]

    def _put(self, words: Sequence[ReceiptWord], provider: str) -> Future:
        loop = asyncio.get_running_loop()
        waiting = _Waiting(words, provider, loop, loop.create_future())
        with self._lock:
            self._waiting.append(waiting)
            idle, self._writing = not self._writing, True
        if idle:
            threading.Thread(target=self._write, name="receipts").start()
        return waiting.future

    def _write(self) -> None:
        try:
            while group := self._next_group():
                self._keep(group)
        except BaseException:
            self._writing = False  # the next word starts another writer
            raise

    def _gather(self) -> None:
        """Waits a moment as long as more comes in: a group of a hundred takes hardly longer than one of ten."""
        before = 0
        for _ in range(LONGEST_WAIT):
            if not before < len(self._waiting) < AT_ONCE:
                return
            before = len(self._waiting)
            time.sleep(MOMENT)

    def _next_group(self) -> list[_Waiting]:
        """What waits, of one provider, in order; none ends the writer."""
        self._gather()
        group: list[_Waiting] = []
        with self._lock:
            room = AT_ONCE
            while self._waiting and self._waiting[0].provider == (group or self._waiting)[0].provider:
                room -= len(self._waiting[0].words)
                if group and room < 0:
                    break
                group.append(self._waiting.popleft())
            self._writing = bool(group)
        return group

    def _keep(self, group: Sequence[_Waiting]) -> None:
        try:
            known = iter(self._committed([word for one in group for word in one.words], group[0].provider))
        except Exception as error:
            if len(group) == 1 or isinstance(error, OperationalError):
                _answer(group, [error] * len(group))
                return
            for one in group:  # whatever cannot be kept spoils nothing for the others
                self._keep([one])
            return
        _answer(group, [[next(known) for _ in one.words] for one in group])

    def _committed(self, words: Sequence[ReceiptWord], provider: str, tries: int = TRIES) -> list[bool]:
        try:
            with self._store.write() as session:
                return receipts.take_in_many(session, words, provider, self._clock.now())
        except OperationalError as error:
            # Twilio never repeats a receipt, so those that PostgreSQL gives up between two locks are taken in again.
            if tries == 1 or getattr(error.orig, "sqlstate", None) != DEADLOCK:
                raise
        return self._committed(words, provider, tries - 1)


def _answer(group: Sequence[_Waiting], answers: Sequence[Answer]) -> None:
    """Wakes everyone of a group, each loop once: to wake one by one takes longer than to write."""
    for loop in {one.loop for one in group}:
        pairs = [(one.future, answer) for one, answer in zip(group, answers, strict=True) if one.loop is loop]
        with suppress(RuntimeError):  # the loop has ended, and nobody waits any more
            loop.call_soon_threadsafe(_settle, pairs)


def _settle(pairs: Sequence[tuple[Future, Answer]]) -> None:
    for future, answer in pairs:
        if future.done():
            continue  # who posted has gone away
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
