"""One account at Twilio's REST API, without Twilio's library: it takes ten times as long for the same request.

What goes over the wire is held equal to the library's by tests/notifiers/test_sdk_equality.py.
"""

import base64
import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from yarl import URL

from notifiers.providers.base import Answer, Outgoing
from notifiers.providers.forms import form
from notifiers.providers.http_line import HttpLine, Reply
from notifiers.providers.network import SLACK, broken, seconds
from notifiers.providers.twilio_codes import CODES, answer_to, sentence
from notifiers.providers.words import ReceiptWord
from notifiers.states import Concern, Outcome, State

API: Final = "https://api.twilio.com"
PAGE = 1000  # the most that one listing returns
PAGES = 50  # more to one number is not a list but a mistake
_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")


class TwilioHttp:
    """Creates, lists and reads one kind of resource: Messages or Calls."""

    def __init__(
        self, kind: str, account_sid: str, auth_token: str, *, base_url: str, timeout: float, connections: int
    ) -> None:
        basic = base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode()
        self._line = HttpLine(
            f"Basic {basic}", "application/x-www-form-urlencoded", timeout=timeout, connections=connections
        )
        self._base = base_url.rstrip("/")
        self._path = f"/2010-04-01/Accounts/{account_sid}/{kind}"
        self._all = URL(f"{self._base}{self._path}.json", encoded=True)  # parsed once, not for every message
        self._key = kind.lower()

    async def create(self, fields: Mapping[str, str | list[str]]) -> Answer:
        """Posts once; no error of network or provider is raised."""
        try:
            body = form(fields)
        except UnicodeError:
            return Answer(Outcome.REFUSED, detail="the text cannot be written in UTF-8", concern=Concern.CONTENT)
        try:
            return _answer_to(await self._line.post(self._all, body))
        except Exception as error:  # whatever else happened, the request may have been taken
            return broken("Twilio", error)

    async def listed(self, query: Mapping[str, str]) -> AsyncIterator[dict[str, Any]]:
        """Everything that fits, page by page. Raises when Twilio does not say all of it."""
        uri = f"{self._path}.json?{urlencode({**query, 'PageSize': PAGE})}"
        for _ in range(PAGES):
            page = await self._read(uri)
            for entry in page[self._key]:
                yield entry
            uri = page.get("next_page_uri")
            if not uri:
                return
        raise LookupError("Twilio's list has no end")

    async def status(self, message: Outgoing, sid: str, words: Mapping[str, State | None]) -> ReceiptWord | None:
        """Where one of them stands, as the callback would say it; None when Twilio does not say."""
        if not _SID.fullmatch(sid):
            return None
        try:
            read = await self._read(f"{self._path}/{sid}.json")
            status, code = str(read["status"]), int(read.get("error_code") or 0)
        except Exception:  # not reachable, not allowed or not readable
            return None
        detail, concern = (sentence(code), CODES[code][0] if code in CODES else None) if code else ("", None)
        state, key = words.get(status), f"{sid}:{status}"
        return ReceiptWord(message.token, sid, status, state, detail, key=key, concern=concern)

    async def close(self) -> None:
        """Gives back the connections."""
        await self._line.close()

    async def _read(self, uri: str) -> Any:
        if not uri.startswith("/"):
            raise LookupError("not an address of Twilio's own")
        reply = await self._line.get(URL(self._base + uri, encoded=True))
        if reply.status != 200:
            raise LookupError(f"HTTP {reply.status}")
        return orjson.loads(reply.body)


def created_before(entry: Mapping[str, Any], since: datetime) -> bool:
    """Whether a listed resource is surely older. Twilio's dates have no fractions, and its clock is not ours."""
    created: str | None = entry.get("date_created")
    return created is not None and parsedate_to_datetime(created) < since - SLACK


def _answer_to(reply: Reply) -> Answer:
    if reply.status == 429:
        pause = seconds(reply.headers.get("Retry-After"))
        return Answer(Outcome.NOT_SENT, detail="too many requests, HTTP 429", retry_after=pause)
    said = _said(reply.body)
    if not 200 <= reply.status < 300:
        code = said.get("code")
        return answer_to(reply.status, code if isinstance(code, int) else None)
    sid = said.get("sid")
    if not isinstance(sid, str) or not sid:
        return Answer(Outcome.UNKNOWN, detail="Twilio gave no clear answer (no sid)")
    return Answer(Outcome.ACCEPTED, provider_id=sid)


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
