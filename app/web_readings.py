"""POST /readings: what is counted out there, taken in once, and what it set off."""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.posted_readings import Posted, read_posted
from app.web_request import BatchBody, GivenWorks, Refused
from monitoring.intake import AHEAD, IntakeResult, take_in
from monitoring.opening import opener
from monitoring.rows import Breach, MonitoringRule
from protocol.installation import Environment
from protocol.words import Remedy

DEMO_AHEAD = timedelta(hours=3)  # the demo's time is compressed: its readings run ahead of the clock
FASTEST = 600.0
SHOWN_FAULTS = 100
SET_TOKEN = "Set CRISIS_READINGS_TOKEN to a long random word and send it as a bearer token: readings are not taken."
NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")

router = APIRouter()


def may_post(request: Request, works: GivenWorks) -> None:
    """Refuses whoever does not carry the token; without one the demo takes readings of this machine only."""
    token = works.settings.readings_token
    if not token:
        if works.settings.environment is Environment.DEMO and _from_here(request):
            return
        raise Refused(503, SET_TOKEN)
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        challenge = {"WWW-Authenticate": "Bearer"}
        raise Refused(401, "The bearer token is missing or wrong; send CRISIS_READINGS_TOKEN.", challenge)


def speed_of(works: GivenWorks, x_crisis_speed: Annotated[str | None, Header()] = None) -> float:
    """How fast the clock of an incident runs that this post opens; only the demo may say."""
    if x_crisis_speed is None:
        return 1.0
    if works.settings.environment is not Environment.DEMO:
        raise Refused(400, "X-Crisis-Speed is for the demo; leave it out.")
    try:
        speed = float(x_crisis_speed)
    except ValueError:
        speed = 0.0
    if not 1 <= speed <= FASTEST:
        raise Refused(400, f"X-Crisis-Speed must be a number from 1 to {FASTEST:g}; correct it.")
    return speed


def is_by_line(request: Request) -> bool:
    """Whether each line is a reading. Another type than JSON is refused: no web page can post it unasked."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and kind not in NDJSON:
        raise Refused(415, "Send readings as application/json or, one in each line, as application/x-ndjson.")
    return kind in NDJSON


@router.post("/readings", dependencies=[Depends(may_post)])
def post_readings(
    works: GivenWorks,
    by_line: Annotated[bool, Depends(is_by_line)],
    speed: Annotated[float, Depends(speed_of)],
    body: BatchBody,
) -> JSONResponse:
    """Takes in readings; a broken one is answered by its line, and the rest is kept."""
    now = works.clock.now()
    ahead = DEMO_AHEAD if works.settings.environment is Environment.DEMO else AHEAD
    try:
        posted = read_posted(body, by_line, now, ahead)
    except Remedy as remedy:
        raise Refused(400, str(remedy)) from None
    try:
        with works.store.write() as session:
            result = take_in(session, posted.readings, now, opener(now, speed), ahead)
            breaches = breaches_told(session, result.breaches)
    except Remedy as remedy:  # a rule that points at nothing: no reading of this post was kept, so it can be sent again
        raise Refused(409, str(remedy)) from None
    return _answer(posted, result, breaches)


def _answer(posted: Posted, result: IntakeResult, breaches: list[dict[str, object]]) -> JSONResponse:
    answer = {
        "accepted": result.accepted,
        "repeated": result.repeated,
        "refused": len(posted.faults),
        "breaches": breaches,
        "errors": [{"line": fault.line, "error": fault.error} for fault in posted.faults[:SHOWN_FAULTS]],
    }
    return JSONResponse(answer, 422 if posted.faults and not posted.readings else 200)


def breaches_told(session: Session, breaches: Sequence[Breach]) -> list[dict[str, object]]:
    """What a post has set off, as its answer says it."""
    wanted = {breach.rule_id for breach in breaches}
    query = select(MonitoringRule.id, MonitoringRule.key).where(MonitoringRule.id.in_(wanted))
    keys = dict(session.execute(query).all())
    return [_breach(breach, keys[breach.rule_id]) for breach in breaches]


def _breach(breach: Breach, rule: str) -> dict[str, object]:
    return {
        "rule": rule,
        "at": breach.at.isoformat(),
        "level": breach.level,
        "why": breach.why,
        "incident": breach.incident_id,
        "opened": breach.incident_id is not None and not breach.joined,
    }


def _from_here(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
