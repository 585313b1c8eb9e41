"""Before the first child starts: one start per home, nothing left of an earlier one, free ports."""

import errno
import fcntl
import json
import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from protocol.words import Remedy

# The kernel derives a creation time from the time of boot in whole seconds, which wobbles by one.
SAME_BIRTH_SECONDS = 2.0


@dataclass(frozen=True)
class Recorded:
    """One child as processes.json remembers it. Process numbers are used again, so the creation time goes along."""

    name: str
    pid: int
    create_time: float

    def living(self) -> psutil.Process | None:
        """The very process that was recorded, while it lives."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.create_time) < SAME_BIRTH_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


class Record:
    """The children of a home, in a file that outlives whoever started them."""

    def __init__(self, home: Path) -> None:
        self._file = home / "processes.json"

    def write(self, children: Iterable[Recorded]) -> None:
        """Replaces the record in one step, so that a reader never sees half of it."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps([asdict(child) for child in children], indent=1))
        fresh.replace(self._file)

    def read(self) -> list[Recorded]:
        """What was recorded last; empty when nothing was. Raises Remedy when it cannot be read."""
        if not self._file.exists():
            return []
        try:
            rows = json.loads(self._file.read_text())
            return [Recorded(str(row["name"]), int(row["pid"]), float(row["create_time"])) for row in rows]
        except (ValueError, KeyError, TypeError):
            raise Remedy(
                f"{self._file} cannot be read; end what an earlier start left running, then delete it."
            ) from None

    def living(self) -> list[tuple[Recorded, psutil.Process]]:
        """The recorded children that still live."""
        found = ((child, child.living()) for child in self.read())
        return [(child, process) for child, process in found if process]

    def forget(self) -> None:
        """Nothing runs here any more."""
        self._file.unlink(missing_ok=True)


class HomeLock:
    """The right to run the children of one home. The kernel takes it back when its holder dies, however it dies."""

    def __init__(self, home: Path) -> None:
        self._file = home / "up.lock"
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this very object holds the right."""
        return self._descriptor is not None

    def take(self, refusal: str) -> None:
        """Takes the right, or raises Remedy with the refusal, in which {holder} says who has it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise Remedy(refusal.format(holder=self._holder())) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._descriptor = descriptor

    def give_back(self) -> None:
        """Lets another start have it. The file stays: deleting it would let two starts hold two different files."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _holder(self) -> str:
        try:
            process = psutil.Process(int(self._file.read_text()))
            since = datetime.fromtimestamp(process.create_time(), UTC).astimezone()
        except (ValueError, psutil.Error):
            return "another process"  # it has taken the lock and not yet written its number
        today = since.date() == datetime.now(UTC).astimezone().date()
        return f"process {process.pid}, since {since:{'%H:%M' if today else '%Y-%m-%d %H:%M'}}"


def refuse_leftovers(record: Record) -> None:
    """Raises Remedy when children of an earlier start still live without anyone to look after them."""
    left = [f"{child.name} (process {child.pid})" for child, _ in record.living()]
    if left:
        raise Remedy(
            f"An earlier start was cut off and left {in_words(left)} running. "
            "Run `crisis down` to end them, then start again."
        )


def refuse_busy_port(port: int, setting: str) -> None:
    """Raises Remedy when the port cannot be opened, naming who has it where the system tells."""
    otherwise = f" or set {setting} to a free port" if setting else ""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: connections of an earlier server that are still closing do not make a port busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Remedy(f"Port {port} cannot be opened ({error.strerror}); allow it{otherwise}.") from None
            raise Remedy(f"Port {port} is in use by another program{_user_of(port)}; stop it{otherwise}.") from None


def _user_of(port: int) -> str:
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if connection.pid and connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,):
                return f" ({psutil.Process(connection.pid).name()}, process {connection.pid})"
    except psutil.Error:
        pass  # some systems tell only root
    return ""


def in_words(names: Sequence[str]) -> str:
    """A list as a sentence says it: a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""
