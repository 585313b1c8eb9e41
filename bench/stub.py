"""One process that answers as Twilio and SendGrid do, after a given wait, and counts what it took.

`python -m bench.stub PORT=MILLISECONDS ...`. `GET /taken` tells a port's count, `POST /reset` starts it anew.
"""

import asyncio
import functools
import importlib
import importlib.util
import itertools
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

import orjson

DATE = "Thu, 01 Jan 2026 00:00:00 +0000"
SID = "SM" + "0" * 32
_numbers = itertools.count(1)


@dataclass
class Taken:
    """What one port took. Moments are of the monotonic clock, which all processes of a machine share."""

    requests: int = 0
    messages: int = 0
    first: float = 0.0
    last: float = 0.0
    before_answer: int = 0  # messages that had come when the first was answered: the clients' window
    answered: bool = False

    def add(self, messages: int) -> None:
        """Counts a request."""
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.requests += 1
        self.messages += messages
        if not self.answered:
            self.before_answer += messages


def twilio_message(sid: str) -> dict[str, object]:
    """What Twilio answers to a new message, without repeating its words."""
    account = "AC" + "0" * 31 + "1"
    uri = f"/2010-04-01/Accounts/{account}/Messages/{sid}.json"
    return {
        "sid": sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": None,
        "date_created": DATE,
        "date_sent": None,
        "date_updated": DATE,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": None,
        "messaging_service_sid": "MG" + "0" * 31 + "2",
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "status": "accepted",
        "subresource_uris": {"media": f"{uri[:-5]}/Media.json"},
        "to": None,
        "uri": uri,
    }


def answer(status: str, body: bytes = b"", header: str = "") -> bytes:
    """An answer on a connection that stays open."""
    head = f"HTTP/1.1 {status}\r\n{header}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


_CREATED = answer("201 Created", orjson.dumps(twilio_message(SID)))
_NOT_UNDERSTOOD = answer("400 Bad Request", b"{}")
_WELL = answer("200 OK", b"{}")


class Line(asyncio.Protocol):
    """One connection, with just enough of HTTP/1.1: requests one after the other, bodies of a given length."""

    def __init__(self, taken: Taken, latency: float) -> None:
        self._taken = taken
        self._latency = latency
        self._buffer = b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is none by type

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            whole = end + 4 + _length(head)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            self._take(head, body)

    def _take(self, head: bytes, body: bytes) -> None:
        method, path, _ = head[: head.find(b"\r\n")].split(b" ", 2)
        closing = b"connection: close" in head.lower()
        if method == b"GET":
            self._write(answer("200 OK", orjson.dumps(asdict(self._taken))), closing)
        elif path == b"/reset":
            self._taken.__init__()  # type: ignore[misc]
            self._write(_WELL, closing)
        else:
            messages, reply = _reply(path, body)
            self._taken.add(messages)
            self._later(functools.partial(self._write, reply, closing, True))

    def _later(self, write: functools.partial[None]) -> None:
        if self._latency:
            self._loop.call_later(self._latency, write)
        else:
            write()

    def _write(self, reply: bytes, closing: bool, counts: bool = False) -> None:
        self._taken.answered = self._taken.answered or counts
        if self._transport.is_closing():  # the client has gone meanwhile
            return
        self._transport.write(reply)
        if closing:
            self._transport.close()


def _length(head: bytes) -> int:
    lower = head.lower()
    start = lower.find(b"\r\ncontent-length:")
    if start < 0:
        return 0
    start += len(b"\r\ncontent-length:")
    end = lower.find(b"\r\n", start)
    return int(lower[start : end if end >= 0 else None])


def _reply(path: bytes, body: bytes) -> tuple[int, bytes]:
    """How many messages a request holds, and the answer."""
    if path.endswith(b"/Messages.json"):
        if b"To=" not in body or b"Body=" not in body:
            return 0, _NOT_UNDERSTOOD
        return 1, _CREATED.replace(SID.encode(), b"SM%032x" % next(_numbers))
    if path == b"/v3/mail/send":
        people = len(orjson.loads(body)["personalizations"])
        return people, answer("202 Accepted", header=f"X-Message-Id: stub-{next(_numbers)}\r\n")
    return 1, _WELL


async def serve(ports: Sequence[tuple[int, float]]) -> None:
    """Listens on each port with its latency, in seconds, until the process ends."""
    loop = asyncio.get_running_loop()
    for port, latency in ports:
        taken = Taken()
        await loop.create_server(lambda t=taken, s=latency: Line(t, s), "127.0.0.1", port, backlog=1024)  # type: ignore[misc]
    await asyncio.Event().wait()


def main(arguments: Sequence[str]) -> None:
    """Runs on the ports that are given as PORT=MILLISECONDS."""
    if importlib.util.find_spec("uvloop"):
        importlib.import_module("uvloop").install()
    pairs = [argument.split("=") for argument in arguments]
    asyncio.run(serve([(int(port), int(milliseconds) / 1000) for port, milliseconds in pairs]))


if __name__ == "__main__":
    main(sys.argv[1:])
