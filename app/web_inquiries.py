"""POST /inquiries and POST /inquiries/ID/reply: what customers ask, taken in once and answered, and the first reply."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from app.desk_counts import hand_on
from app.inquiry_told import told
from app.posted import NOT_JSON, Form, form_for, items_of, parsed, read_moment, unread
from app.posted_inquiries import PostedInquiries, read_inquiries
from app.posting_answers import ReadingsAnswer, body_of, described, responses_of
from app.posting_answers import told as breaches_told
from app.posting_door import DOOR
from app.web_request import BatchBody, FormBody, GivenWorks, Refused
from desk.inquiries import Customer, InquiryKind
from desk.intake import Answered, Taken, known_keys, take_in
from desk.replying import NoInquiry, find, reply
from monitoring.rows import Breach
from protocol.words import Remedy, Urgency
from wiring.works import Works

router = APIRouter()


GivenForm = Annotated[Form, Depends(form_for("inquiries"))]
INQUIRY: dict[str, Any] = {
    "type": "object",
    "required": ["id", "channel", "text"],
    "properties": {
        "id": {"type": ["string", "integer"], "description": "As its source names it; twice is once."},
        "source": {"type": "string", "examples": ["crm"]},
        "channel": {"type": "string", "examples": ["phone"], "description": "A word of the support entries."},
        "text": {"type": "string", "description": "What the customer says."},
        "urgency": {"enum": [*Urgency]},
        "customer": {"enum": [*Customer]},
        "kind": {"enum": [*InquiryKind]},
        "language": {"type": "string", "examples": ["es"]},
        "subject": {"type": "string"},
        "reason": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
    },
}


class InquiriesAnswer(ReadingsAnswer):
    """As of readings, with the answer to each inquiry that was taken, in its order."""

    answers: list[dict[str, Any]]


@router.post("/inquiries", dependencies=DOOR, responses=responses_of(InquiriesAnswer), openapi_extra=body_of(INQUIRY))
def post_inquiries(works: GivenWorks, request: Request, form: GivenForm, body: BatchBody) -> JSONResponse:
    """Takes in inquiries and answers them; a broken one is answered by its line, and the rest is kept."""
    now = works.clock.now()
    posted = _read(works, request, form, body, now)
    try:
        with works.store.write() as session:
            taken = take_in(session, works.vault, posted.inquiries, now)
            breaches = _breaches(session, taken, now)
            answers = [_named(one.given_id, two) for one, two in zip(posted.inquiries, taken.answered, strict=True)]
    except Remedy as remedy:  # nothing of this post was kept, so it can be sent again
        raise Refused(409, str(remedy)) from None
    return _answer(posted, taken, answers, breaches)


@router.post("/inquiries/{given:path}/reply", dependencies=DOOR)
def post_reply(given: str, works: GivenWorks, body: FormBody, source: str | None = None) -> JSONResponse:
    """Notes the first reply, once; `at` in the body says when, now unless given. ID is the source's own, or INQ-12."""
    now = works.clock.now()
    at = _replied_at(body, now)
    try:
        with works.store.write() as session:
            done = reply(session, find(session, works.vault, given, source), at, now)
    except NoInquiry as remedy:
        raise Refused(404, str(remedy)) from None
    except Remedy as remedy:
        raise Refused(422, str(remedy)) from None
    said = {"inquiry": done.inquiry.name, "first": done.first, "on_time": done.on_time}
    moment = done.inquiry.replied_at
    return JSONResponse({**said, "replied_at": moment.isoformat() if moment else None})


def _read(works: Works, request: Request, form: Form, body: bytes, now: datetime) -> PostedInquiries:
    with works.store.read() as session:
        known = known_keys(session)
    try:
        items = items_of(body, form, request.headers.items(), "inquiry")
        return read_inquiries(items, known, now)
    except Remedy as remedy:
        raise unread(remedy) from None


def _replied_at(body: bytes, now: datetime) -> datetime:
    if not body.strip():
        return now
    said = parsed(body)
    if said is NOT_JSON or not isinstance(said, dict):
        raise Refused(400, 'Send nothing, or an object like {"at": "2026-03-03T21:05:00Z"}.')
    try:
        return now if said.get("at") is None else read_moment(said["at"])
    except Remedy as remedy:
        raise Refused(422, str(remedy)) from None


def _breaches(session: Session, taken: Taken, now: datetime) -> list[dict[str, object]]:
    found: tuple[Breach, ...] = hand_on(session, taken.new, now)
    return breaches_told(session, found)


def _named(given_id: str, answered: Answered) -> dict[str, Any]:
    return {"id": given_id, **told(answered), "to_correct": answered.to_correct}


def _answer(
    posted: PostedInquiries, taken: Taken, answers: list[dict[str, Any]], breaches: list[dict[str, object]]
) -> JSONResponse:
    counts = {"accepted": len(taken.new), "repeated": taken.repeated}
    return described(counts, posted.faults, breaches, answers=answers)
