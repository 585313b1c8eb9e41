"""What SendGrid posts to us: batches of events. Unsigned or old ones go no further."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from sendgrid.helpers.eventwebhook import EventWebhook
from sendgrid.helpers.eventwebhook.eventwebhook_header import EventWebhookHeader

from notifiers.providers.words import SENDGRID, BadSignature, ReceiptWord, sendgrid_id

SIGNATURE: str = EventWebhookHeader.SIGNATURE
TIMESTAMP: str = EventWebhookHeader.TIMESTAMP
FRESH = 300  # seconds; an older batch may be a replay

DROPS: dict[str, str] = {
    "Bounced Address": "dropped: the address bounced before",
    "Unsubscribed Address": "dropped: the recipient unsubscribed",
    "Spam Reporting Address": "dropped: the recipient reported spam",
    "Spam Content": "dropped: the text looks like spam",
    "Invalid": "dropped: the address is not valid",
    "Recipient List over Package Quota": "dropped: the account's quota is used up",
}


def check_key(public_key: str) -> None:
    """Raises ValueError with the remedy when events could not be checked with the key; none at all is no error."""
    if not public_key:
        return
    try:
        key = EventWebhook(public_key).public_key
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, EllipticCurvePublicKey):
        raise ValueError("SENDGRID_WEBHOOK_KEY is not a public key; copy it again from SendGrid's settings.")


def read_receipts(body: bytes, signature: str, timestamp: str, public_key: str, now: datetime) -> list[ReceiptWord]:
    """Checks and reads one batch, in its order; `signature` and `timestamp` are the headers of those names.

    `public_key` is the verification key as SendGrid shows it: base64, without armour. Duplicates are normal.
    """
    _check(body, signature, timestamp, public_key, now)
    events = json.loads(body)
    return [_word(event) for event in events if event.get("sg_event_id")]


def _check(body: bytes, signature: str, timestamp: str, public_key: str, now: datetime) -> None:
    if not public_key:
        raise BadSignature("SendGrid's events cannot be checked without its verification key.")
    webhook = EventWebhook(public_key)
    try:
        signed = webhook.verify_signature(body.decode(), signature, timestamp)
        age = abs(now.timestamp() - int(timestamp))
    except ValueError:  # not base64, not UTF-8 or not a number
        signed, age = False, 0.0
    if not signed:
        raise BadSignature("not signed by SendGrid")
    if age > FRESH:
        raise BadSignature(f"signed by SendGrid more than {FRESH} seconds away from now")


def _word(event: Mapping[str, Any]) -> ReceiptWord:
    status = str(event.get("event", ""))
    token = event.get("token") or (event.get("custom_args") or {}).get("token")
    return ReceiptWord(
        token=str(token) if token else None,
        provider_id=sendgrid_id(str(event.get("sg_message_id", ""))),
        status=status,
        state=SENDGRID.get(status),
        detail=_detail(status, event),
        key=str(event["sg_event_id"]),
    )


def _detail(status: str, event: Mapping[str, Any]) -> str:
    """Literal words and a numeric code only: the servers' own texts repeat the address."""
    if status == "dropped":
        return DROPS.get(str(event.get("reason", "")), "dropped by SendGrid")
    code = str(event.get("status", ""))
    code = f" ({code})" if re.fullmatch(r"\d\.\d{1,3}\.\d{1,3}", code) else ""
    if status == "bounce":
        kind = "blocked" if event.get("type") == "blocked" else "refused"
        return f"{kind} by the recipient's server{code}"
    return f"put off by the recipient's server{code}" if status == "deferred" else ""
