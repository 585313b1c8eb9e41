"""The supervisor: a plain loop that starts wanted runs, does missed follow-ups and replaces what was lost."""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

import httpx

from app.asking import ask_about_alarms
from app.chasing import Chasing
from app.clock_rules import ClockRules
from app.feeds import Feeds
from app.forgetting import Forgetting
from app.reading_folder import ReadingFolder
from app.reminding import Reminding
from flows import supervision, upcoming
from flows.boards import Boards
from flows.boundary import note
from flows.emitting import Emitting
from flows.listening_board import ListeningBoard
from flows.runs import Unreachable
from wiring.works import Works

log = logging.getLogger("crisis.supervisor")
EVERY_SECONDS = 1.0
HEARTBEAT_SECONDS = 60.0
STOP_SECONDS = 5.0
Action = Callable[[Works], int]

# These need nothing but our own store, so that an outage of Prefect is never silence.
ALONE: tuple[Action, ...] = (
    supervision.tell_without_a_run,
    supervision.do_steps_left,
    supervision.tell_flows_left,
    upcoming.act_on_deadlines,
    ask_about_alarms,
)
WITH_PREFECT: tuple[Action, ...] = (
    supervision.start_runs,
    supervision.replace_lost_runs,
    supervision.settle_left_phases,
    upcoming.heed_cancelled_follow_ups,
    upcoming.schedule_follow_ups,
    upcoming.clear_ended_follow_ups,
)


class Supervisor:
    """Runs its rounds side by side: a Prefect or a feed that hangs must not hold up what needs it not."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._boards = Boards(works)
        self._listening_board = ListeningBoard()
        # Each by itself: neither a slow feed nor a long file may hold up anything else.
        self._listening: tuple[Action, ...] = (Feeds(), ReadingFolder(), Forgetting())
        self._alone: tuple[Action, ...] = (*ALONE, Reminding(), ClockRules(), Chasing())
        self._with_prefect: tuple[Action, ...] = (*WITH_PREFECT, Emitting())
        self._beaten = 0.0

    def run(self, stopped: threading.Event) -> None:
        """Works until stopped."""
        listening = [partial(attempt, action, self._works) for action in self._listening]
        rounds = (self._round_with_prefect, *listening)
        beside = [threading.Thread(target=self._repeat, args=(stopped, one), daemon=True) for one in rounds]
        for thread in beside:
            thread.start()
        self._repeat(stopped, self._round_alone)
        until = time.monotonic() + STOP_SECONDS
        for thread in beside:
            thread.join(timeout=max(0.0, until - time.monotonic()))

    def _round_alone(self) -> None:
        for action in self._alone:
            attempt(action, self._works)
        self._heartbeat()

    def _round_with_prefect(self) -> None:
        for action in self._with_prefect:
            if not attempt(action, self._works):
                return
        if attempt(lambda _: self._boards.write(), self._works):
            attempt(self._listening_board, self._works)

    def _repeat(self, stopped: threading.Event, action: Callable[[], object]) -> None:
        while not stopped.wait(EVERY_SECONDS):
            action()

    def _heartbeat(self) -> None:
        address = self._works.settings.heartbeat_url
        if not address or time.monotonic() - self._beaten < HEARTBEAT_SECONDS:
            return
        self._beaten = time.monotonic()
        try:
            httpx.get(address, timeout=5)
        except httpx.HTTPError as error:
            log.warning("the heartbeat address did not answer: %s", type(error).__name__)


def attempt(action: Action, works: Works) -> bool:
    """Does one action; an error is logged by type and waits for the next round. False when Prefect is out of reach."""
    try:
        action(works)
    except Unreachable as error:
        log.info("Prefect is out of reach: %s", error)
        return False
    except Exception as error:
        note(getattr(action, "__name__", "action"), error)
    return True
