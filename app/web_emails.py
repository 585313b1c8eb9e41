"""POST /emails: how many e-mails come into the company's mailboxes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from app.ahead import ahead_of
from app.posted import Form, form_for, items_of, unread
from app.posted_emails import judged
from app.posted_readings import LONGEST_SOURCE
from app.posting_answers import ReadingsAnswer, answer, body_of, responses_of, told
from app.posting_door import DOOR
from app.web_request import BatchBody, GivenWorks, Refused
from monitoring.intake import take_in
from monitoring.mailboxes import count_mails
from monitoring.opening import opener
from monitoring.readings import HIGHEST
from protocol.company_parts import KEY
from protocol.words import Remedy

EMAIL: dict[str, Any] = {
    "type": "object",
    "required": ["mailbox", "at"],
    "properties": {
        "mailbox": {"type": "string", "pattern": KEY.pattern, "maxLength": 60, "examples": ["help"]},
        "at": {"type": "string", "format": "date-time", "examples": ["2026-03-03T21:05:00Z"]},
        "id": {"type": ["string", "integer"], "description": "Of one e-mail; twice is once."},
        "count": {"type": "number", "minimum": 0, "maximum": HIGHEST, "description": "Of several."},
        "source": {"type": "string", "maxLength": LONGEST_SOURCE, "description": "Who counted; theirs add up."},
    },
}

router = APIRouter()
GivenForm = Annotated[Form, Depends(form_for("e-mails"))]


@router.post("/emails", dependencies=DOOR, responses=responses_of(ReadingsAnswer), openapi_extra=body_of(EMAIL))
def post_emails(works: GivenWorks, request: Request, form: GivenForm, body: BatchBody) -> JSONResponse:
    """Counts e-mails: {mailbox, id, at} for each, or {mailbox, at, count} for several."""
    now = works.clock.now()
    try:
        items = items_of(body, form, request.headers.items(), "e-mail")
        posted = judged(items, now, ahead_of(works))
    except Remedy as remedy:
        raise unread(remedy) from None
    breaches = []
    try:
        with works.store.write() as session:
            single = count_mails(session, posted.mails, now, opener(now))
            breaches += told(session, single.breaches)
        # Another transaction: rules are locked in one order within each.
        with works.store.write() as session:
            several = take_in(session, posted.counts, now, opener(now), ahead_of(works))
            breaches += told(session, several.breaches)
    except Remedy as remedy:  # a rule that points at nothing: what was kept counts once, so it can be sent again
        raise Refused(409, str(remedy)) from None
    counts = {
        "accepted": single.accepted + several.accepted,
        "repeated": single.repeated + several.repeated,
    }
    return answer(counts, posted.faults, breaches)
