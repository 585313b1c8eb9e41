"""The supervisor's action that takes in the CSV files of a watched folder, each line once."""

import logging
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ahead import ahead_of
from app.reading_batches import Taken, take_lines
from monitoring.listening_rows import ReadingFile
from monitoring.reading_files import LONGEST_LINE, FileLine, lines_of, table_of
from monitoring.seen import digest
from protocol.words import Remedy
from wiring.works import Works

log = logging.getLogger("crisis.readings")
LOOK_EVERY = timedelta(seconds=5)
AT_REST = timedelta(minutes=1)  # after so long a last line without its end is whole
MARKED = 256  # bytes before the place that was reached, by which a file is known again


@dataclass(frozen=True)
class Look:
    """A file as the folder shows it."""

    name: str
    size: int
    changed_ns: int


@dataclass(frozen=True)
class Known:
    """A file as it was left."""

    size: int
    changed_ns: int
    taken: int


class ReadingFolder:
    """Looks into CRISIS_READINGS_FOLDER every five seconds. A file that did not change costs one look at its size.

    What was reached is kept in the store together with the readings, so that a restart reads no file again.
    """

    def __init__(self) -> None:
        self._known: dict[str, Known] | None = None
        self._told: dict[str, str] = {}  # of each file that waits, what is in its way
        self._next_at: datetime | None = None

    def __call__(self, works: Works) -> int:
        """Takes in what is new; how many readings that were."""
        folder, now = works.settings.readings_folder, works.clock.now()
        if folder is None or (self._next_at and self._next_at - LOOK_EVERY <= now < self._next_at):
            return 0
        self._next_at = now + LOOK_EVERY
        if self._known is None:
            with works.store.read() as session:
                rows = session.scalars(select(ReadingFile))
                self._known = {row.name: Known(row.size, row.changed_ns, row.taken) for row in rows}
        return sum(self._take(works, folder, look, now) for look in _looks(folder) if self._is_new(look))

    def _is_new(self, look: Look) -> bool:
        assert self._known is not None
        return self._known.get(look.name) != Known(look.size, look.changed_ns, look.size)

    def _take(self, works: Works, folder: Path, look: Look, now: datetime) -> int:
        assert self._known is not None
        taken = Taken()
        try:
            reached = _take_file(works, folder / look.name, look, now, taken)
        except OSError as error:
            log.warning("a file of the readings folder cannot be read: %s", type(error).__name__)
            return 0
        except (
            Remedy
        ) as remedy:  # a rule that points at nothing: the next look tries again, from where this one came to
            if self._told.get(look.name) != str(remedy):
                log.warning("%s waits: %s", look.name, remedy)
            self._told[look.name] = str(remedy)
            return taken.accepted
        self._told.pop(look.name, None)
        if taken.broken:
            lines = ", ".join(str(line) for line, _ in taken.faults[:10])
            log.warning("%s: %d lines were not taken, the first of them %s", look.name, taken.broken, lines)
        self._known[look.name] = Known(look.size, look.changed_ns, reached)
        return taken.accepted


def _looks(folder: Path) -> list[Look]:
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.lower().endswith(".csv") and not entry.name.startswith(".") and entry.is_file():
                    status = entry.stat()
                    found.append(Look(entry.name, status.st_size, status.st_mtime_ns))
    except OSError as error:
        log.warning("CRISIS_READINGS_FOLDER cannot be read: %s", type(error).__name__)
    return sorted(found, key=lambda look: look.name)


def _take_file(works: Works, file: Path, look: Look, now: datetime, taken: Taken) -> int:
    """Takes in what a file has grown by; where it is read up to."""
    rests = _rests(look, now)
    with works.store.read() as session:
        row = session.get(ReadingFile, look.name)
    with file.open("rb") as opened, file.open("rb") as beside:
        first = opened.readline(LONGEST_LINE)
        if not first.endswith(b"\n") and not rests:
            return 0
        try:
            table = table_of(first, look.name)
        except Remedy as remedy:
            return _passed_over(works, look, remedy)
        goes_on = row is not None and row.taken >= len(first) and row.mark == _mark(beside, first, row.taken)
        place, number = (row.taken, row.lines) if row and goes_on else (len(first), 1)
        opened.seek(place)

        def keep(session: Session, batch: list[FileLine]) -> None:
            last = batch[-1]
            _keep(session, look, last.end, last.number, _mark(beside, first, last.end))

        lines = lines_of(opened, table, file.stem, "", number, whole=rests)
        for last in take_lines(works, lines, ahead_of(works), taken, keep):
            place, number = last.end, last.number
        if not rests:
            return place
        place = opened.tell()
        with works.store.write() as session:
            _keep(session, look, place, number, _mark(beside, first, place))
        return place


def _passed_over(works: Works, look: Look, remedy: Remedy) -> int:
    """Without its columns it is no file of readings, until it changes."""
    log.warning("%s", remedy)
    with works.store.write() as session:
        _keep(session, look, look.size, 0, "")
    return look.size


def _mark(file: BinaryIO, first: bytes, taken: int) -> str:
    start = max(0, taken - MARKED)
    file.seek(start)
    return digest(first.decode("latin-1"), file.read(taken - start).decode("latin-1"))


def _rests(look: Look, now: datetime) -> bool:
    return now.timestamp() - look.changed_ns / 1e9 >= AT_REST.total_seconds()


def _keep(session: Session, look: Look, taken: int, lines: int, mark: str) -> None:
    session.merge(
        ReadingFile(name=look.name, size=look.size, changed_ns=look.changed_ns, taken=taken, lines=lines, mark=mark)
    )
