"""Twilio's error codes as data: whom a code concerns and what it says. Twilio changes them; the class of HTTP decides
for a code that is not here."""

from notifiers.providers.base import Answer
from notifiers.states import Concern, Outcome

_R, _P, _C, _T, _S = Concern.RECIPIENT, Concern.PAIR, Concern.CAMPAIGN, Concern.CONTENT, Concern.TRANSIENT

CODES: dict[int, tuple[Concern, str]] = {
    21211: (_R, "the number is not valid"),
    21214: (_R, "the number cannot be reached"),
    21217: (_R, "the number does not look like a telephone number"),
    21610: (Concern.OPTED_OUT, "the recipient has opted out"),
    21614: (_R, "the number is not a mobile one"),
    30004: (_R, "the recipient blocks messages"),
    30005: (_R, "the number is unknown to its carrier"),
    30006: (_R, "the number is a landline or cannot be reached"),
    21408: (_P, "the account may not send to this country"),
    21612: (_P, "the sender has no route to this number"),
    30034: (_P, "the sender is not registered for this country"),
    20003: (_C, "the account's credentials are wrong"),
    20404: (_C, "the account or service does not exist"),
    21606: (_C, "the sender's number cannot send messages"),
    21659: (_C, "the sender's number does not belong to the account"),
    21660: (_C, "the sender's number and the account do not match"),
    30002: (_C, "the account is suspended"),
    30007: (_T, "the carrier filtered the text"),
    21617: (_T, "the text is too long"),
    20429: (_S, "too many requests"),
    21611: (_S, "the sender's queue is full"),
    30001: (_S, "the queue overflowed"),
    30003: (_S, "the telephone is switched off or out of reach"),
    30008: (_S, "the carrier gave no reason"),
    30017: (_S, "the carrier's network is congested"),
    30022: (_S, "the carrier's rate limit was exceeded"),
    30036: (_S, "the message waited for too long"),
    63017: (_S, "the rate limit was exceeded"),
    63018: (_S, "the sender's rate limit was exceeded"),
}

_BY_STATUS = {401: _C}  # where the code is new to us


def sentence(code: int | None) -> str:
    """Says what a code means, without personal data."""
    if code in CODES:
        return f"{CODES[code][1]} (Twilio {code})"
    return f"Twilio error {code}" if code else "Twilio gave no reason"


def answer_to(status: int, code: int | None) -> Answer:
    """Turns an HTTP error of Twilio into an answer: 4xx was surely not taken, anything else is in doubt."""
    if not 400 <= status < 500 or status == 408:  # 408 comes from a gateway that may have passed the request on
        return Answer(Outcome.UNKNOWN, detail=f"Twilio failed with HTTP {status}")
    concern = CODES[code][0] if code in CODES else _BY_STATUS.get(status)
    outcome = Outcome.NOT_SENT if concern is Concern.TRANSIENT else Outcome.REFUSED
    return Answer(outcome, detail=f"{sentence(code)}, HTTP {status}", concern=concern)
