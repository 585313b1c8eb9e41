"""What a broken connection says about a message: surely not written, or anybody's guess."""

import logging
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta

import aiohttp

from notifiers.providers.base import Answer
from notifiers.states import Outcome

# Each of these ends a connection before the first byte of the message.
_BEFORE_THE_MESSAGE: tuple[type[BaseException], ...] = (
    ConnectionRefusedError,
    socket.gaierror,
    ssl.SSLCertVerificationError,
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
)

# At debug level these libraries, which Apprise's plug-ins use, log addresses. Personal data are never in a log.
for _chatty in ("urllib3", "urllib3.connectionpool"):
    logging.getLogger(_chatty).addFilter(lambda record: record.levelno >= logging.WARNING)

GRACE = 60.0  # seconds; after our own time-out, how long a provider may take to list what it took
PAUSE = 1.0  # seconds; when a provider says "too many" without saying for how long
LONGEST = 600.0  # seconds; a pause that outlasts this is a mistake of somebody's
SLACK = timedelta(minutes=5)  # a provider's clock and ours may differ


def broken(provider: str, error: Exception) -> Answer:
    """Turns what the connection did into an answer.

    Only the kind of the error is told: its text may hold the address or the body.
    """
    kind = type(error).__name__
    if any(isinstance(cause, _BEFORE_THE_MESSAGE) for cause in _causes(error)):
        return Answer(Outcome.NOT_SENT, detail=f"{provider} could not be reached ({kind})")
    return Answer(Outcome.UNKNOWN, detail=f"{provider} gave no clear answer ({kind})")


def seconds(value: str | None, otherwise: float = PAUSE) -> float:
    """Reads a Retry-After header in seconds, up to LONGEST; `otherwise` where it is missing or is not a number."""
    try:
        return min(LONGEST, max(0.0, float(value or "")))
    except ValueError:
        return otherwise


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps. Not `__context__`: an address tried in vain before another one is no cause."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        wrapped = (cause.__cause__, getattr(cause, "reason", None), *cause.args)
        waiting += [inner for inner in wrapped if isinstance(inner, BaseException)]
