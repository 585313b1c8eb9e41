"""POST /inquiries and POST /inquiries/ID/reply: what customers ask, taken in once and answered, and the first reply."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from app.desk_counts import hand_on
from app.inquiry_told import told
from app.posted_inquiries import PostedInquiries, TooMany, read_inquiries
from app.posted_lines import NOT_JSON, parsed, posted_moment
from app.web_readings import NDJSON, SHOWN_FAULTS, breaches_told, may_post
from app.web_request import BatchBody, FormBody, GivenWorks, Refused
from desk.intake import Taken, known_keys, take_in
from desk.replying import NoInquiry, find, reply
from monitoring.rows import Breach
from protocol.words import Remedy
from wiring.works import Works

router = APIRouter()


def is_by_line(request: Request) -> bool:
    """Whether each line is an inquiry. Another type than JSON is refused: no web page can post it unasked."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and kind not in NDJSON:
        raise Refused(415, "Send inquiries as application/json or, one in each line, as application/x-ndjson.")
    return kind in NDJSON


@router.post("/inquiries", dependencies=[Depends(may_post)])
def post_inquiries(works: GivenWorks, by_line: Annotated[bool, Depends(is_by_line)], body: BatchBody) -> JSONResponse:
    """Takes in inquiries and answers them; a broken one is answered by its line, and the rest is kept."""
    now = works.clock.now()
    posted = _read(works, body, by_line, now)
    try:
        with works.store.write() as session:
            taken = take_in(session, works.vault, posted.inquiries, now)
            breaches = _breaches(session, taken, now)
            answers = [
                _named(one.given_id, told(two)) for one, two in zip(posted.inquiries, taken.answered, strict=True)
            ]
    except Remedy as remedy:  # nothing of this post was kept, so it can be sent again
        raise Refused(409, str(remedy)) from None
    return _answer(posted, taken, answers, breaches)


@router.post("/inquiries/{given:path}/reply", dependencies=[Depends(may_post)])
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


def _read(works: Works, body: bytes, by_line: bool, now: datetime) -> PostedInquiries:
    with works.store.read() as session:
        known = known_keys(session)
    try:
        return read_inquiries(body, by_line, known, now)
    except TooMany as remedy:
        raise Refused(413, str(remedy)) from None
    except Remedy as remedy:
        raise Refused(400, str(remedy)) from None


def _replied_at(body: bytes, now: datetime) -> datetime:
    if not body.strip():
        return now
    said = parsed(body)
    if said is NOT_JSON or not isinstance(said, dict):
        raise Refused(400, 'Send nothing, or an object like {"at": "2026-03-03T21:05:00Z"}.')
    try:
        return now if said.get("at") is None else posted_moment(said["at"])
    except Remedy as remedy:
        raise Refused(422, str(remedy)) from None


def _breaches(session: Session, taken: Taken, now: datetime) -> list[dict[str, object]]:
    found: tuple[Breach, ...] = hand_on(session, taken.new, now)
    return breaches_told(session, found)


def _named(given_id: str, said: dict[str, Any]) -> dict[str, Any]:
    return {"id": given_id, **said}


def _answer(
    posted: PostedInquiries, taken: Taken, answers: list[dict[str, Any]], breaches: list[dict[str, object]]
) -> JSONResponse:
    answer = {
        "accepted": len(taken.new),
        "repeated": taken.repeated,
        "refused": len(posted.faults),
        "answers": answers,
        "breaches": breaches,
        "errors": [{"line": fault.line, "error": fault.error} for fault in posted.faults[:SHOWN_FAULTS]],
    }
    return JSONResponse(answer, 422 if posted.faults and not posted.inquiries else 200)
