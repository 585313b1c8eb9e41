"""What every route is given: the works, and a body that cannot grow without end."""

from collections.abc import Awaitable, Callable
from typing import Annotated, cast
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from app.receipt_book import ReceiptBook
from wiring.works import Works

FORM_BYTES = 64 * 1024
BATCH_BYTES = 5 * 1024 * 1024
AGAIN = {"Retry-After": "5"}
SILENT = {"error": "The store does not answer just now; send it again."}


class Refused(Exception):  # noqa: N818 - it says what happened to the request
    """A request that is not taken, with the one sentence that is answered."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers


def as_json(refused: Refused) -> JSONResponse:
    """The answer to a machine."""
    return JSONResponse({"error": refused.sentence}, refused.status, refused.headers)


async def works_of(request: Request) -> Works:
    """The works that the receiver was created with."""
    return cast(Works, request.app.state.works)


async def book_of(request: Request) -> ReceiptBook:
    """The book that the receiver keeps receipts in."""
    return cast(ReceiptBook, request.app.state.book)


def body_within(limit: int) -> Callable[[Request], Awaitable[bytes]]:
    """Reads a body of at most `limit` bytes, and refuses a larger one before it is in memory."""

    async def read(request: Request) -> bytes:
        body = bytearray()
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise Refused(413, f"The body is larger than {limit // 1024:,} KB; send it in parts.")
        except ClientDisconnect:
            raise Refused(400, "The body ended too early; send it again.") from None
        return bytes(body)

    return read


async def form_within(request: Request) -> dict[str, str]:
    """The fields of a form that is not larger than forms are."""
    return form_fields(await _read_form(request))


def form_fields(body: bytes) -> dict[str, str]:
    """The fields of a form body; of a repeated one the last counts. What is not a form has none."""
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError:  # not UTF-8, or more fields than anybody sends
        return {}


def printable(typed: str) -> str:
    """What was typed, without control characters, which PostgreSQL refuses in part."""
    return "".join(character if character.isprintable() else " " for character in typed).strip()


_read_form = body_within(FORM_BYTES)
GivenBook = Annotated[ReceiptBook, Depends(book_of)]
GivenWorks = Annotated[Works, Depends(works_of)]
FormBody = Annotated[bytes, Depends(_read_form)]
BatchBody = Annotated[bytes, Depends(body_within(BATCH_BYTES))]
