"""A local HTTP server that can break in every way that a provider breaks."""

import json
import socket
import struct
import sys
import threading
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]  # names in lower case
    body: bytes
    hung_up: Callable[[], bool] = lambda: False  # whether whoever asked has gone meanwhile


@dataclass(frozen=True)
class Reply:
    """What goes out."""

    status: int
    body: Any = None  # JSON; None: an empty body
    headers: dict[str, str] = field(default_factory=dict)


def wall_clock() -> datetime:
    return datetime.now(UTC)


def posted(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """Posts a callback over the network; the answer's status and text."""
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.read().decode()


class FaultyServer(ABC):
    """Serves on loopback inside a `with` block. A subclass answers in `take` and words its errors in `error`."""

    port = 0  # any that is free

    def __init__(self, clock: Callable[[], datetime] = wall_clock) -> None:
        self.clock = clock
        self.requests: list[Request] = []
        self.mistakes: list[BaseException | None] = []  # of the fake's own; leaving the block raises them
        self.lock = threading.RLock()
        self._faults: deque[str] = deque()
        self.connections = 0
        self.latency = 0.0  # seconds that every answer takes, as on a real line
        self.lag = 0.0  # seconds after which what was taken shows in a list
        self.pause = 2.0  # seconds that a 429 asks for
        self.heeds_hang_ups = False  # whether a request is dropped whose sender has gone, as busy front doors do
        self.carry = posted  # how callbacks leave: by the network, or into an application that is at hand
        self.hanging = threading.Event()  # set once a request hangs, and was taken if it was to be
        self._ended = threading.Event()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @abstractmethod
    def take(self, request: Request) -> Reply:
        """Does what the provider does with a request; called under the lock."""

    def error(self, status: int, code: int | None = None) -> Reply:
        """The provider's own words for an error; just the status where it has none."""
        return Reply(status)

    def fail_next(self, *faults: str) -> None:
        """Breaks the next requests, one fault each.

        `429` or another status; `503-before` and `503-after` accepting; `reset-before`, `reset-after`; `hang-before`,
        `hang-after`, and `hang` for the worse, after; `garbled-after`; five digits: a 400 with that code of the
        provider. `refuse` takes effect at once, for every connection, until `listen_again`.
        """
        for fault in faults:
            if fault == "refuse":
                self._server.refuse()
            else:
                self._faults.append(fault)

    def listen_again(self) -> None:
        """Ends `refuse`, on the same port."""
        self._server.serve()

    def __enter__(self) -> Self:
        self._server.serve()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.refuse()
        self._server.socket.close()
        assert not self.mistakes, self.mistakes

    def handle(self, request: Request) -> Reply | None:
        """The reply to one request; None: the connection is to be reset."""
        if self.latency:
            time.sleep(self.latency)
        with self.lock:
            self.requests.append(request)
            if self.heeds_hang_ups and request.hung_up():
                return None
            what, _, when = self.fault_of(request).partition("-")
            reply = self.take(request) if when == "after" or (what in ("", "hang") and when != "before") else None
        return self._broken(what, reply) if what else reply

    def fault_of(self, request: Request) -> str:
        """The fault that a request meets: the next one that was ordered; empty when it meets none."""
        return self._faults.popleft() if self._faults else ""

    def _broken(self, what: str, reply: Reply | None) -> Reply | None:
        if what == "hang":
            self.hanging.set()
            self._ended.wait()
            return None
        if what == "reset":
            return None
        if what == "garbled":
            return Reply(reply.status if reply else 200, body="<html>", headers=reply.headers if reply else {})
        number = int(what)
        return self.error(number) if number < 1000 else self.error(400, number)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, fake: FaultyServer) -> None:
        self.fake = fake
        self._thread: threading.Thread | None = None
        self._open: set[socket.socket] = set()
        self._resets: set[socket.socket] = set()
        super().__init__(("127.0.0.1", fake.port), _Handler, bind_and_activate=False)
        self.server_bind()  # bound but not listening: the port is ours, and refuses

    def serve(self) -> None:
        if self._thread is None:
            self.server_activate()
            self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
            self._thread.start()

    def refuse(self) -> None:
        if self._thread is None:
            return
        self.shutdown()
        self._thread.join()
        self._thread = None
        self.socket.close()
        for connection in list(self._open):  # a pooled connection would not notice
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        self.fake.connections += 1
        super().process_request(request, client_address)

    def reset(self, connection: socket.socket) -> None:
        """Makes the close of a connection a reset rather than an end."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._resets.add(connection)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        if request in self._resets:  # an orderly shutdown would say "end" first
            self._resets.discard(request)
            self.close_request(request)
            return
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        if not isinstance(error, OSError):  # OSError: the client went away, as after its time-out
            self.fake.mistakes.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together; apart they wait 40 ms for each other on a kept connection
    server: _Server

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        query = parse_qs(parts.query, keep_blank_values=True)
        reply = self.server.fake.handle(Request(self.command, parts.path, query, headers, body, self._hung_up))
        if reply is None:
            self.server.reset(self.connection)
            self.close_connection = True
            return
        content = b"" if reply.body is None else reply.body if reply.body == "<html>" else json.dumps(reply.body)
        content = content.encode() if isinstance(content, str) else content
        self.send_response_only(reply.status)
        extra = {"Date": format_datetime(self.server.fake.clock(), usegmt=True), "Content-Length": str(len(content))}
        for name, value in (extra | reply.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _hung_up(self) -> bool:
        try:
            return self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    do_GET = do_POST = _serve  # noqa: N815 (the standard library's names)

    def log_message(self, *_: object) -> None:
        """Says nothing: the fake lists what it took."""
