"""E-mail by SendGrid's v3 API: up to a thousand people in one request, each with their own words."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any, Final

import orjson
from yarl import URL

from notifiers.providers import sendgrid_requests
from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.http_line import HttpLine, Reply
from notifiers.providers.network import GRACE, LONGEST, PAUSE, SLACK, broken, seconds
from notifiers.providers.words import SENDGRID_LOGS, ReceiptWord, sendgrid_id
from notifiers.states import Concern, Outcome

API: Final = "https://api.sendgrid.com"
_OPAQUE = re.compile(r"cp-[A-Za-z0-9_-]{1,200}")  # what may stand between quotes in a query
_ADDRESS = re.compile(r"[^\s'\"\\]+@[^\s'\"\\]+")

REFUSALS: dict[int, tuple[Concern | None, str]] = {
    400: (None, "SendGrid finds the message malformed"),
    401: (Concern.CAMPAIGN, "SendGrid does not know the API key"),
    403: (Concern.CAMPAIGN, "the API key may not send from this sender"),
    404: (Concern.CAMPAIGN, "SendGrid has no such address of the API"),
    413: (Concern.CONTENT, "the message is too large"),
    415: (None, "SendGrid cannot read the message"),
}
_FOR_ONE = (400, 413)  # one message may be the reason why a whole request is refused

DETAILS: dict[str, tuple[Concern | None, str]] = {
    "deferred": (None, "put off by the recipient's server"),
    "dropped": (None, "dropped by SendGrid"),
    "bounced": (Concern.RECIPIENT, "refused by the recipient's server"),
    "blocked": (Concern.TRANSIENT, "blocked by the recipient's server"),
}


class SendGridEmail:
    """Hands e-mail to SendGrid, once each. A request is taken as a whole or not at all."""

    name = "sendgrid"
    batch = sendgrid_requests.BATCH
    knows = True
    shared = True

    def __init__(
        self,
        api_key: str,
        sender: str,
        *,
        rate: float | None = None,
        base_url: str = API,
        timeout: float = 15,
        grace: float | None = None,
        connections: int = 8,
    ) -> None:
        name, self.sender = parseaddr(sender)
        self._from = {"email": self.sender, **({"name": name} if name else {})}
        self.rate = rate
        self.grace = timeout + GRACE if grace is None else grace
        self.connections = connections
        self._mail = URL(f"{base_url.rstrip('/')}/v3/mail/send", encoded=True)
        self._logs = URL(f"{base_url.rstrip('/')}/v3/logs", encoded=True)
        self._line = HttpLine(f"Bearer {api_key}", "application/json", timeout=timeout, connections=connections)

    def parts(self, messages: Sequence[Outgoing]) -> Sequence[Sequence[Outgoing]]:
        """Groups messages into requests that SendGrid takes."""
        return sendgrid_requests.parts(messages)

    async def send(self, messages: Sequence[Outgoing]) -> Sequence[Answer]:
        """Posts one request for all of them, once; no error of network or provider is raised."""
        if not sendgrid_requests.fits(messages):
            detail = "the messages do not fit into one request, to be sent one by one"
            return [Answer(Outcome.NOT_SENT, detail=detail, alone=True)] * len(messages)
        return [await self._post(messages)] * len(messages)

    async def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Asks the e-mail logs for the request that carried the message: any mail of it proves the whole."""
        start = (since - SLACK).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            listed = await self._listed(message, f'sg_message_id_created_at >= TIMESTAMP "{start}"')
            return Found(tuple(dict.fromkeys(sendgrid_id(mail["sg_message_id"]) for mail in listed)))
        except Exception:  # not reachable, not allowed or not readable: it did not say no
            return None

    async def ask(self, message: Outgoing, provider_id: str) -> ReceiptWord | None:
        """Asks the e-mail logs for the person's own mail of that request."""
        if not _ADDRESS.fullmatch(message.to):
            return None
        try:
            listed = await self._listed(message, f"to_email = '{message.to}'")
            own = [mail for mail in listed if sendgrid_id(mail["sg_message_id"]) == provider_id]
            return _word(message, own[0]["sg_message_id"], own[0]["status"]) if own else None
        except Exception:  # as above
            return None

    async def close(self) -> None:
        """Gives back the connections."""
        await self._line.close()

    async def _post(self, messages: Sequence[Outgoing]) -> Answer:
        try:
            body = orjson.dumps(sendgrid_requests.mail(self._from, messages))
        except TypeError:
            return Answer(Outcome.REFUSED, detail="the text cannot be written in UTF-8", concern=Concern.CONTENT)
        try:
            return _answer_to(await self._line.post(self._mail, body), len(messages) > 1)
        except Exception as error:  # whatever else happened, the request may have been taken
            return broken("SendGrid", error)

    async def _listed(self, message: Outgoing, condition: str) -> list[dict[str, Any]]:
        """Raises when SendGrid does not say."""
        category = sendgrid_requests.category(message)
        if not _OPAQUE.fullmatch(category):
            raise LookupError("not to be put into a query")
        search = {"query": f"categories IN ('{category}') AND {condition}", "limit": 10}
        reply = await self._line.post(self._logs, orjson.dumps(search))
        if reply.status != 200:
            raise LookupError(f"HTTP {reply.status}")
        listed: list[dict[str, Any]] = orjson.loads(reply.body)["messages"]
        return listed


def _word(message: Outgoing, number: str, status: str) -> ReceiptWord:
    state, (concern, detail) = SENDGRID_LOGS.get(status), DETAILS.get(status, (None, ""))
    key = f"{number}:{status}"
    return ReceiptWord(message.token, sendgrid_id(number), status, state, detail, key=key, concern=concern)


def _answer_to(reply: Reply, shared: bool) -> Answer:
    """4xx was surely not taken; anything else is in doubt. The provider's own text may hold the address."""
    status = reply.status
    if status == 202:
        return Answer(Outcome.ACCEPTED, provider_id=reply.headers.get("X-Message-Id"))
    if status == 429:
        return Answer(Outcome.NOT_SENT, detail="too many requests, HTTP 429", retry_after=_pause(reply.headers))
    if not 400 <= status < 500 or status == 408:  # 408 comes from a gateway that may have passed the request on
        return Answer(Outcome.UNKNOWN, detail=f"SendGrid answered with HTTP {status}")
    concern, sentence = REFUSALS.get(status, (None, "SendGrid refused the message"))
    if shared and status in _FOR_ONE:
        detail = f"SendGrid refused the request as a whole, HTTP {status}, to be sent one by one"
        return Answer(Outcome.NOT_SENT, detail=detail, alone=True)
    return Answer(Outcome.REFUSED, detail=f"{sentence}, HTTP {status}", concern=concern)


def _pause(headers: Mapping[str, str]) -> float:
    """Seconds to the reset of the limit, by the provider's own clock, since ours may differ."""
    try:
        reset, date = float(headers["X-RateLimit-Reset"]), parsedate_to_datetime(headers["Date"])
    except (LookupError, ValueError, TypeError):
        return seconds(headers.get("Retry-After"))
    return min(LONGEST, max(PAUSE, reset - date.timestamp()))
