"""POST /mentions: what was said out there, counted once by what the protocol follows, and forgotten."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from app.ahead import ahead_of
from app.posted import Form, form_for, items_of, unread
from app.posted_mentions import LONGEST_SOURCE, SENTIMENTS, judged
from app.posting_answers import MentionsAnswer, answer, body_of, responses_of, told
from app.posting_door import DOOR, GivenSpeed
from app.web_request import BatchBody, GivenWorks, Refused
from monitoring.followed import Following
from monitoring.mentions import MOST_REACH, count_mentions
from monitoring.opening import opener
from protocol.words import Remedy

MENTION: dict[str, Any] = {
    "type": "object",
    "required": ["at", "text"],
    "properties": {
        "id": {"type": ["string", "integer"], "description": "As its source names it; twice is once."},
        "source": {"type": "string", "maxLength": LONGEST_SOURCE, "examples": ["press"]},
        "at": {"type": "string", "format": "date-time", "examples": ["2026-03-03T21:05:00Z"]},
        "text": {"type": "string", "description": "Looked at and forgotten."},
        "author": {"type": "string", "description": "Looked at and forgotten."},
        "channel": {"type": "string", "description": "Key of a listening channel; all of them otherwise."},
        "reach": {"type": "number", "minimum": 0, "maximum": MOST_REACH},
        "sentiment": {"oneOf": [{"type": "number", "minimum": -1, "maximum": 1}, {"enum": [*SENTIMENTS]}]},
    },
}

router = APIRouter()
GivenForm = Annotated[Form, Depends(form_for("mentions"))]


async def following_of(request: Request) -> Following:
    """What the receiver keeps of the protocol's lists."""
    return cast(Following, request.app.state.following)


GivenFollowing = Annotated[Following, Depends(following_of)]


@router.post("/mentions", dependencies=DOOR, responses=responses_of(MentionsAnswer), openapi_extra=body_of(MENTION))
def post_mentions(
    works: GivenWorks, following: GivenFollowing, request: Request, form: GivenForm, speed: GivenSpeed, body: BatchBody
) -> JSONResponse:
    """Counts mentions; a broken one is answered by its line, and the rest is counted."""
    now = works.clock.now()
    try:
        items = items_of(body, form, request.headers.items(), "mention")
        mentions, faults = judged(items, now, ahead_of(works))
    except Remedy as remedy:
        raise unread(remedy) from None
    try:
        with works.store.write() as session:
            found = count_mentions(session, following.now(session), mentions, now, opener(now, speed))
            breaches = told(session, found.breaches)
    except Remedy as remedy:  # a rule that points at nothing: nothing was counted, so it can be sent again
        raise Refused(409, str(remedy)) from None
    counts = {"accepted": found.counted, "repeated": found.repeated, "unmatched": found.unmatched}
    return answer(counts, faults, breaches)
