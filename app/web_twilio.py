"""What Twilio posts is checked over the address that it was given, whatever a proxy made of it."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from fastapi import Request

from app.web_request import Refused
from notifiers.providers import twilio_callbacks
from notifiers.providers.words import BadSignature
from wiring.works import Works

TWILIO = "twilio"  # as messages name their provider
TWIML = "text/xml"

T = TypeVar("T")


def checked(read: Callable[..., T], request: Request, works: Works, form: Mapping[str, str], **more: str) -> T:
    """What a reader of notifiers.providers.twilio_callbacks makes of a post. Refuses what Twilio did not sign."""
    headers = request.headers
    signature = headers.get(twilio_callbacks.SIGNATURE, "")
    settings = headers.get(twilio_callbacks.SETTINGS, "")
    address = _public_address(request, works)
    try:
        return read(address, form, signature, works.settings.twilio_auth_token, settings=settings, **more)
    except BadSignature as bad:
        raise Refused(403, str(bad)) from None


def _public_address(request: Request, works: Works) -> str:
    query: bytes = request.scope["query_string"]
    path: bytes = request.scope["raw_path"]
    asked = path + (b"?" + query if query else b"")
    return works.settings.public_url + asked.decode("latin-1")
