"""Twilio on this machine: messages are kept, listed and reported on as the contract says."""

import base64
import hashlib
import hmac
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from tests.fakes.contracts import Operation
from tests.fakes.faulty_server import FaultyServer, Reply, Request, wall_clock

ACCOUNT = "AC" + "0" * 31 + "1"
SERVICE = "MG" + "0" * 31 + "2"
TOKEN = "a token of the fake"
_PATH = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
_CREATE = Operation("twilio_api_v2010.messages-calls.json", "POST", _PATH)
_LIST = Operation("twilio_api_v2010.messages-calls.json", "GET", _PATH)
_E164 = re.compile(r"\+[1-9]\d{6,14}")


@dataclass
class Sms:
    """One message that the fake took."""

    sid: str
    form: dict[str, Any]
    created: datetime
    status: str = "queued"
    sent: datetime | None = None
    error_code: int | None = None
    statuses: list[str] = field(default_factory=lambda: ["queued"])

    @property
    def to(self) -> str:
        """The recipient's number."""
        return str(self.form["To"])

    @property
    def body(self) -> str:
        """The text."""
        return str(self.form["Body"])

    @property
    def callback(self) -> str | None:
        """Where receipts go."""
        return self.form.get("StatusCallback")


class FakeTwilio(FaultyServer):
    """Takes messages, lists them and posts signed callbacks. `refuse_number` makes one number fail by a code."""

    def __init__(
        self, account_sid: str = ACCOUNT, auth_token: str = TOKEN, clock: Callable[[], datetime] = wall_clock
    ) -> None:
        super().__init__(clock)
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.messages: list[Sms] = []
        self.list_late = False  # Twilio's list may lag behind: while True, it is empty
        self._refused: dict[str, int] = {}

    def refuse_number(self, number: str, code: int) -> None:
        """Answers 400 with Twilio's `code` to every message for `number`."""
        self._refused[number] = code

    def take(self, request: Request) -> Reply:
        basic = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return self.error(401, 20003)
        if not (found := _CREATE.path.fullmatch(request.path)) or found[1] != self.account_sid:
            return self.error(404, 20404)
        return self._create(request) if request.method == "POST" else self._list(request)

    def error(self, status: int, code: int | None = None) -> Reply:
        code = code or {429: 20429, 401: 20003, 404: 20404}.get(status, 20000 + status)
        # The provider's own text repeats the number: what is told on must not.
        message = f"The 'To' number {self._last_number()} is in trouble"
        body = {"code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}"}
        return Reply(status, body | {"status": status}, {"Retry-After": "2"} if status == 429 else {})

    def deliver(self, sid: str, status: str, error_code: int | None = None) -> int | None:
        """Moves a message and posts the signed callback; the answer's status, or None without a StatusCallback."""
        message = next(message for message in self.messages if message.sid == sid)
        message.status, message.error_code = status, error_code
        message.statuses.append(status)
        if status in ("sent", "delivered") and message.sent is None:
            message.sent = self.clock()
        if message.callback is None:
            return None
        form = self._form(message.sid, message.form.get("From", "+15005550006"), message.to)
        form |= {"MessageStatus": status, "SmsStatus": status}
        return self.post(message.callback, form | ({"ErrorCode": str(error_code)} if error_code else {}))

    def reply(self, url: str, sender: str, body: str, to: str = "+15005550006") -> int:
        """Posts a person's text to `url`, signed."""
        sid = f"SM{hashlib.md5(f'{sender}{body}{self.clock()}'.encode()).hexdigest()}"
        form = self._form(sid, sender, to)
        return self.post(url, form | {"Body": body, "NumMedia": "0", "NumSegments": "1"})

    def post(self, url: str, form: dict[str, str]) -> int:
        """Posts any form to `url`, signed; the answer's status."""
        headers = {"X-Twilio-Signature": self.sign(url, form)}
        request = urllib.request.Request(url, urlencode(form).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code

    def sign(self, url: str, form: dict[str, str]) -> str:
        """X-Twilio-Signature, by Twilio's prose rather than by its library, which is what is tested."""
        text = url + "".join(name + form[name] for name in sorted(form))
        return base64.b64encode(hmac.new(self.auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()

    def _form(self, sid: str, sender: str, to: str) -> dict[str, str]:
        own = {"MessageSid": sid, "SmsSid": sid, "AccountSid": self.account_sid, "ApiVersion": "2010-04-01"}
        return own | {"From": sender, "To": to}

    def _create(self, request: Request) -> Reply:
        form = _CREATE.typed_form(parse_qs(request.body.decode(), keep_blank_values=True))
        if _CREATE.wrong_body("application/x-www-form-urlencoded", form):
            return self.error(400, 20001)
        if code := _trouble(form) or self._refused.get(form["To"]):
            return self.error(400, code)
        message = Sms(f"SM{len(self.messages) + 1:032x}", form, self.clock())
        self.messages.append(message)
        listed = self._listed(message)
        _CREATE.assert_answer(201, listed)
        return Reply(201, listed)

    def _list(self, request: Request) -> Reply:
        if _LIST.wrong_query(request.query):
            return self.error(400, 20001)
        one: dict[str, Any] = {name: values[-1] for name, values in request.query.items()}
        size, page = int(one.get("PageSize", 50)), int(one.get("Page", 0))
        fitting = [message for message in reversed(self.messages) if _fits(message, one) and not self.list_late]
        shown = fitting[page * size : (page + 1) * size]
        more = urlencode(one | {"Page": page + 1, "PageToken": f"PT{page + 1}"})
        body = {
            "messages": [self._listed(message) for message in shown],
            "page": page,
            "page_size": size,
            "next_page_uri": f"{request.path}?{more}" if len(fitting) > (page + 1) * size else None,
        }
        _LIST.assert_answer(200, body)
        return Reply(200, body)

    def _listed(self, message: Sms) -> dict[str, Any]:
        return {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": message.body,
            "date_created": format_datetime(message.created.astimezone(UTC)),
            "date_sent": format_datetime(message.sent.astimezone(UTC)) if message.sent else None,
            "direction": "outbound-api",
            "error_code": message.error_code,
            "from": message.form.get("From"),
            "messaging_service_sid": message.form.get("MessagingServiceSid"),
            "sid": message.sid,
            "status": message.status,
            "to": message.to,
        }

    def _last_number(self) -> str:
        form = parse_qs(self.requests[-1].body.decode()) if self.requests else {}
        return form.get("To", ["?"])[-1]


def _trouble(form: dict[str, Any]) -> int | None:
    """Our own rules, which the contract does not have, as Twilio's codes."""
    if not _E164.fullmatch(form["To"].removeprefix("whatsapp:")):
        return 21211
    if not form.get("Body") and not form.get("MediaUrl") and not form.get("ContentSid"):
        return 21602
    if len(form.get("Body", "")) > 1600:
        return 21617
    if not form.get("From") and not form.get("MessagingServiceSid"):
        return 21603
    callback = re.fullmatch(r"https?://([^/?#]+)(?:[/?#].*)?", form.get("StatusCallback", "http://localhost"))
    return 21609 if callback is None or "_" in callback[1] else None


def _fits(message: Sms, query: dict[str, str]) -> bool:
    """By day, in GMT. A message without a date of sending fits no filter by that date."""
    sent = message.sent.astimezone(UTC).date() if message.sent else None
    limits = {name: date.fromisoformat(query[name][:10]) for name in query if name.startswith("DateSent")}
    if query.get("To", message.to) != message.to or not limits:
        return query.get("To", message.to) == message.to
    return sent is not None and (
        limits.get("DateSent", sent) == sent and limits.get("DateSent>", sent) <= sent <= limits.get("DateSent<", sent)
    )
