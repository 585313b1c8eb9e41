"""What Twilio posts to us: receipts for messages and calls, texts, and digits. Unsigned ones go no further."""

from collections.abc import Mapping
from hmac import compare_digest
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from twilio.request_validator import (  # type: ignore[import-untyped]
    HMAC_SHA1,
    HMAC_SHA256,
    RequestValidator,
    get_signature_algorithm,
)

from notifiers.providers.twilio_codes import CODES, sentence
from notifiers.providers.twilio_voice import voice_of
from notifiers.providers.words import (
    TWILIO,
    TWILIO_CALLS,
    BadSignature,
    InboundText,
    ReceiptWord,
    storable,
)
from notifiers.states import State

SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
NOTHING = f"{_XML}<Response/>"


def read_receipt(
    url: str, form: Mapping[str, str], signature: str, secret: str, *, settings: str = "", token: str | None = None
) -> ReceiptWord:
    """Checks and reads one status callback of a message.

    `url` is the public address that Twilio was given, query included, whatever a proxy made of it. `signature` and
    `settings` are the headers SIGNATURE and SETTINGS. `token` is ours, where the address carries it in its path;
    else it is the query's `token`.
    """
    _check(url, form, signature, secret, settings)
    said = _Said(form.get("MessageSid", ""), form.get("MessageStatus", ""), form.get("ErrorCode", ""))
    return said.word(TWILIO, token or _token(url))


def read_call(
    url: str, form: Mapping[str, str], signature: str, secret: str, *, settings: str = "", token: str | None = None
) -> ReceiptWord:
    """Checks and reads one status callback of a call, as `read_receipt` does of a message."""
    _check(url, form, signature, secret, settings)
    said = _Said(form.get("CallSid", ""), form.get("CallStatus", ""), form.get("ErrorCode", ""))
    return said.word(TWILIO_CALLS, token or _token(url))


def read_text(url: str, form: Mapping[str, str], signature: str, secret: str, *, settings: str = "") -> InboundText:
    """Checks and reads one text that a person sent."""
    _check(url, form, signature, secret, settings)
    given = (form.get(name, "") for name in ("From", "Body", "MessageSid", "OptOutType"))
    return InboundText(*given)


def read_digits(url: str, form: Mapping[str, str], signature: str, secret: str, *, settings: str = "") -> str:
    """Checks and reads the digits that a called person pressed."""
    _check(url, form, signature, secret, settings)
    return form.get("Digits", "")


def spoken(words: str, language: str) -> str:
    """TwiML that says something and hangs up."""
    return f"{_XML}<Response>{_say(words, language)}<Hangup/></Response>"


def asked(words: str, language: str) -> str:
    """TwiML that says something and waits for one digit, which is posted to where this was the answer."""
    gather = f'<Gather input="dtmf" numDigits="1" timeout="8">{_say(words, language)}</Gather>'
    return f"{_XML}<Response>{gather}<Hangup/></Response>"


class _Said:
    """What one callback says about a message or a call."""

    def __init__(self, provider_id: str, status: str, code: str) -> None:
        self._id, self._status = storable(provider_id), storable(status)
        self._code = int(code) if code.isascii() and code.isdecimal() and len(code) <= 6 else 0

    def word(self, table: Mapping[str, State | None], token: str | None) -> ReceiptWord:
        return ReceiptWord(
            token=storable(token) if token else None,
            provider_id=self._id,
            status=self._status,
            state=table.get(self._status),
            detail=sentence(self._code) if self._code else "",
            key=f"{self._id}:{self._status}",
            concern=CODES[self._code][0] if self._code in CODES else None,
        )


def _check(url: str, form: Mapping[str, str], signature: str, secret: str, settings: str) -> None:
    if not secret:
        raise BadSignature("Twilio's callbacks cannot be checked without a secret. Set TWILIO_AUTH_TOKEN.")
    algorithm = get_signature_algorithm(settings)
    if algorithm.upper() not in (HMAC_SHA1, HMAC_SHA256):  # the library would log it, and anybody may name one
        raise BadSignature("not signed by Twilio for this address")
    validator = RequestValidator(secret)
    if compare_digest(validator.compute_signature(url, form, algorithm).encode(), signature.encode()):
        return
    # The library also tries the address with and without its port, in thrice the time.
    if not validator.validate(url, form, signature, algorithm):
        raise BadSignature("not signed by Twilio for this address")


def _token(url: str) -> str | None:
    return next(iter(parse_qs(urlsplit(url).query).get("token", [])), None)


def _say(words: str, language: str) -> str:
    return f'<Say language="{voice_of(language)}">{escape(words)}</Say>'
