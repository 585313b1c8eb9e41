"""What providers post: receipts, and texts that people send. Nothing unsigned is read."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError

from app.web_request import BatchBody, FormBody, GivenWorks, Refused, form_fields
from notifiers import acknowledgements, receipts
from notifiers.providers import sendgrid_callbacks, twilio_callbacks
from notifiers.providers.words import BadSignature, ReceiptWord
from wiring.works import Works

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
TWILIO, SENDGRID = "twilio", "sendgrid"
DEADLOCK = "40P01"

router = APIRouter(prefix="/providers")


@router.post("/sms/{token}")
def sms_receipt(token: str, request: Request, works: GivenWorks, body: FormBody) -> Response:
    """A status callback of Twilio for the message of this token."""
    signature, settings = _twilio_headers(request)
    secret = works.settings.twilio_auth_token
    try:
        word = twilio_callbacks.read_receipt(
            _public_url(request, works), form_fields(body), signature, secret, settings=settings, token=token
        )
    except BadSignature as bad:
        raise Refused(403, str(bad)) from None
    if not _keep(works, word, TWILIO):
        raise Refused(404, "No message of ours has this address.")
    return Response(status_code=204)


@router.post("/sms")
def sms_from_a_person(request: Request, works: GivenWorks, body: FormBody) -> Response:
    """A text that came in. The answer is empty whoever sent it, so that nobody learns which numbers are known."""
    signature, settings = _twilio_headers(request)
    secret = works.settings.twilio_auth_token
    try:
        text = twilio_callbacks.read_text(
            _public_url(request, works), form_fields(body), signature, secret, settings=settings
        )
    except BadSignature as bad:
        raise Refused(403, str(bad)) from None
    with works.store.write() as session:
        acknowledgements.by_text(session, works.vault, text.sender, text.body, works.clock.now())
    return Response(EMPTY_TWIML, media_type="text/xml")


@router.post("/email")
def email_receipts(request: Request, works: GivenWorks, body: BatchBody) -> JSONResponse:
    """A batch of SendGrid's events, in any order and as often as it likes."""
    headers = request.headers
    signature = headers.get(sendgrid_callbacks.SIGNATURE, "")
    timestamp = headers.get(sendgrid_callbacks.TIMESTAMP, "")
    key = works.settings.sendgrid_webhook_key
    try:
        words = sendgrid_callbacks.read_receipts(body, signature, timestamp, key, works.clock.now())
    except BadSignature as bad:
        raise Refused(403, str(bad)) from None
    except ValueError:
        raise Refused(400, "The batch is not a list of events.") from None
    taken = sum(_keep(works, word, SENDGRID) for word in words)
    return JSONResponse({"taken": taken, "unknown": len(words) - taken})


def _keep(works: Works, word: ReceiptWord, provider: str, tries: int = 5) -> bool:
    # One transaction each: a batch in one would lock many messages, crosswise with the sender and with other batches.
    try:
        with works.store.write() as session:
            return receipts.take_in(session, word, provider, works.clock.now())
    except OperationalError as error:
        # Twilio never repeats a receipt, so one that PostgreSQL gives up between two locks is taken in again.
        if tries == 1 or getattr(error.orig, "sqlstate", None) != DEADLOCK:
            raise
    return _keep(works, word, provider, tries - 1)


def _public_url(request: Request, works: Works) -> str:
    """The address that the provider was given and signed, whatever a proxy made of it."""
    query: bytes = request.scope["query_string"]
    path: bytes = request.scope["raw_path"]
    asked = path + (b"?" + query if query else b"")
    return works.settings.public_url + asked.decode("latin-1")


def _twilio_headers(request: Request) -> tuple[str, str]:
    headers = request.headers
    return headers.get(twilio_callbacks.SIGNATURE, ""), headers.get(twilio_callbacks.SETTINGS, "")
