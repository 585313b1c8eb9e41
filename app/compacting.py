"""After something personal was deleted: its bytes leave the SQLite file too, or it is said that they did not."""

from app.terminal import say
from protocol.store import Store


def compact(store: Store) -> None:
    """Rewrites an SQLite file; says so when other processes hold it."""
    if not store.compact():
        rest = "`crisis protocol rekey` rewrites it when they rest"
        say(f"Deleted bytes are still in the SQLite file, which others hold; {rest}.", "yellow")
