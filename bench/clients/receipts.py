"""The load on the receiver: signed receipts as Twilio and SendGrid post them, from a process of its own."""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import func, select

from bench import samples
from bench.measured import Work
from bench.posting import post_all, request
from notifiers.rows import Message, Receipt
from protocol.store import Store

CONNECTIONS = 64
BATCH = 1000


def twilio(url: str, port: int, count: int) -> Work:
    """One signed callback in each request, for so many messages of the store."""
    posts = [_twilio_post(token, sid) for token, sid in _chosen(url, count)]
    return lambda: _posted(url, port, posts, CONNECTIONS, count)


def sendgrid(url: str, port: int, count: int, key: str) -> Work:
    """Batches of a thousand signed events."""
    events = [_event(token, provider_id) for token, provider_id in _chosen(url, count)]
    private = load_pem_private_key(key.encode(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    posts = [_sendgrid_post(private, batch) for batch in _batches(events)]
    return lambda: _posted(url, port, posts, CONNECTIONS, count)


def _posted(url: str, port: int, posts: Sequence[bytes], connections: int, count: int) -> dict[str, Any]:
    start = time.monotonic()
    statuses = asyncio.run(post_all(port, posts, connections))
    seconds = time.monotonic() - start
    store = Store(url)
    with store.read() as session:
        kept = session.scalar(select(func.count()).select_from(Receipt)) or 0
    if kept != count or any(status >= 300 for status in statuses):
        raise RuntimeError(f"{kept} of {count} receipts were kept; the answers: {dict(statuses)}.")
    return {"seconds": seconds}


def _chosen(url: str, count: int) -> list[tuple[str, str]]:
    """Tokens and providers' ids from all over the outbox."""
    store = Store(url)
    with store.read() as session:
        rows = session.execute(select(Message.token, Message.provider_id).order_by(Message.id)).all()
    store.close()
    every = max(1, len(rows) // count)
    return [(row.token, row.provider_id) for row in rows[::every][:count]]


def _twilio_post(token: str, sid: str) -> bytes:
    address = f"{samples.PUBLIC}/providers/sms/{token}"
    form = {
        "AccountSid": samples.ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": samples.number(99),
        "MessageSid": sid,
        "MessageStatus": "delivered",
        "SmsSid": sid,
        "SmsStatus": "delivered",
        "To": samples.number(0),
    }
    said = address + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(samples.TOKEN.encode(), said.encode(), hashlib.sha1).digest()
    signature = f"X-Twilio-Signature: {base64.b64encode(digest).decode()}\r\n"
    return request(urlsplit(address).path, samples.FORM, urlencode(form).encode(), signature)


def _event(token: str, provider_id: str) -> dict[str, Any]:
    return {
        "email": samples.address(0),
        "event": "delivered",
        "sg_event_id": token[::-1],
        "sg_message_id": f"{provider_id}.filter0001.16648.5515E0B88.0",
        "smtp-id": f"<{provider_id}@ismtpd-1>",
        "timestamp": int(time.time()),
        "category": ["cp-0123456789abcdef"],
        "token": token,
    }


def _batches(events: Sequence[dict[str, Any]]) -> Iterator[bytes]:
    for start in range(0, len(events), BATCH):
        yield orjson.dumps(events[start : start + BATCH])


def _sendgrid_post(private: ec.EllipticCurvePrivateKey, body: bytes) -> bytes:
    moment = str(int(time.time()))
    signature = base64.b64encode(private.sign(moment.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    name = "X-Twilio-Email-Event-Webhook"
    headers = f"{name}-Signature: {signature}\r\n{name}-Timestamp: {moment}\r\n"
    return request("/providers/email", samples.JSON, body, headers)
