"""The line to one company on the web: connections stay open, and every request is made once."""

import asyncio
import io
from collections.abc import Mapping
from typing import NamedTuple

import aiohttp
from yarl import URL

_NOT_OURS = ("Accept-Encoding", "User-Agent")  # what aiohttp would add and work out for every request
_LARGE = 2**20  # bytes; what is written in one piece keeps the loop from everything else


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpLine:
    """Posts and gets with the same headers every time, inside one event loop.

    Nothing is retried (but a GET whose kept connection had gone, which does no harm), redirected or remembered. A
    connection that does not come about within half of `timeout` seconds ends before the message was written.
    """

    def __init__(self, authorization: str, media_type: str, *, timeout: float, connections: int) -> None:
        # The session's own, because headers given with a request cost it 20 µs.
        self._headers = {"Authorization": authorization, "Accept": "application/json", "Content-Type": media_type}
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=timeout / 2)
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: URL, body: bytes) -> Reply:
        """Posts once. Raises what the network does."""
        session = self._session or self._open()
        data = body if len(body) < _LARGE else io.BytesIO(body)
        response = await session.post(url, data=data, allow_redirects=False)
        return Reply(response.status, response.headers, await response.read())  # gives back the connection, or ends it

    async def get(self, url: URL) -> Reply:
        """Gets. Raises what the network does."""
        session = self._session or self._open()
        response = await session.get(url, allow_redirects=False)
        return Reply(response.status, response.headers, await response.read())

    async def close(self) -> None:
        """Gives back the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        """Made late, because a session belongs to the loop that runs."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections),
            cookie_jar=aiohttp.DummyCookieJar(loop=asyncio.get_running_loop()),
            headers=self._headers,
            skip_auto_headers=_NOT_OURS,
            timeout=self._timeout,
        )
        return self._session
