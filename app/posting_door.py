"""Who may post what is counted out there, and what a post may ask for."""

import hmac
from ipaddress import ip_address
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer

from app.web_request import GivenWorks, Refused
from protocol.installation import Environment

FASTEST = 600.0
SET_TOKEN = "Set CRISIS_READINGS_TOKEN to a long random word and send it as a bearer token: readings are not taken."
BEARER = HTTPBearer(auto_error=False, description="CRISIS_READINGS_TOKEN; the demo does without on this machine.")


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


def _from_here(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


GivenSpeed = Annotated[float, Depends(speed_of)]
DOOR = [Depends(BEARER), Depends(may_post)]
"""The dependencies of a route that counts."""
