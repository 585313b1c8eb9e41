"""E-mail by SendGrid's v3 API, through SendGrid's own library."""

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import (
    Category,
    ClickTracking,
    CustomArg,
    From,
    Mail,
    OpenTracking,
    To,
    TrackingSettings,
)

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.network import GRACE, LONGEST, PAUSE, broken, seconds
from notifiers.providers.words import sendgrid_id
from notifiers.states import Outcome

SLACK = timedelta(minutes=5)  # SendGrid's clock and ours may differ
_OPAQUE = re.compile(r"[A-Za-z0-9_-]{1,200}")  # what may stand between quotes in a query

REFUSALS: dict[int, str] = {
    400: "SendGrid finds the message malformed",
    401: "SendGrid does not know the API key",
    403: "the API key may not send from this sender",
    404: "SendGrid has no such address of the API",
    413: "the message is too large",
    415: "SendGrid cannot read the message",
}


class SendGridEmail:
    """Hands e-mail to SendGrid, once each; may be shared by any number of threads."""

    name = "sendgrid"

    def __init__(
        self,
        api_key: str,
        sender: str,
        *,
        base_url: str = "https://api.sendgrid.com",
        timeout: float = 15,
        grace: float | None = None,
    ) -> None:
        self.grace = timeout + GRACE if grace is None else grace
        name, address = parseaddr(sender)
        self._sender = From(address, name or None)
        self._client = SendGridAPIClient(api_key, host=base_url.rstrip("/")).client
        self._client.timeout = timeout
        # Set now because the library sets it on first use, on a dictionary that all threads share.
        self._client.request_headers["Content-Type"] = "application/json"

    def send(self, message: Outgoing) -> Answer:
        """Posts the message once; no error of network or provider is raised."""
        mail = self._mail(message).get()
        try:
            response = self._client.mail.send.post(request_body=mail)
        except HTTPError as error:
            return _answer_to(error)
        except Exception as error:  # whatever else happened, the request may have been taken
            # A time-out while connecting stays in doubt: urllib does not tell it from one while writing.
            return broken("SendGrid", error)
        if response.status_code != 202:  # a redirect followed by the library, or a portal in between
            return Answer(Outcome.UNKNOWN, detail=f"SendGrid answered with HTTP {response.status_code}")
        return Answer(Outcome.ACCEPTED, provider_id=response.headers.get("X-Message-Id"))

    def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Asks the e-mail logs for the message's own category."""
        if not _OPAQUE.fullmatch(message.token):
            return None
        start = (since - SLACK).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = f"categories IN ('{_category(message)}') AND sg_message_id_created_at >= TIMESTAMP \"{start}\""
        try:
            response = self._client.logs.post(request_body={"query": query, "limit": 10})
            listed = json.loads(response.body)["messages"]
            return Found(sendgrid_id(listed[0]["sg_message_id"])) if listed else Found(None)
        except Exception:  # not reachable, not allowed or not readable: it did not say no
            return None

    def close(self) -> None:
        """Does nothing: the library opens a connection for each request."""

    def _mail(self, message: Outgoing) -> Mail:
        mail = Mail(self._sender, To(message.to), message.subject, plain_text_content=message.body)
        # Opaque tokens only: SendGrid keeps categories and arguments for good and does not treat them as personal.
        mail.add_category(Category(_category(message)))
        mail.add_custom_arg(CustomArg("token", message.token))
        # A rewritten link looks like phishing in the very hour when people are told to beware of it.
        mail.tracking_settings = TrackingSettings(
            click_tracking=ClickTracking(enable=False, enable_text=False), open_tracking=OpenTracking(enable=False)
        )
        return mail


def _category(message: Outgoing) -> str:
    return f"cp-{message.token}"


def _answer_to(error: Any) -> Answer:
    """4xx was surely not taken; anything else is in doubt. The provider's own text may hold the address."""
    status = int(error.status_code)
    if status == 429:
        return Answer(Outcome.NOT_SENT, detail="too many requests, HTTP 429", retry_after=_pause(error.headers))
    if not 400 <= status < 500 or status == 408:  # 408 comes from a gateway that may have passed the request on
        return Answer(Outcome.UNKNOWN, detail=f"SendGrid failed with HTTP {status}")
    return Answer(Outcome.REFUSED, detail=f"{REFUSALS.get(status, 'SendGrid refused the message')}, HTTP {status}")


def _pause(headers: Any) -> float:
    """Seconds to the reset of the limit, by the provider's own clock, since ours may differ."""
    try:
        reset, date = float(headers["X-RateLimit-Reset"]), parsedate_to_datetime(headers["Date"])
    except (ValueError, TypeError):
        return seconds(headers["Retry-After"])
    return min(LONGEST, max(PAUSE, reset - date.timestamp()))
