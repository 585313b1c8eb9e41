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

from notifiers.providers.words import SENDGRID, BadSignature, ReceiptWord, sendgrid_id, storable
from notifiers.states import Concern

SIGNATURE: str = EventWebhookHeader.SIGNATURE
TIMESTAMP: str = EventWebhookHeader.TIMESTAMP
FRESH = 300  # seconds; an older batch may be a replay

DROPS: dict[str, tuple[Concern, str]] = {
    "Bounced Address": (Concern.RECIPIENT, "dropped: the address bounced before"),
    "Unsubscribed Address": (Concern.OPTED_OUT, "dropped: the recipient unsubscribed"),
    "Spam Reporting Address": (Concern.OPTED_OUT, "dropped: the recipient reported spam"),
    "Spam Content": (Concern.CONTENT, "dropped: the text looks like spam"),
    "Invalid": (Concern.RECIPIENT, "dropped: the address is not valid"),
    "Recipient List over Package Quota": (Concern.CAMPAIGN, "dropped: the account's quota is used up"),
}
STOPS = ("spamreport", "unsubscribe", "group_unsubscribe")
STARTS = ("group_resubscribe",)


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
    try:
        events = json.loads(body)
    except RecursionError:  # lists within lists
        raise ValueError("nested too deeply") from None
    if not isinstance(events, list):
        raise ValueError("not a list")
    return [_word(event) for event in events if isinstance(event, dict) and event.get("sg_event_id")]


def _check(body: bytes, signature: str, timestamp: str, public_key: str, now: datetime) -> None:
    if not public_key:
        raise BadSignature("SendGrid's events cannot be checked without its verification key.")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise BadSignature("not signed by SendGrid")
    webhook = EventWebhook(public_key)
    try:
        signed = webhook.verify_signature(body.decode(), signature, timestamp)
    except ValueError:  # not base64 or not UTF-8
        signed = False
    if not signed:
        raise BadSignature("not signed by SendGrid")
    if abs(now.timestamp() - int(timestamp)) > FRESH:
        raise BadSignature(f"signed by SendGrid more than {FRESH} seconds away from now")


def _word(event: Mapping[str, Any]) -> ReceiptWord:
    status = str(event.get("event", ""))
    given = event.get("custom_args")
    token = event.get("token") or (given.get("token") if isinstance(given, dict) else None)
    return ReceiptWord(
        token=storable(str(token)) if token else None,
        provider_id=sendgrid_id(storable(str(event.get("sg_message_id", "")))),
        status=storable(status),
        state=SENDGRID.get(status),
        detail=_detail(status, event),
        key=storable(str(event["sg_event_id"])),
        concern=_concern(status, event),
        opted_in=status in STARTS,
    )


def _concern(status: str, event: Mapping[str, Any]) -> Concern | None:
    if status == "bounce":
        return Concern.TRANSIENT if event.get("type") == "blocked" else Concern.RECIPIENT
    if status == "dropped":
        return DROPS[_why(event)][0] if _why(event) in DROPS else None
    return Concern.OPTED_OUT if status in STOPS else None


def _detail(status: str, event: Mapping[str, Any]) -> str:
    """Literal words and a numeric code only: the servers' own texts repeat the address."""
    if status == "dropped":
        return DROPS[_why(event)][1] if _why(event) in DROPS else "dropped by SendGrid"
    code = str(event.get("status", ""))
    code = f" ({code})" if re.fullmatch(r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}", code) else ""
    if status == "bounce":
        kind = "blocked" if event.get("type") == "blocked" else "refused"
        return f"{kind} by the recipient's server{code}"
    return f"put off by the recipient's server{code}" if status == "deferred" else ""


def _why(event: Mapping[str, Any]) -> str:
    return str(event.get("reason", ""))
