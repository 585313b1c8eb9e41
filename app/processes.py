"""The foreground supervisor behind `crisis up`: starts the children, starts again what died, ends them all."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import psutil

from app.child import Child, Watched, ending, keep_small
from app.start_up import HomeLock, Record, in_words, refuse_busy_port, refuse_leftovers
from app.taking_down import PATIENCE_SECONDS, alive, end, family, take_down
from protocol.words import Remedy

__all__ = ["Child", "Processes", "take_down"]

TICK_SECONDS = 0.5
POLL_SECONDS = 0.1
LATE_SECONDS = 60.0
RUNNING_HERE = (
    "Crisis Playbook is already running here ({holder}). Stop it there with Ctrl-C, or use another CRISIS_HOME."
)


class Processes:
    """The children of one home. Each has a session of its own, so Ctrl-C reaches only us and we end them in order.

    When we are killed they go on: the sender must keep telling people. `take_down` ends them then.
    """

    def __init__(
        self, home: Path, children: Sequence[Child], say: Callable[[str], None], patience: float = PATIENCE_SECONDS
    ) -> None:
        for place, child in enumerate(children):
            missing = set(child.after) - {earlier.name for earlier in children[:place]}
            if missing:
                raise ValueError(f"{child.name} starts after {in_words(sorted(missing))}, which no earlier child is.")
        self._logs = home / "logs"
        self._watched = [Watched(child, self._logs / f"{child.name}.log") for child in children]
        self._say_aloud = say
        self._patience = patience
        self._lock = HomeLock(home)
        self._record = Record(home)
        self._orphans: list[psutil.Process] = []
        self._stop_asked = False
        self._earlier_answers: dict[signal.Signals, Any] = {}

    def start(self, prepare: Callable[[], object] = lambda: None) -> None:
        """Starts every child that waits for no other. Raises Remedy, with nothing started, when that cannot be.

        `prepare` runs before the first child, once it is sure that no other start works in this home.
        """
        self._lock.take(RUNNING_HERE)
        try:
            self._refuse_what_is_in_the_way()
            prepare()
            self._logs.mkdir(parents=True, exist_ok=True)
        except BaseException:
            self._lock.give_back()
            raise
        self._answer_signals()
        try:
            for watched in self._watched:
                if not watched.child.after:
                    self._open(watched)
        except BaseException:
            self.stop()
            raise

    def wait_ready(self, on_progress: Callable[[str], None]) -> bool:
        """Waits until all are ready, telling each name as it becomes so. False when asked to stop meanwhile."""
        told: set[str] = set()
        late_at = time.monotonic() + LATE_SECONDS
        while not self._stop_asked:
            self._look_after()
            for name in [w.child.name for w in self._watched if w.ready and w.child.name not in told]:
                told.add(name)
                on_progress(name)
            waiting = [w.child.name for w in self._watched if not w.ready]
            if not waiting:
                return True
            if time.monotonic() > late_at:
                late_at += LATE_SECONDS
                self._say(f"Still waiting for {in_words(waiting)}; the logs are in {self._logs}.")
            time.sleep(POLL_SECONDS)
        return False

    def run_until_stopped(self, tick: Callable[[], bool] | None = None) -> None:
        """Keeps the children running until Ctrl-C, SIGTERM or a true tick, then ends them all."""
        try:
            while not self._stop_asked:
                self._look_after()
                if tick and tick():
                    return
                self._pause()
        finally:
            self.stop()

    def stop(self) -> None:
        """Ends every child and all they started, those that wait for others first. Harmless when nothing runs."""
        self._stop_asked = True
        if not self._lock.held:
            return
        survivors = end(alive(self._orphans), self._patience)
        while running := [w for w in reversed(self._watched) if w.identity]:
            needed = {name for w in running for name in w.child.after}
            last = [w for w in running if w.child.name not in needed]
            survivors += end((w.identity for w in last if w.identity), self._patience)
            for watched in last:
                watched.clear()
        self._close(survivors)

    def pid(self, name: str) -> int | None:
        """The process number of a child, while it runs."""
        for watched in self._watched:
            if watched.child.name == name and watched.process and not watched.has_ended():
                return watched.process.pid
        return None

    def _refuse_what_is_in_the_way(self) -> None:
        refuse_leftovers(self._record)
        for child in (watched.child for watched in self._watched):
            if child.port is not None:
                refuse_busy_port(child.port, child.port_setting)

    def _look_after(self) -> None:
        for watched in self._watched:
            if watched.has_ended():
                self._plan_restart(watched)
            if self._may_start(watched):
                self._open_again(watched)
            watched.ask_ready()
            with suppress(OSError):  # a log that cannot be made smaller is no reason to leave the children alone
                keep_small(watched.log)

    def _may_start(self, watched: Watched) -> bool:
        if watched.process or self._stop_asked or time.monotonic() < watched.due:
            return False
        return all(w.ready for w in self._watched if w.child.name in watched.child.after)

    def _open(self, watched: Watched) -> None:
        try:
            watched.open()
        except OSError as error:
            raise Remedy(f"{watched.child.name} cannot be started ({error}).") from None
        try:
            self._record.write(recorded for w in self._watched for recorded in w.recorded())
        except OSError as error:
            self._say(f"{watched.child.name} runs, but processes.json could not be written ({error}).")

    def _open_again(self, watched: Watched) -> None:
        try:
            self._open(watched)
        except Remedy as error:
            self._say(watched.postpone(str(error).rstrip(".")))

    def _plan_restart(self, watched: Watched) -> None:
        if not watched.process or not watched.identity:
            return
        left = family([watched.identity])
        if watched.child.port is not None:
            left = end(
                left, self._patience
            )  # they may hold the port that the next one needs; others may finish what they do
        self._orphans = [*alive(self._orphans), *left]
        if watched.is_steady():
            watched.ends = 0
        what = f"{watched.child.name} (process {watched.process.pid}) {ending(watched.process.returncode)}"
        watched.clear()
        self._say(watched.postpone(what))

    def _pause(self) -> None:
        until = time.monotonic() + TICK_SECONDS
        while not self._stop_asked and time.monotonic() < until:
            time.sleep(POLL_SECONDS)

    def _close(self, survivors: Sequence[psutil.Process]) -> None:
        if survivors:
            self._say(f"The system could not end {in_words([f'process {process.pid}' for process in survivors])}.")
        else:
            self._record.forget()
        self._orphans = []
        self._watched = [Watched(watched.child, watched.log) for watched in self._watched]
        self._lock.give_back()
        while self._earlier_answers:
            signal.signal(*self._earlier_answers.popitem())

    def _say(self, sentence: str) -> None:
        with suppress(OSError):  # a terminal that went away must not end the sender
            self._say_aloud(sentence)

    def _answer_signals(self) -> None:
        self._stop_asked = False
        if threading.current_thread() is not threading.main_thread():
            return  # only the main thread may; whoever runs us elsewhere calls stop
        for number in (signal.SIGINT, signal.SIGTERM):
            self._earlier_answers[number] = signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_asked = True
