"""Telephone calls by Twilio's Calls API: a voice reads the words, and a digit pressed is the answer."""

import re
from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.network import GRACE
from notifiers.providers.twilio_http import API, TwilioHttp, created_before
from notifiers.providers.words import TWILIO_CALLS, ReceiptWord
from notifiers.states import Concern, Outcome

LONGEST_TWIML = 4000  # characters
RING = 30  # seconds; after that another person is the better chance
READINGS = 2  # who picks up late hears it whole
_VOICES = {"es": "es-ES", "en": "en-GB"}
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")

TOO_LONG = Answer(
    Outcome.REFUSED, detail="the words are too long for a call; shorten the template", concern=Concern.CONTENT
)


class TwilioVoice:
    """Has Twilio call people, one call in a request."""

    name = "twilio"
    batch = 1
    knows = True
    shared = False

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        from_number: str,
        rate: float | None = None,
        base_url: str = API,
        timeout: float = 15,
        grace: float | None = None,
        connections: int = 10,
    ) -> None:
        self._from = from_number
        self.sender = f"call {from_number}"  # the same number sends SMS at another pace
        self.rate = rate
        self.grace = timeout + GRACE if grace is None else grace
        self.connections = connections
        self._calls = TwilioHttp(
            "Calls", account_sid, auth_token, base_url=base_url, timeout=timeout, connections=connections
        )

    async def send(self, messages: Sequence[Outgoing]) -> Sequence[Answer]:
        """Asks for each call once; no error of network or provider is raised."""
        return [await self._call(message) for message in messages]

    async def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Names every call to the person that may be this one: a call in Twilio's list says nothing of its words.

        Not filtered by StartTime: a call still queued at Twilio has none, and missing it would call twice.
        """
        query = {"To": message.to, "From": self._from}
        try:
            listed = [call async for call in self._calls.listed(query)]
            return Found(tuple(call["sid"] for call in listed if not created_before(call, since)))
        except Exception:  # not reachable, not allowed or not readable: it did not say no
            return None

    async def ask(self, message: Outgoing, provider_id: str) -> ReceiptWord | None:
        """Reads the call's status."""
        return await self._calls.status(message, provider_id, TWILIO_CALLS)

    async def close(self) -> None:
        """Gives back the connections."""
        await self._calls.close()

    async def _call(self, message: Outgoing) -> Answer:
        words = twiml(message)
        if len(words) > LONGEST_TWIML:
            return TOO_LONG
        fields: dict[str, str | list[str]] = {"To": message.to, "From": self._from}
        if message.callback:
            fields |= {"StatusCallback": message.callback, "StatusCallbackEvent": ["answered", "completed"]}
        return await self._calls.create({**fields, "Timeout": str(RING), "Twiml": words})


def voice_of(language: str) -> str:
    """The voice that reads a language, as Twilio's Say names it."""
    return _VOICES.get(language, _VOICES["en"])


def twiml(message: Outgoing) -> str:
    """What the voice does: reads the words twice, and takes one digit where its answer can be posted."""
    words = escape(_NOT_XML.sub(" ", message.body))
    read = f'<Say language="{voice_of(message.language)}">{words}</Say>'
    if message.digit_callback:
        action = quoteattr(message.digit_callback)
        read = f'<Gather numDigits="1" action={action} method="POST" timeout="8">{read}</Gather>'
    return f"<Response>{read * READINGS}</Response>"
