"""Sending by ourselves, when no sender process is at work, until the messages of one dispatch are settled."""

import time
from collections import Counter
from collections.abc import Callable

from sqlalchemy import select

from notifiers.rows import Message, SenderLease
from notifiers.sender import Sender
from notifiers.states import State
from wiring.works import Works

ON_THEIR_WAY = (State.PENDING, State.SENDING, State.IN_DOUBT)


def sender_is_alive(works: Works) -> bool:
    """Whether a sender process holds the lease. On PostgreSQL none does: any number may send at once."""
    with works.store.read() as session:
        lease = session.get(SenderLease, 1)
        return lease is not None and lease.until > works.clock.now()


def finish(works: Works, sender: Sender, dispatch: str, tell: Callable[[int, int], None]) -> Counter[str]:
    """Works as a sender until no message of the dispatch is on its way; `tell` is given how many of how many ended.

    Ctrl-C leaves the rest in the outbox for the next sender. Answers the messages by state.
    """

    def settled(seconds: float) -> bool:
        states = _states(works, dispatch)
        waiting = sum(states[state] for state in ON_THEIR_WAY)
        tell(states.total() - waiting, states.total())
        if waiting:
            time.sleep(seconds)
        return not waiting

    try:
        sender.run(settled)
    finally:
        for provider in sender.providers.values():
            provider.close()
    return _states(works, dispatch)


def _states(works: Works, dispatch: str) -> Counter[str]:
    with works.store.read() as session:
        return Counter(map(str, session.scalars(select(Message.state).where(Message.dispatch_key == dispatch))))
