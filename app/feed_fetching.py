"""Asks a feed for what is new: conditionally, within limits of size and time, and only where a feed may lead."""

import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urljoin

import httpcore
import httpx

MOST_BYTES = 2 * 1024 * 1024
MOST_SECONDS = 20.0
SOCKET_SECONDS = 5.0
MOST_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)
Address = IPv4Address | IPv6Address


class Unfetched(Exception):  # noqa: N818 - it says what became of the request
    """Why a feed could not be had, in one sentence without its address, which may hold a secret."""


@dataclass(frozen=True)
class Fetched:
    """What a feed answered; `body` is None when nothing changed. The rest is for the next time."""

    body: bytes | None
    content_type: str = ""
    etag: str = ""
    modified: str = ""


def fetch(address: str, etag: str = "", modified: str = "", seconds: float = MOST_SECONDS) -> Fetched:
    """The feed at an address, unless it is as `etag` and `modified` say. Raises Unfetched.

    A redirection leads to no address of this machine or of a private network, unless the feed itself stands there.
    All of it, with every redirection, takes no longer than so many seconds, however slowly a server speaks.
    """
    conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
    door = Door(seconds)
    try:
        for _ in range(MOST_REDIRECTS + 1):
            found = _ask(address, conditions, door)
            if isinstance(found, Fetched):
                return found
            address, door.first = urljoin(address, found), False
    except (OSError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        raise Unfetched(f"it did not answer as it should ({type(error).__name__}).") from None
    except (httpx.InvalidURL, httpcore.UnsupportedProtocol, ValueError):
        raise Unfetched("it leads to what is no address; correct it.") from None
    raise Unfetched(f"it leads on more than {MOST_REDIRECTS} times; name the address where it ends.")


def is_near(address: Address) -> bool:
    """Whether an address is this machine, a private network or anything else that is not the public one."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner:
            return is_near(inner)
    return not address.is_global or address.is_multicast


class Deadline:
    """So many seconds from now for all that is done under it."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._late = f"it took longer than {seconds:g} seconds."

    @contextmanager
    def wait(self, timeout: float | None) -> Iterator[float]:
        """How long one wait may take, at most `timeout` seconds. Raises Unfetched when the time is over."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise Unfetched(self._late)
        try:
            yield left if timeout is None else min(left, timeout)
        except httpcore.TimeoutException:
            if time.monotonic() >= self._until:
                raise Unfetched(self._late) from None
            raise


class Bounded(httpcore.NetworkStream):
    """A connection each of whose waits ends by the deadline: a server that drips single bytes gains nothing by it."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes, at least one unless the other side is done."""
        with self._deadline.wait(timeout) as seconds:
            return self._stream.read(max_bytes, seconds)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Sends all of it."""
        with self._deadline.wait(timeout) as seconds:
            self._stream.write(buffer, seconds)

    def close(self) -> None:
        """Hangs up."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted."""
        with self._deadline.wait(timeout) as seconds:
            return Bounded(self._stream.start_tls(ssl_context, server_hostname, seconds), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)


class Door(httpcore.SyncBackend):
    """Connects to the very address that it has looked at, so that a name cannot change in between."""

    def __init__(self, seconds: float = MOST_SECONDS) -> None:
        super().__init__()
        self._deadline = Deadline(seconds)
        self.first = True
        self._began_near = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of a host. Raises Unfetched where a feed may not lead."""
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        address = ip_address(str(answers[0][4][0]).partition("%")[0])
        if self.first:
            self._began_near = is_near(address)
        elif is_near(address) and not self._began_near:
            raise Unfetched("it leads into a private network; name the address where it ends, if that is meant.")
        with self._deadline.wait(timeout) as left:
            stream = super().connect_tcp(str(address), port, left, local_address, socket_options)
        return Bounded(stream, self._deadline)


def _ask(address: str, conditions: dict[str, str], door: Door) -> Fetched | str:
    """One request: what was answered, or where it leads."""
    with _answer(address, conditions, door) as answer:
        headers = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
        if answer.status == 304:
            return Fetched(None)
        if answer.status in REDIRECTS and headers.get("location"):
            return headers["location"]
        if answer.status != 200:
            raise Unfetched(f"it answered with status {answer.status}.")
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise Unfetched("it sent something compressed that nobody asked for.")
        kept = (headers.get("content-type", ""), headers.get("etag", ""), headers.get("last-modified", ""))
        return Fetched(_body(answer), *kept)


@contextmanager
def _answer(address: str, conditions: dict[str, str], door: Door) -> Iterator[httpcore.Response]:
    url = httpx.URL(address)
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    # Compressed answers could be small on the way and huge in memory.
    headers = {"User-Agent": "crisis-playbook", "Accept-Encoding": "identity", "Host": url.netloc.decode("ascii")}
    given = {**headers, **{name: value for name, value in conditions.items() if value}}
    waits = dict.fromkeys(("connect", "read", "write", "pool"), SOCKET_SECONDS)
    with (
        httpcore.ConnectionPool(network_backend=door) as pool,
        pool.stream("GET", target, headers=list(given.items()), extensions={"timeout": waits}) as answer,
    ):
        yield answer


def _body(answer: httpcore.Response) -> bytes:
    body = bytearray()
    for chunk in answer.iter_stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Unfetched(f"it is larger than {MOST_BYTES // 1024:,} KB.")
    return bytes(body)
