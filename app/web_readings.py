"""POST /readings: what is counted out there, taken in once, and what it set off."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from app.ahead import ahead_of
from app.posted import Form, form_for, items_of, unread
from app.posted_readings import LONGEST_SERIES, LONGEST_SOURCE, Posted, judged
from app.posting_answers import ReadingsAnswer, answer, body_of, responses_of, told
from app.posting_door import DOOR, GivenSpeed
from app.web_request import BatchBody, GivenWorks, Refused
from monitoring.intake import take_in
from monitoring.opening import opener
from monitoring.readings import HIGHEST
from protocol.words import Remedy
from wiring.works import Works

READING: dict[str, Any] = {
    "type": "object",
    "required": ["series", "at", "value"],
    "properties": {
        "series": {"type": "string", "minLength": 1, "maxLength": LONGEST_SERIES, "examples": ["mentions"]},
        "at": {"type": "string", "format": "date-time", "examples": ["2026-03-03T21:05:00Z"]},
        "value": {"type": "number", "minimum": 0, "maximum": HIGHEST},
        "source": {"type": "string", "maxLength": LONGEST_SOURCE, "description": "Who counted; theirs add up."},
    },
}

router = APIRouter()
GivenForm = Annotated[Form, Depends(form_for("readings"))]


@router.post("/readings", dependencies=DOOR, responses=responses_of(ReadingsAnswer), openapi_extra=body_of(READING))
def post_readings(
    works: GivenWorks, request: Request, form: GivenForm, speed: GivenSpeed, body: BatchBody
) -> JSONResponse:
    """Takes in readings; a broken one is answered by its line, and the rest is kept."""
    try:
        posted = judged(items_of(body, form, request.headers.items(), "reading"), works.clock.now(), ahead_of(works))
    except Remedy as remedy:
        raise unread(remedy) from None
    return kept(works, posted, speed)


def kept(works: Works, posted: Posted, speed: float = 1.0) -> JSONResponse:
    """Takes in what was posted, and the answer."""
    now = works.clock.now()
    try:
        with works.store.write() as session:
            result = take_in(session, posted.readings, now, opener(now, speed), ahead_of(works))
            breaches = told(session, result.breaches)
    except Remedy as remedy:  # a rule that points at nothing: no reading of this post was kept, so it can be sent again
        raise Refused(409, str(remedy)) from None
    return answer({"accepted": result.accepted, "repeated": result.repeated}, posted.faults, breaches)
