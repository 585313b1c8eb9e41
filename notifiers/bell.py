"""The bell: a new row in the outbox wakes the senders at once."""

import sqlite3
import time

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from protocol.store import Store

CHANNEL = "crisis_outbox"
GLANCE = 0.01  # seconds between two looks at an SQLite file; a look takes some microseconds


def ring(session: Session) -> None:
    """Wakes the senders when the caller's transaction commits."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {CHANNEL}"))  # an SQLite file shows by itself that somebody wrote


class Bell:
    """Waits for a change of the store. One per thread; it may ring without need, and is never relied on alone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._file: sqlite3.Connection | None = None
        self._line: psycopg.Connection | None = None
        self._seen: int | None = None

    def wait(self, seconds: float) -> bool:
        """True as soon as somebody rang; False after that many seconds. A store that is away waits as well."""
        try:
            return self._watch(seconds) if self._store.is_sqlite else self._listen(seconds)
        except (sqlite3.Error, psycopg.Error):
            self.close()
            time.sleep(seconds)
            return False

    def close(self) -> None:
        """Gives back the connection."""
        if self._file is not None:
            self._file.close()
        if self._line is not None:
            self._line.close()
        self._file = self._line = None

    def _watch(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not self._changed():
            if time.monotonic() >= until:
                return False
            time.sleep(GLANCE)
        return True

    def _changed(self) -> bool:
        if self._file is None:
            self._file = sqlite3.connect(self._store.url.database or "", isolation_level=None)
        (version,) = self._file.execute("PRAGMA data_version").fetchone()
        changed = version != self._seen and self._seen is not None
        self._seen = version
        return changed

    def _listen(self, seconds: float) -> bool:
        if self._line is None:
            url = self._store.url.set(drivername="postgresql")
            self._line = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
            self._line.execute(f"LISTEN {CHANNEL}")
            return True  # what was written before we listened
        return any(True for _ in self._line.notifies(timeout=seconds, stop_after=1))
