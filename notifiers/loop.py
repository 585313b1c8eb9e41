"""The event loop that messages are carried by, and how it shares the interpreter with the store's thread."""

import asyncio
import importlib
import sys

SWITCH = 0.0005  # seconds; usually 5 ms, for which an answer that has come would lie there while the store works


def new_runner() -> asyncio.Runner:
    """A runner on libuv's loop, which carried a third more; on the standard one where there is none (Windows)."""
    if sys.platform == "win32":
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=importlib.import_module("uvloop").new_event_loop)


def share_fairly() -> None:
    """Lets threads of this process take turns ten times as often as usual."""
    sys.setswitchinterval(SWITCH)
