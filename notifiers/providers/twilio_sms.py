"""SMS by Twilio's Messages API, through Twilio's own library."""

import logging
from datetime import datetime, timedelta
from typing import Any

from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioRestException, TwilioServiceException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from notifiers.providers.base import Answer, Found, Outgoing
from notifiers.providers.network import GRACE, broken, seconds
from notifiers.providers.twilio_codes import answer_to
from notifiers.states import Outcome

CONNECTIONS = 32  # kept open; more threads than this open and close their own
PAGE = 1000  # the most that one listing returns
SLACK = timedelta(minutes=5)  # Twilio's clock and ours differ, and its dates have no fractions

# Twilio's library logs the query of a listing, which is a telephone number.
_SILENCE = logging.getLogger(f"{__name__}.library")
_SILENCE.addFilter(lambda record: False)  # a level or `disabled` is undone by whoever configures logging (Prefect does)


class PauseError(Exception):
    """HTTP 429: Twilio did not process the request."""

    def __init__(self, pause: float) -> None:
        super().__init__("too many requests")
        self.pause = pause


class TwilioSms:
    """Hands SMS to Twilio, once each; may be shared by any number of threads."""

    name = "twilio"

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        messaging_service_sid: str | None = None,
        from_number: str | None = None,
        base_url: str = "https://api.twilio.com",
        timeout: float = 15,
        grace: float | None = None,
    ) -> None:
        if bool(messaging_service_sid) == bool(from_number):
            raise ValueError("Twilio needs a sender: set a messaging service or a number, not both.")
        self._sender = (
            {"messaging_service_sid": messaging_service_sid} if messaging_service_sid else {"from_": from_number}
        )
        self.grace = timeout + GRACE if grace is None else grace
        self._http = _one_try(timeout)
        # A non-empty environment keeps the library from reading the real one (TWILIO_EDGE would move the host).
        client = Client(account_sid, auth_token, http_client=self._http, environment={"-": ""})
        client.api.base_url = base_url
        self._messages = client.messages

    def send(self, message: Outgoing) -> Answer:
        """Posts the message once; no error of network or provider is raised."""
        callback = {"status_callback": message.callback} if message.callback else {}
        try:
            taken = self._messages.create(to=message.to, body=message.body, **self._sender, **callback)
        except PauseError as error:
            return Answer(Outcome.NOT_SENT, detail="too many requests, HTTP 429", retry_after=error.pause)
        except (TwilioRestException, TwilioServiceException) as error:
            return answer_to(int(error.status), error.code)
        except Exception as error:  # whatever else happened, the request may have been taken
            return broken("Twilio", error, NewConnectionError, ConnectTimeoutError)
        if not taken.sid:
            return Answer(Outcome.UNKNOWN, detail="Twilio gave no clear answer (no sid)")
        return Answer(Outcome.ACCEPTED, provider_id=taken.sid)

    def find(self, message: Outgoing, since: datetime) -> Found | None:
        """Looks for the message's reference at the end of what was sent to its address.

        Not filtered by DateSent: a message still queued at Twilio has none, and missing it would send it twice.
        Body redaction on the account takes the references away: then no message is ever found.
        """
        if not message.reference:
            return None
        try:
            for listed in self._messages.stream(to=message.to, page_size=PAGE):
                if _ends_with(listed.body, message.reference) and not _older(listed.date_created, since):
                    return Found(listed.sid)
        except Exception:  # not reachable, not allowed or not readable: it did not say no
            return None
        return Found(None)

    def close(self) -> None:
        """Gives back the connections."""
        self._http.session.close()


def _one_try(timeout: float) -> Any:
    """The library's transport, with a time-out to connect and to read, and no retry below us."""
    http = TwilioHttpClient(timeout=timeout, logger=_SILENCE, request_hooks={"response": [_stop_at_429]})
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=CONNECTIONS, max_retries=0)
    http.session.mount("https://", adapter)
    http.session.mount("http://", adapter)
    return http


def _stop_at_429(response: Any, *_args: object, **_settings: object) -> None:
    """Raised here because the library's exceptions have no headers, and Retry-After is one."""
    if response.status_code == 429:
        raise PauseError(seconds(response.headers.get("Retry-After")))


def _ends_with(body: str | None, reference: str) -> bool:
    text = (body or "").rstrip()
    before = text[: -len(reference)]
    return text.endswith(reference) and not before[-1:].isalnum()


def _older(created: datetime | None, since: datetime) -> bool:
    return created is not None and created < since - SLACK
