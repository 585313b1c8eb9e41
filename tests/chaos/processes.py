"""The processes of one run of chaos, and what can be done to them. Only what was started here is ever ended."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.chaos.provider_process import Moods
from tests.chaos.world import ROOT

PORTS_BELOW = 32768  # above are the ephemeral ones, which another program may take in between


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, apart from those of other workers."""
    found: list[int] = []
    for port in range(20000 + os.getpid() * 7 % 12000, PORTS_BELOW):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("no port is free")


@dataclass(frozen=True)
class Count:
    """What the fakes saw: when the words of each message were taken, the requests by token, and how they broke."""

    told: Mapping[int, Sequence[str]]  # by the number of the message
    seen: Mapping[str, int]
    faults: Counter[str]
    requests: int
    receipts: int


class Fakes:
    """Twilio and SendGrid, in a process of their own."""

    def __init__(self, ports: list[int], moods: Moods, log: Path) -> None:
        self._process = _started(
            "tests.chaos.provider_process", {"ports": ports, "moods": asdict(moods)}, log, talks=True
        )
        self.webhook_key: str = self._heard()["webhook_key"]

    def post_receipts(self) -> None:
        """From now on receipts are posted."""
        self._asked("post")

    def calm(self) -> None:
        """From now on every question is answered and no power is cut."""
        self._asked("calm")

    def taken(self) -> int:
        """How many messages they have taken."""
        return int(self._asked("taken")["taken"])

    def count(self) -> Count:
        """Everything they know."""
        said = self._asked("count")
        told = {int(number, 36): moments for number, moments in said["told"].items()}
        return Count(told, said["seen"], Counter(said["faults"]), said["requests"], said["receipts"])

    def end(self) -> None:
        """Ends them."""
        kill(self._process)

    def _asked(self, what: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{what}\n".encode())
            self._process.stdin.flush()
        return self._heard()

    def _heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the fakes ended, with {self._process.wait()}\n{tail(self._log)}")
        heard: dict[str, Any] = json.loads(line)
        return heard


class Sending:
    """One place in which a sender works: killed, it is started again."""

    def __init__(self, name: str, ports: Mapping[str, int], environment: Mapping[str, str], log: Path) -> None:
        self._given, self._environment, self._log = {"place": name, "ports": ports}, environment, log
        self.frozen = False
        self.start()

    def start(self) -> None:
        """Starts a sender."""
        self._process = _started("tests.chaos.sender_process", self._given, self._log, self._environment)
        self.began = time.monotonic()
        self.frozen = False

    @property
    def ended(self) -> int | None:
        """What it ended with, without being killed by us; None while it works."""
        return self._process.poll()

    def kill(self) -> None:
        """SIGKILL."""
        kill(self._process)

    def kill_desk(self) -> int:
        """SIGKILL for the process that works on the store for it; how many there were."""
        desks = psutil.Process(self._process.pid).children()
        for desk in desks:
            with suppress(psutil.NoSuchProcess):
                desk.kill()
        return len(desks)

    def freeze(self) -> None:
        """SIGSTOP."""
        self._process.send_signal(signal.SIGSTOP)
        self.frozen = True

    def thaw(self) -> None:
        """SIGCONT."""
        self._process.send_signal(signal.SIGCONT)
        self.frozen = False


def role(name: str, environment: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """One of the product's own processes."""
    return _started("app.roles", name, log, environment)


def tail(log: Path, count: int = 40) -> str:
    """The last lines that processes wrote."""
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-count:])


def kill(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL, and waits for the end. A frozen one dies as well."""
    process.kill()
    process.wait()


def _started(
    module: str, argument: Any, log: Path, environment: Mapping[str, str] | None = None, talks: bool = False
) -> "subprocess.Popen[bytes]":
    given = argument if isinstance(argument, str) else json.dumps(argument)
    pipe = subprocess.PIPE if talks else subprocess.DEVNULL
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", module, given],
            cwd=ROOT,
            env=dict(environment) if environment is not None else None,
            stdin=pipe,
            stdout=pipe if talks else out,
            stderr=out,
        )
