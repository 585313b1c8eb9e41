"""The web receiver: what is counted, one-tap pages and what providers post. Listens on this machine only."""

import sys

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError

from app import (
    web_alarms,
    web_alerts,
    web_desk,
    web_emails,
    web_gates,
    web_health,
    web_inquiries,
    web_mentions,
    web_people,
    web_providers,
    web_readings,
    web_sign_off,
    web_voice,
)
from app.page import note_page, reader_language
from app.receipt_book import ReceiptBook
from app.receipt_door import ReceiptDoor
from app.web_request import AGAIN, SILENT, Refused, as_json
from monitoring.followed import Following
from notifiers.providers import sendgrid_callbacks
from protocol.installation import Environment
from protocol.words import Remedy
from wiring.works import Works, open_works

HOST = "127.0.0.1"
ROUTES = (
    web_health,
    web_readings,
    web_mentions,
    web_emails,
    web_alerts,
    web_inquiries,
    web_desk,
    web_alarms,
    web_people,
    web_gates,
    web_sign_off,
    web_providers,
    web_voice,
)
PAGES = ("/a/", "/c/", "/d/", "/g/", "/q/", "/s/")


def create_receiver(works: Works) -> FastAPI:
    """The application, built on the works it is given. Raises Remedy for a key that could check nothing."""
    _check_keys(works)
    docs = works.settings.environment is not Environment.PRODUCTION
    receiver = FastAPI(
        title="Crisis Playbook receiver",
        docs_url="/docs" if docs else None,
        redoc_url=None,
        openapi_url="/openapi.json" if docs else None,
    )
    receiver.state.works = works
    receiver.state.book = ReceiptBook(works.store, works.clock)
    receiver.add_middleware(ReceiptDoor, works=works, book=receiver.state.book)
    receiver.state.following = Following()
    for routes in ROUTES:
        receiver.include_router(routes.router)
    receiver.add_exception_handler(Refused, _refused)
    receiver.add_exception_handler(OperationalError, _store_is_silent)
    return receiver


def main() -> None:
    """Serves until SIGTERM. Exits with code 2 when the works or the receiver cannot be built."""
    try:
        works = open_works()
        receiver = create_receiver(works)
    except Remedy as remedy:
        print(remedy, file=sys.stderr)
        raise SystemExit(2) from None
    # Addresses carry tokens, so no line is written for a request.
    uvicorn.run(
        receiver,
        host=HOST,
        port=works.settings.receiver_port,
        access_log=False,
        log_level="warning",
        server_header=False,
    )


def _check_keys(works: Works) -> None:
    try:
        sendgrid_callbacks.check_key(works.settings.sendgrid_webhook_key)
    except ValueError as malformed:
        raise Remedy(str(malformed)) from None


def _refused(_request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    return as_json(refused)


def _store_is_silent(request: Request, _error: Exception) -> Response:
    """Whoever posted tries again; a person is told so."""
    if request.url.path.startswith(PAGES):
        return note_page("silent", reader_language(request), 503, headers=AGAIN)
    return JSONResponse(SILENT, 503, AGAIN)


if __name__ == "__main__":
    main()
