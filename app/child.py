"""One child process of `crisis up`: how it is started, where its log goes, how often it has ended."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import psutil

from app.start_up import Recorded

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0  # a child that lived this long has recovered
OFTEN = 5  # ends in a row, from which on the sentence points at the log
LOG_BYTES = 10_000_000
OLD_LOGS = 3


@dataclass(frozen=True)
class Child:
    """One program to keep running. Its port must be free before the start; it starts when all in `after` are ready."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    port: int | None = None
    port_setting: str = ""
    ready: Callable[[], bool] | None = None
    after: tuple[str, ...] = ()


@dataclass
class Watched:
    """What is known of one child: its process, and how often in a row it has ended."""

    child: Child
    log: Path
    process: subprocess.Popen[bytes] | None = None
    identity: psutil.Process | None = None
    ready: bool = False
    born: float = 0.0
    due: float = 0.0
    ends: int = 0

    def open(self) -> None:
        """Starts the process in a session of its own. Raises OSError when the system cannot."""
        keep_small(self.log)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.child.command,
                env=dict(self.child.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.identity = psutil.Process(self.process.pid)
        self.born = time.monotonic()

    def has_ended(self) -> bool:
        """Whether the process was started and runs no more. Its number is free for others from here on."""
        return self.process is not None and self.process.poll() is not None

    def is_steady(self) -> bool:
        """Whether the process was started long enough ago to count as recovered."""
        return time.monotonic() - self.born >= STEADY_SECONDS

    def clear(self) -> None:
        """Forgets the process, which has ended."""
        if self.process:
            self.process.poll()
        self.process = self.identity = None

    def postpone(self, what: str) -> str:
        """Plans the next start, later each time, and says so."""
        self.ends += 1
        pause = pause_after(self.ends)
        self.due = time.monotonic() + pause
        where = f" That was time {self.ends} in a row; see {self.log}." if self.ends >= OFTEN else ""
        return f"{what}; it is started again in {pause:g} s.{where}"

    def ask_ready(self) -> None:
        """Asks, until it says yes once, whether the child is ready for those that wait for it."""
        if not self.process or self.ready:
            return
        with suppress(Exception):  # a question that fails, in whatever way, is a no; it is asked again
            self.ready = self.child.ready is None or self.child.ready()

    def recorded(self) -> Iterable[Recorded]:
        """The child as the record of the home has it; nothing while it does not run."""
        if self.identity:
            yield Recorded(self.child.name, self.identity.pid, self.identity.create_time())


def pause_after(ends: int) -> float:
    """Seconds before the next start after so many ends in a row: 0.5, 1, 2 ... 30."""
    return min(FIRST_PAUSE_SECONDS * 2.0 ** min(ends - 1, 16), LONGEST_PAUSE_SECONDS)


def ending(returncode: int) -> str:
    """How a process ended, in words."""
    if returncode >= 0:
        return f"ended with code {returncode}"
    names = {known.value: known.name for known in signal.Signals}
    return f"was ended by {names.get(-returncode, f'signal {-returncode}')}"


def keep_small(log: Path, limit: int = LOG_BYTES) -> None:
    """Moves the last part of a log that outgrew the limit to .1 (what was there to .2, and so on) and empties it.

    The file itself stays, because a running child writes to it; it appends, so it goes on at the new end.
    """
    if not log.exists() or log.stat().st_size <= limit:
        return
    names = [log.with_name(f"{log.name}.{number}") for number in range(1, OLD_LOGS + 1)]
    for newer, older in reversed(list(pairwise(names))):
        if newer.exists():
            newer.replace(older)
    # On a full disk the old lines are lost: the child needs the room more.
    with suppress(OSError), log.open("rb") as source, names[0].open("wb") as copy:
        source.seek(-limit, 2)
        shutil.copyfileobj(source, copy)
    with log.open("r+b") as grown:
        grown.truncate(0)
