"""SMS by Twilio's Messages API."""

from collections.abc import Sequence
from datetime import datetime

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.network import GRACE
from notifiers.providers.twilio_http import API, TwilioHttp, created_before
from notifiers.providers.words import TWILIO, ReceiptWord


class TwilioSms:
    """Hands SMS to Twilio, once each: the interface takes one in a request."""

    name = "twilio"
    batch = 1
    knows = True
    shared = False

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        messaging_service_sid: str | None = None,
        from_number: str | None = None,
        rate: float | None = None,
        base_url: str = API,
        timeout: float = 15,
        grace: float | None = None,
        connections: int = 100,
    ) -> None:
        if bool(messaging_service_sid) == bool(from_number):
            raise ValueError("Twilio needs a sender: set a messaging service or a number, not both.")
        self.sender = messaging_service_sid or from_number or ""
        self._from = {"MessagingServiceSid" if messaging_service_sid else "From": self.sender}
        self.rate = rate
        self.grace = timeout + GRACE if grace is None else grace
        self.connections = connections
        self._messages = TwilioHttp(
            "Messages", account_sid, auth_token, base_url=base_url, timeout=timeout, connections=connections
        )

    async def send(self, messages: Sequence[Outgoing]) -> Sequence[Answer]:
        """Posts each message once; no error of network or provider is raised."""
        return [await self._messages.create(self._fields(message)) for message in messages]

    async def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Looks for the message's reference at the end of what was sent to its address.

        Not filtered by DateSent: a message still queued at Twilio has none, and missing it would send it twice.
        Body redaction on the account takes the references away: then no message is ever found.
        """
        if not message.reference:
            return None
        try:
            async for listed in self._messages.listed({"To": message.to}):
                if _ends_with(listed["body"], message.reference) and not created_before(listed, since):
                    return Found((listed["sid"],))
        except Exception:  # not reachable, not allowed or not readable: it did not say no
            return None
        return Found()

    async def ask(self, message: Outgoing, provider_id: str) -> ReceiptWord | None:
        """Reads the message's status."""
        return await self._messages.status(message, provider_id, TWILIO)

    async def close(self) -> None:
        """Gives back the connections."""
        await self._messages.close()

    def _fields(self, message: Outgoing) -> dict[str, str | list[str]]:
        callback = {"StatusCallback": message.callback} if message.callback else {}
        return {"To": message.to, **callback, **self._from, "Body": message.body}


def _ends_with(body: str | None, reference: str) -> bool:
    text = (body or "").rstrip()
    before = text[: -len(reference)]
    return text.endswith(reference) and not before[-1:].isalnum()
