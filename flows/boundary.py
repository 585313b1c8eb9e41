"""The boundary around every flow and Prefect task: error texts may be personal, so Prefect gets type and id only."""

import logging
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger("crisis.flows")


class FlowError(RuntimeError):
    """What Prefect is told of an error."""


@contextmanager
def boundary(where: str) -> Iterator[None]:
    """Replaces an error by its type and an id; our own log gets the lines of code it passed, without values."""
    try:
        yield
    except FlowError:
        raise
    except Exception as error:
        number = note(where, error)
        raise FlowError(f"{where}: {type(error).__name__}, error {number} in the runner's log") from None


def note(where: str, error: BaseException) -> str:
    """Puts an error into our own log: its type and the lines of code it passed, without values. Answers its id."""
    number = uuid.uuid4().hex[:8]
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s, error %s: %s\n%s", where, number, type(error).__name__, frames)
    return number
