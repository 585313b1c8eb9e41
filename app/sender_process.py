"""A sender as a process of its own."""

from app.stopping import until_stopped
from wiring.senders import build_sender
from wiring.works import Works


def run_sender(works: Works) -> None:
    """Sends until it is asked to end; then what is in flight is waited for, and its place is given free."""
    stopped = until_stopped()
    sender = build_sender(works)
    try:
        sender.run(stopped.is_set)
    finally:
        sender.close()
