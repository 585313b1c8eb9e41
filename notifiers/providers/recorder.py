"""The carrier of demos and tests: a file of JSON lines instead of a network."""

import fcntl
import json
import os
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.states import Outcome


def _now() -> datetime:
    return datetime.now(UTC)


class Recorder:
    """Writes every message it is given as one line of `file`; a second send of a token is a second line.

    The file holds addresses and texts in clear, as the recipients would read them: it is made for the owner only.
    """

    name = "recorder"
    grace = 0.0  # a line is in the file or it is not

    def __init__(self, file: Path, channel: str, clock: Callable[[], datetime] = _now) -> None:
        self.file = file
        self.channel = channel
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, str] = {}
        self._offset = 0

    def send(self, message: Outgoing) -> Answer:
        """Appends one line and answers once it is on the disk."""
        provider_id = f"rec-{uuid.uuid4().hex}"
        line = json.dumps(self._entry(message, provider_id), ensure_ascii=False).encode() + b"\n"
        try:
            file = self._open()
        except OSError as error:
            return Answer(Outcome.NOT_SENT, detail=f"the recorder's file cannot be opened ({type(error).__name__})")
        try:
            _append(file, line)
        except OSError as error:
            return Answer(Outcome.UNKNOWN, detail=f"the recorder's file broke off ({type(error).__name__})")
        finally:
            os.close(file)
        return Answer(Outcome.ACCEPTED, provider_id=provider_id)

    def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Says whether the file holds the token. `since` is not needed: a token belongs to one message."""
        try:
            with self._lock:
                self._catch_up()
                return Found(self._seen.get(message.token))
        except OSError:
            return None

    def close(self) -> None:
        """Does nothing: no file stays open between two messages."""

    def _open(self) -> int:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        return os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)

    def _entry(self, message: Outgoing, provider_id: str) -> dict[str, object]:
        return {
            "at": self._clock().isoformat(),
            "channel": self.channel,
            "to": message.to,
            "subject": message.subject,
            "body": message.body,
            "token": message.token,
            "reference": message.reference,
            "language": message.language,
            "attempt": message.attempt,
            "provider_id": provider_id,
        }

    def _catch_up(self) -> None:
        """Reads what any process appended since the last look; whole lines only."""
        if not self.file.exists():
            self._seen, self._offset = {}, 0
            return
        with self.file.open("rb") as lines:
            if os.fstat(lines.fileno()).st_size < self._offset:  # somebody began the file anew
                self._seen, self._offset = {}, 0
            lines.seek(self._offset)
            fresh = lines.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            self._remember(line)

    def _remember(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
            self._seen.setdefault(entry["token"], entry["provider_id"])
        except (ValueError, LookupError, TypeError):
            return  # a line torn by a crash was never confirmed to anybody


def _append(file: int, line: bytes) -> None:
    """One write and one fsync under a lock that every process respects."""
    fcntl.flock(file, fcntl.LOCK_EX)
    size = os.fstat(file).st_size
    if size and os.pread(file, 1, size - 1) != b"\n":
        line = b"\n" + line  # closes a line torn by a crash, so that it cannot swallow this one
    if os.write(file, line) != len(line):
        raise OSError("short write")
    os.fsync(file)
