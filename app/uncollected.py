"""Work that makes millions of things and no cycles of them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles meanwhile: with 50,000 people in memory it takes a fifth of the time and finds nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def set_apart() -> Iterator[None]:
    """What there is now stays for the while and is not searched again and again; what comes is, so memory stays low."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
