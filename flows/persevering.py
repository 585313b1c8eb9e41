"""A browser does not ask again: where Prefect's store was busy for a moment, its answer to Resume is asked for here."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

TRIES = 20
PAUSE = 0.3  # seconds
BUSY = 503  # Prefect says so when SQLite was locked; the transaction was undone, so asking again is safe


class Persevering:
    """Passes everything on; a Resume that meets a busy store is tried again for some seconds."""

    def __init__(self, application: Application, pause: float = PAUSE) -> None:
        self._application = application
        self._pause = pause

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, as ASGI has it."""
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].endswith("/resume"):
            await self._application(scope, receive, send)
            return
        asked = await _whole(receive)
        for _ in range(TRIES - 1):
            said = await self._answer(scope, asked, receive)
            if said[0]["status"] != BUSY:
                break
            await asyncio.sleep(self._pause)
        else:
            said = await self._answer(scope, asked, receive)
        for message in said:
            await send(message)

    async def _answer(self, scope: Scope, asked: Message, further: Receive) -> list[Message]:
        said: list[Message] = []
        left = [asked]

        async def receive() -> Message:
            return left.pop() if left else await further()

        async def send(message: Message) -> None:
            said.append(message)

        try:
            await self._application(dict(scope), receive, send)
        except Exception:  # Starlette answers 503 and raises what caused it all the same
            if not said or said[0]["status"] != BUSY:
                raise
        return said


async def _whole(receive: Receive) -> Message:
    """The request as one message."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return {"type": "http.request", "body": body, "more_body": False}
