"""Prebuilt requests over raw sockets: the least that a client in Python can do."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable


def request(path: str, media_type: str, body: bytes, headers: str = "") -> bytes:
    """One POST, ready for the socket."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {media_type}\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def post_all(port: int, requests: Iterable[bytes], connections: int) -> Counter[int]:
    """Posts each of them once; the answers' statuses."""
    waiting = deque(requests)
    statuses: Counter[int] = Counter()
    loop = asyncio.get_running_loop()
    lines = [
        (await loop.create_connection(lambda: _Line(waiting, statuses), "127.0.0.1", port))[1]
        for _ in range(min(connections, len(waiting)))
    ]
    for line in lines:
        line.next()
    await asyncio.gather(*(line.done for line in lines))
    return statuses


class _Line(asyncio.Protocol):
    """One connection: a request, its answer, and the next."""

    def __init__(self, waiting: deque[bytes], statuses: Counter[int]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._statuses = statuses
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("The other side closed the connection."))

    def next(self) -> None:
        """Posts the next request; the connection ends when none is left."""
        if self._waiting:
            self._transport.write(self._waiting.popleft())
            return
        self.done.set_result(None)
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or len(self._buffer) < end + 4 + _length(self._buffer[:end].lower()):
            return
        self._statuses[int(self._buffer[9:12])] += 1
        self._buffer = b""
        self.next()


def _length(head: bytes) -> int:
    _, found, after = head.partition(b"\r\ncontent-length:")
    return int(after.partition(b"\r\n")[0]) if found else 0
