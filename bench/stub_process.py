"""The stub as seen from the measurements: a process with a port for each latency."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

from bench.stub import Taken

ROOT = Path(__file__).parent.parent
PORTS_BELOW = 32768  # above are the ephemeral ones, which another program may take in between
PATIENCE = 20.0


class Stub:
    """The one local stub of a run; started on entering, ended by its process id on leaving."""

    def __init__(self, latencies: tuple[int, ...]) -> None:
        self.ports = dict(zip(latencies, free_ports(len(latencies)), strict=True))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Stub":
        given = [f"{port}={latency}" for latency, port in self.ports.items()]
        self._process = subprocess.Popen([sys.executable, "-m", "bench.stub", *given], cwd=ROOT)
        for port in self.ports.values():
            wait_for(port)
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        if self._process is not None:
            end(self._process)

    def reset(self, latency: int) -> None:
        """Starts the count of a port anew."""
        reset(self.ports[latency])

    def taken(self, latency: int) -> "Count":
        """What a port took since its count was reset."""
        return taken(self.ports[latency])


@dataclass(frozen=True)
class Count:
    """What the stub says that it took."""

    messages: int
    first: float
    rate: float


def reset(port: int) -> None:
    """Starts the count of a port anew."""
    _asked(port, "/reset", b"")


def taken(port: int) -> Count:
    """The count of a port. The rate leaves out what came at once, before the first answer, and so took no time."""
    said = Taken(**_asked(port, "/taken"))
    span = said.last - said.first
    rate = (said.messages - said.before_answer) / span if span else 0.0
    return Count(said.messages, said.first, rate)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    found: list[int] = []
    for port in range(20000 + os.getpid() % 8000, PORTS_BELOW):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("No port is free below 32768.")


def wait_for(port: int) -> None:
    """Waits until somebody listens on a port."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"Nothing listens on port {port}.")


def end(process: subprocess.Popen[Any]) -> None:
    """Ends a process that we started, and waits for it."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _asked(port: int, path: str, body: bytes | None = None) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", body, timeout=PATIENCE) as response:
        said: dict[str, Any] = orjson.loads(response.read())
    return said
