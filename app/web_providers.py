"""What providers post: texts that people send, and batches of receipts. Nothing unsigned is read."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from app.web_request import BatchBody, FormBody, GivenBook, GivenWorks, Refused, form_fields
from app.web_twilio import TWIML, checked
from notifiers import inbound
from notifiers.providers import sendgrid_callbacks, twilio_callbacks
from notifiers.providers.words import BadSignature

SENDGRID = "sendgrid"

router = APIRouter(prefix="/providers")


@router.post("/sms")
def sms_from_a_person(request: Request, works: GivenWorks, body: FormBody) -> Response:
    """A text that came in. The answer is empty whoever sent it, so that nobody learns which numbers are known."""
    text = checked(twilio_callbacks.read_text, request, works, form_fields(body))
    with works.store.write() as session:
        inbound.by_text(session, works.vault, text, works.clock.now())
    return Response(twilio_callbacks.NOTHING, media_type=TWIML)


@router.post("/email")
async def email_receipts(request: Request, works: GivenWorks, book: GivenBook, body: BatchBody) -> JSONResponse:
    """A batch of SendGrid's events, in any order and as often as it likes."""
    headers = request.headers
    signature = headers.get(sendgrid_callbacks.SIGNATURE, "")
    timestamp = headers.get(sendgrid_callbacks.TIMESTAMP, "")
    key, now = works.settings.sendgrid_webhook_key, works.clock.now()
    try:
        words = await run_in_threadpool(sendgrid_callbacks.read_receipts, body, signature, timestamp, key, now)
    except BadSignature as bad:
        raise Refused(403, str(bad)) from None
    except ValueError:
        raise Refused(400, "The batch is not a list of events.") from None
    taken = sum(await book.keep(words, SENDGRID))
    return JSONResponse({"taken": taken, "unknown": len(words) - taken})
