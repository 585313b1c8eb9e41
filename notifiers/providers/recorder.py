"""The carrier of demos and tests: a file of JSON lines instead of a network."""

import asyncio
import fcntl
import json
import os
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.words import ReceiptWord
from notifiers.states import Outcome


def _now() -> datetime:
    return datetime.now(UTC)


class Recorder:
    """Writes every message it is given as one line of `file`; a second send of a token is a second line.

    The file holds addresses and texts in clear, as the recipients would read them: it is made for the owner only.
    """

    name = "recorder"
    sender = "recorder"
    grace = 0.0  # a line is in the file or it is not
    batch = 500
    knows = True
    shared = False
    connections = 1  # every write holds the lock of the file anyway
    rate: float | None = None

    def __init__(self, file: Path, channel: str, clock: Callable[[], datetime] = _now) -> None:
        self.file = file
        self.channel = channel
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, str] = {}
        self._offset = 0

    async def send(self, messages: Sequence[Outgoing]) -> Sequence[Answer]:
        """Appends one line a message and answers once all of them are on the disk, or none surely is."""
        return await asyncio.to_thread(self._record, messages)

    async def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Says whether the file holds the token. `since` is not needed: a token belongs to one message."""
        return await asyncio.to_thread(self._look_up, message.token)

    async def ask(self, message: Outgoing, provider_id: str) -> ReceiptWord | None:
        """Answers None, always: a file does not know who read it."""
        return None

    async def close(self) -> None:
        """Does nothing: no file stays open between two messages."""

    def _record(self, messages: Sequence[Outgoing]) -> list[Answer]:
        at = self._clock().isoformat()
        ids = [f"rec-{uuid.uuid4().hex}" for _ in messages]
        entries = [self._entry(message, number, at) for message, number in zip(messages, ids, strict=True)]
        text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
        try:
            file = self._open()
        except OSError as error:
            detail = f"the recorder's file cannot be opened ({type(error).__name__})"
            return [Answer(Outcome.NOT_SENT, detail=detail)] * len(messages)
        try:
            _append(file, text.encode())
        except OSError as error:
            detail = f"the recorder's file broke off ({type(error).__name__})"
            return [Answer(Outcome.UNKNOWN, detail=detail)] * len(messages)
        finally:
            os.close(file)
        return [Answer(Outcome.ACCEPTED, provider_id=number) for number in ids]

    def _look_up(self, token: str) -> Found | None:
        try:
            with self._lock:
                self._catch_up()
                return Found((self._seen[token],) if token in self._seen else ())
        except OSError:
            return None

    def _open(self) -> int:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        return os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)

    def _entry(self, message: Outgoing, provider_id: str, at: str) -> dict[str, object]:
        return {
            "at": at,
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


def _append(file: int, lines: bytes) -> None:
    """One write and one fsync under a lock that every process respects."""
    fcntl.flock(file, fcntl.LOCK_EX)
    size = os.fstat(file).st_size
    if size and os.pread(file, 1, size - 1) != b"\n":
        lines = b"\n" + lines  # closes a line torn by a crash, so that it cannot swallow the next one
    if os.write(file, lines) != len(lines):
        raise OSError("short write")
    os.fsync(file)
