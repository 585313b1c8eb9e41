"""Twilio's receipts come one by one, by the thousand, so they are taken in before the routes are looked through."""

import re
from collections.abc import Callable

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp, Receive, Scope, Send

from app.receipt_book import ReceiptBook
from app.web_request import AGAIN, SILENT, Refused, as_json, form_within
from app.web_twilio import TWILIO, checked
from notifiers.providers import twilio_callbacks
from notifiers.providers.words import ReceiptWord
from wiring.works import Works

_ADDRESS = re.compile(r"/providers/(sms|voice)/([^/]+)")
_TAKEN = Response(status_code=204)
_READERS: dict[str, Callable[..., ReceiptWord]] = {
    "sms": twilio_callbacks.read_receipt,
    "voice": twilio_callbacks.read_call,
}


class ReceiptDoor:
    """Answers status callbacks of messages and calls; everything else goes on to the application behind."""

    def __init__(self, behind: ASGIApp, works: Works, book: ReceiptBook) -> None:
        self._behind = behind
        self._works = works
        self._book = book

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        found = _ADDRESS.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None:
            await self._behind(scope, receive, send)
            return
        answer = await self._answer(Request(scope, receive), *found.groups())
        await answer(scope, receive, send)

    async def _answer(self, request: Request, channel: str, token: str) -> Response:
        try:
            form = await form_within(request)
            word = checked(_READERS[channel], request, self._works, form, token=token)
            if not all(await self._book.keep([word], TWILIO)):
                raise Refused(404, "No message of ours has this address.")
        except Refused as refused:
            return as_json(refused)
        except OperationalError:
            return JSONResponse(SILENT, 503, AGAIN)
        return _TAKEN
