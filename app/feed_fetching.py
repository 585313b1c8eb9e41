"""Asks a feed for what is new: conditionally, within limits of size and time, and only where a feed may lead."""

import socket
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


def fetch(address: str, etag: str = "", modified: str = "") -> Fetched:
    """The feed at an address, unless it is as `etag` and `modified` say. Raises Unfetched.

    A redirection leads to no address of this machine or of a private network, unless the feed itself stands there.
    """
    until = time.monotonic() + MOST_SECONDS
    conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
    door = Door()
    try:
        for _ in range(MOST_REDIRECTS + 1):
            found = _ask(address, conditions, door, until)
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


class Door(httpcore.SyncBackend):
    """Connects to the very address that it has looked at, so that a name cannot change in between."""

    def __init__(self) -> None:
        super().__init__()
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
        return super().connect_tcp(str(address), port, timeout, local_address, socket_options)


def _ask(address: str, conditions: dict[str, str], door: Door, until: float) -> Fetched | str:
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
        return Fetched(_body(answer, until), *kept)


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


def _body(answer: httpcore.Response, until: float) -> bytes:
    body = bytearray()
    for chunk in answer.iter_stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Unfetched(f"it is larger than {MOST_BYTES // 1024:,} KB.")
        if time.monotonic() > until:
            raise Unfetched(f"it took longer than {MOST_SECONDS:g} seconds.")
    return bytes(body)
