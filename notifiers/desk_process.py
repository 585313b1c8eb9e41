"""The sender's desk in a process of its own: the store's work and the event loop no longer wait for one another.

The two talk over the child's standard streams, in pickles that nobody else can write. The child ends when its streams
do, so it outlives nobody.
"""

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, NamedTuple

from notifiers.claiming import Claim, Want
from notifiers.lanes import Part
from notifiers.recording import Result
from notifiers.sender_desk import SenderDesk, StoreAwayError, Taken
from notifiers.wording import Scribe
from protocol.store import Store

log = logging.getLogger(__name__)
COMMAND = (sys.executable, "-m", "notifiers.desk_process")
LAST_WORDS = 10.0  # seconds that the child is given to finish its transaction


class _Recipe(NamedTuple):
    """From what the child builds the same desk."""

    url: str
    scribe: Scribe
    owner: str
    drills: bool
    lease: timedelta


class _Reply(NamedTuple):
    value: Any
    at_work: bool
    away: str  # the cause, when the store did not answer


@dataclass
class DeskProcess:
    """Asks a child what it would ask the desk itself; a child that dies is replaced: all it knew is in the store."""

    desk: SenderDesk
    _process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Starts the child unless it runs; it takes a moment to be ready."""
        if self._process is not None:
            return
        url = self.desk.store.url.render_as_string(hide_password=False)
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C is for the parent
        )
        with suppress(OSError):
            self._say(_Recipe(url, self.desk.scribe, self.desk.owner, self.desk.drills, self.desk.lease))

    def cycle(self, done: Sequence[Result], wants: Sequence[Want], now: datetime) -> Taken:
        """As the desk's own. Raises StoreAwayError, also when the child has died."""
        plain = [(tuple(claim), answer, provider) for claim, answer, provider in done]
        parts, claimed = self._ask("cycle", plain, wants, now)
        return Taken([Part(channel, _claims(claims), outgoing) for channel, claims, outgoing in parts], claimed)

    def name_request(self, claims: Sequence[Claim], request: str) -> None:
        """As the desk's own. Raises StoreAwayError, also when the child has died."""
        self._ask("name_request", claims, request)

    def close(self) -> None:
        """Lets the child finish what it does, and waits for it."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        try:
            process.wait(LAST_WORDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _ask(self, method: str, *given: object) -> Any:
        self.start()
        try:
            self._say((method, given))
            reply: _Reply = pickle.load(self._process.stdout)  # type: ignore[union-attr,arg-type]
        except (EOFError, OSError, pickle.UnpicklingError):
            self.close()
            raise StoreAwayError("its process has ended") from None
        self.desk.at_work = reply.at_work
        if reply.away:
            raise StoreAwayError(reply.away)
        return reply.value

    def _say(self, what: object) -> None:
        pipe = self._process.stdin  # type: ignore[union-attr]
        pickle.dump(what, pipe, pickle.HIGHEST_PROTOCOL)  # type: ignore[arg-type]
        pipe.flush()  # type: ignore[union-attr]


def main() -> None:
    """The child: answers until its parent is gone."""
    logging.basicConfig(level=logging.WARNING)
    heard, said = _streams()
    with suppress(EOFError, BrokenPipeError, pickle.UnpicklingError):
        recipe: _Recipe = pickle.load(heard)
        desk = SenderDesk(Store(recipe.url), recipe.scribe, recipe.owner, recipe.drills, recipe.lease)
        while True:
            method, given = pickle.load(heard)
            pickle.dump(_answer(desk, method, given), said, pickle.HIGHEST_PROTOCOL)
            said.flush()


def _answer(desk: SenderDesk, method: str, given: tuple[Any, ...]) -> _Reply:
    try:
        return _Reply(_METHODS[method](desk, *given), desk.at_work, "")
    except StoreAwayError as error:
        return _Reply(None, desk.at_work, str(error))


def _cycle(desk: SenderDesk, done: Sequence[Any], wants: Sequence[Want], now: datetime) -> tuple[Any, ...]:
    results = [Result(Claim._make(claim), answer, provider) for claim, answer, provider in done]
    parts, claimed = desk.cycle(results, wants, now)
    return [(part.channel, [tuple(claim) for claim in part.claims], part.outgoing) for part in parts], claimed


def _claims(plain: Sequence[Any]) -> list[Claim]:
    return [Claim._make(claim) for claim in plain]  # bare tuples are pickled five times as fast


_METHODS: dict[str, Callable[..., Any]] = {"cycle": _cycle, "name_request": SenderDesk.name_request}


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes; whatever else is printed goes to standard error instead."""
    heard, said = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return heard, said


if __name__ == "__main__":
    from notifiers.desk_process import main as run  # pickles name this module, not __main__

    run()
