"""How a process of ours ends: SIGTERM or Ctrl-C ask it to, and it finishes what it is doing."""

import signal
import threading


def until_stopped() -> threading.Event:
    """Set when the process is asked to end."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    return stopped
