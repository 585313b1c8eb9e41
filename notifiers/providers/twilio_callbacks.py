"""What Twilio posts to us: receipts for messages, and texts that people send. Unsigned ones go no further."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator, get_signature_algorithm  # type: ignore[import-untyped]

from notifiers.providers.twilio_codes import sentence
from notifiers.providers.words import TWILIO, BadSignature, InboundText, ReceiptWord

SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"


def read_receipt(
    url: str, form: Mapping[str, str], signature: str, secret: str, *, settings: str = "", token: str | None = None
) -> ReceiptWord:
    """Checks and reads one status callback.

    `url` is the public address that Twilio was given, query included, whatever a proxy made of it. `signature` and
    `settings` are the headers SIGNATURE and SETTINGS. `token` is ours, where the address carries it in its path;
    else it is the query's `token`.
    """
    _check(url, form, signature, secret, settings)
    provider_id, status = form.get("MessageSid", ""), form.get("MessageStatus", "")
    return ReceiptWord(
        token=token or _token(url),
        provider_id=provider_id,
        status=status,
        state=TWILIO.get(status),
        detail=_detail(form.get("ErrorCode", "")),
        key=f"{provider_id}:{status}",
    )


def read_text(url: str, form: Mapping[str, str], signature: str, secret: str, *, settings: str = "") -> InboundText:
    """Checks and reads one text that a person sent."""
    _check(url, form, signature, secret, settings)
    return InboundText(form.get("From", ""), form.get("Body", ""), form.get("MessageSid", ""))


def _check(url: str, form: Mapping[str, str], signature: str, secret: str, settings: str) -> None:
    if not secret:
        raise BadSignature("Twilio's callbacks cannot be checked without a secret. Set TWILIO_AUTH_TOKEN.")
    algorithm = get_signature_algorithm(settings)
    if not RequestValidator(secret).validate(url, dict(form), signature, algorithm):
        raise BadSignature("not signed by Twilio for this address")


def _token(url: str) -> str | None:
    return next(iter(parse_qs(urlsplit(url).query).get("token", [])), None)


def _detail(code: str) -> str:
    return sentence(int(code)) if code.isdecimal() and int(code) else ""
