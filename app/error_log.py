"""Errors that nobody foresaw: the lines of code they passed go to our own log, without any value."""

import os
import traceback
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path


def write_error(error: BaseException, home: Path, now: datetime) -> Path | None:
    """Appends types and lines of code to home/logs/errors.log; None when that cannot be written.

    The texts of errors are left out: they may hold names, numbers and words.
    """
    file = home / "logs" / "errors.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as out:
            out.write("".join(_lines(error, now)))
    except OSError:
        return None
    return file


def _lines(error: BaseException, now: datetime) -> Iterator[str]:
    yield f"{now.isoformat()} {type(error).__name__}\n"
    cause: BaseException | None = error
    while cause is not None:
        yield f"{type(cause).__module__}.{type(cause).__qualname__}\n"
        yield from traceback.format_tb(cause.__traceback__)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
