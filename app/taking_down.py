"""Ending processes: a whole family of them, asked first and killed later, and never anybody else's."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from app.start_up import HomeLock, Record

PATIENCE_SECONDS = 10.0  # between SIGTERM and SIGKILL
KILL_SECONDS = 10.0  # a killed process that is still there sleeps in the kernel, out of reach
POLL_SECONDS = 0.05
STILL_SUPERVISED = (
    "Crisis Playbook is running here ({holder}) and would start its processes again; stop it there with Ctrl-C."
)


def take_down(home: Path, patience: float = PATIENCE_SECONDS) -> list[str]:
    """Ends what an earlier start of this home left running, with all it started. Returns the names of the children.

    Raises Remedy while that start still lives.
    """
    if not home.exists():
        return []
    lock, record = HomeLock(home), Record(home)
    lock.take(STILL_SUPERVISED)
    try:
        living = record.living()
        if not end((process for _, process in reversed(living)), patience):
            record.forget()
        return [child.name for child, _ in living]
    finally:
        lock.give_back()


def end(leaders: Iterable[psutil.Process], patience: float = PATIENCE_SECONDS) -> list[psutil.Process]:
    """Asks the leaders' families to end (SIGTERM), waits, kills what remains. Returns what even that did not end."""
    leaders = list(leaders)
    members = family(leaders)
    _signal(members, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while alive(members) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    deadline = time.monotonic() + KILL_SECONDS
    # Asked anew each time: a member may have started another one meanwhile.
    while (living := family([*leaders, *alive(members)])) and time.monotonic() < deadline:
        members = list({*members, *living})
        _signal(living, signal.SIGKILL)
        time.sleep(POLL_SECONDS)
    return living


def family(leaders: Iterable[psutil.Process]) -> list[psutil.Process]:
    """The living processes of each leader's session, and all that descend from them; the leader may be dead already."""
    found: dict[psutil.Process, None] = {}
    for leader in leaders:
        for member in _session(leader):
            with suppress(psutil.Error):
                found |= dict.fromkeys([member, *member.children(recursive=True)])
    return alive(found)


def _session(leader: psutil.Process) -> list[psutil.Process]:
    # A number is not given again while its session has members, so if it names another process now, none are left.
    if psutil.pid_exists(leader.pid) and not leader.is_running():
        return []
    members = [leader]
    for pid in psutil.pids():
        with suppress(OSError, psutil.Error):
            if pid != leader.pid and os.getsid(pid) == leader.pid:
                members.append(psutil.Process(pid))
    return members


def alive(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those of the processes that still run."""
    return [process for process in processes if _lives(process)]


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _signal(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.Error):  # gone meanwhile, or under another user by its own doing
            process.send_signal(number)
