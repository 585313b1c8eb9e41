"""Work on many incidents, each apart: one that is damaged must not keep the others from being looked after."""

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from flows.boundary import note
from flows.runs import Unreachable

Item = TypeVar("Item")
QUIET_SECONDS = 60.0  # the same trouble is written down once a minute, not at every round
_noted: dict[str, float] = {}


def each(what: str, items: Iterable[Item], action: Callable[[Item], object]) -> int:
    """Does an action for each item and answers how many it moved. Raises Unreachable; other errors stay with theirs."""
    return sum(bool(_apart(f"{what} {item}", item, action)) for item in items)


def _apart(where: str, item: Item, action: Callable[[Item], object]) -> object:
    try:
        return action(item)
    except Unreachable:
        raise
    except Exception as error:
        note_once(where, error)
        return None


def note_once(where: str, error: Exception) -> None:
    """Puts a trouble into our own log, once a minute at the most."""
    if time.monotonic() - _noted.get(where, -QUIET_SECONDS) >= QUIET_SECONDS:
        _noted[where] = time.monotonic()
        note(where, error)
