"""Twilio on this machine: messages and calls are kept, listed and reported on as the contract says."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

from tests.fakes.contracts import Operation
from tests.fakes.faulty_server import FaultyServer, Reply, Request, wall_clock
from tests.fakes.twilio_records import Call, Record, Sms, call_trouble, sms_trouble

ACCOUNT = "AC" + "0" * 31 + "1"
SERVICE = "MG" + "0" * 31 + "2"
TOKEN = "a token of the fake"
NUMBER = "+15005550006"  # Twilio's own for tests


class _Desk:
    """One kind of resource: its place in the contract, and the rules that the contract does not have."""

    def __init__(self, kind: str, prefix: str, record: type[Record], trouble: Callable[[dict[str, Any]], int | None]):
        document, root = "twilio_api_v2010.messages-calls.json", f"/2010-04-01/Accounts/{{AccountSid}}/{kind}"
        self.create = Operation(document, "POST", f"{root}.json")
        self.list = Operation(document, "GET", f"{root}.json")
        self.read = Operation(document, "GET", f"{root}/{{Sid}}.json")
        self.kind, self.prefix, self.record, self.trouble = kind.lower(), prefix, record, trouble


_DESKS = (_Desk("Messages", "SM", Sms, sms_trouble), _Desk("Calls", "CA", Call, call_trouble))


class FakeTwilio(FaultyServer):
    """Takes messages and calls, lists them and posts signed callbacks. `refuse_number` makes one number fail."""

    def __init__(
        self, account_sid: str = ACCOUNT, auth_token: str = TOKEN, clock: Callable[[], Any] = wall_clock
    ) -> None:
        super().__init__(clock)
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.messages: list[Sms] = []
        self.calls: list[Call] = []
        self.stopped = False  # the account: every request is refused with 20003
        self.list_late = False  # Twilio's list may lag behind: while True, it is empty
        self._refused: dict[str, int] = {}

    def refuse_number(self, number: str, code: int) -> None:
        """Answers 400 with Twilio's `code` to every message or call for `number`."""
        self._refused[number] = code

    def accept_number(self, number: str) -> None:
        """Takes messages and calls for `number` again."""
        self._refused.pop(number, None)

    def take(self, request: Request) -> Reply:
        basic = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        if self.stopped or request.headers.get("authorization") != f"Basic {basic}":
            return self.error(401, 20003)
        for desk in _DESKS:
            if (found := desk.create.path.fullmatch(request.path)) and found[1] == self.account_sid:
                return self._create(desk, request) if request.method == "POST" else self._list(desk, request)
            if (found := desk.read.path.fullmatch(request.path)) and found[1] == self.account_sid:
                return self._read(desk, found[2])
        return self.error(404, 20404)

    def error(self, status: int, code: int | None = None) -> Reply:
        code = code or {429: 20429, 401: 20003, 404: 20404}.get(status, 20000 + status)
        # The provider's own text repeats the number: what is told on must not.
        message = f"The 'To' number {self._last_number()} is in trouble"
        body = {"code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}"}
        return Reply(status, body | {"status": status}, {"Retry-After": f"{self.pause:g}"} if status == 429 else {})

    def deliver(self, sid: str, status: str, error_code: int | None = None) -> int | None:
        """Moves a message or a call and posts the signed callback; the answer's status, or None if none is wanted."""
        record = self._record(sid)
        record.status, record.error_code = status, error_code
        record.statuses.append(status)
        if status in ("sent", "delivered", "ringing", "in-progress", "completed") and record.sent is None:
            record.sent = self.clock()
        if record.callback is None or not record.wants(status):
            return None
        words = {"MessageStatus": status, "SmsStatus": status} if isinstance(record, Sms) else {"CallStatus": status}
        form = self._form(record.sid, record.form.get("From", NUMBER), record.to) | words
        return self.post(record.callback, form | ({"ErrorCode": str(error_code)} if error_code else {}))

    def press(self, sid: str, digit: str) -> str:
        """The called person picks up and presses a digit: it is posted, signed; the TwiML answered."""
        call = self._record(sid)
        assert isinstance(call, Call) and call.digits_to, "this call takes no digit"
        call.status = "in-progress"
        form = self._form(sid, call.form["From"], call.to)
        status, text = self._posted(call.digits_to, form | {"CallStatus": call.status, "Digits": digit})
        assert status == 200, (status, text)
        return text

    def reply(self, url: str, sender: str, body: str, to: str = NUMBER) -> int:
        """Posts a person's text to `url`, signed."""
        sid = f"SM{hashlib.md5(f'{sender}{body}{self.clock()}'.encode()).hexdigest()}"
        form = self._form(sid, sender, to)
        return self.post(url, form | {"Body": body, "NumMedia": "0", "NumSegments": "1"})

    def post(self, url: str, form: dict[str, str]) -> int:
        """Posts any form to `url`, signed; the answer's status."""
        return self._posted(url, form)[0]

    def sign(self, url: str, form: dict[str, str]) -> str:
        """X-Twilio-Signature, by Twilio's prose rather than by its library, which is what is tested."""
        text = url + "".join(name + form[name] for name in sorted(form))
        return base64.b64encode(hmac.new(self.auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()

    def _posted(self, url: str, form: dict[str, str]) -> tuple[int, str]:
        headers = {"X-Twilio-Signature": self.sign(url, form)}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.carry(url, urlencode(form).encode(), headers)

    def _form(self, sid: str, sender: str, to: str) -> dict[str, str]:
        own = {"AccountSid": self.account_sid, "ApiVersion": "2010-04-01", "From": sender, "To": to}
        if sid.startswith("CA"):
            return own | {"CallSid": sid, "Direction": "outbound-api"}
        return own | {"MessageSid": sid, "SmsSid": sid}

    def _create(self, desk: _Desk, request: Request) -> Reply:
        form = desk.create.typed_form(parse_qs(request.body.decode(), keep_blank_values=True))
        if desk.create.wrong_body("application/x-www-form-urlencoded", form):
            return self.error(400, 20001)
        if code := desk.trouble(form) or self._refused.get(form["To"]):
            return self.error(400, code)
        kept = self._kept(desk)
        kept.append(desk.record(f"{desk.prefix}{len(kept) + 1:032x}", form, self.clock()))
        return self._shown(desk.create, 201, self._listed(kept[-1]))

    def _list(self, desk: _Desk, request: Request) -> Reply:
        if desk.list.wrong_query(request.query):
            return self.error(400, 20001)
        one: dict[str, Any] = {name: values[-1] for name, values in request.query.items()}
        size, page = int(one.get("PageSize", 50)), int(one.get("Page", 0))
        fitting = [record for record in reversed(self._kept(desk)) if record.fits(one) and self._shows(record)]
        shown = fitting[page * size : (page + 1) * size]
        more = urlencode(one | {"Page": page + 1, "PageToken": f"PT{page + 1}"})
        body = {
            desk.kind: [self._listed(record) for record in shown],
            "page": page,
            "page_size": size,
            "next_page_uri": f"{request.path}?{more}" if len(fitting) > (page + 1) * size else None,
        }
        return self._shown(desk.list, 200, body)

    def _shows(self, record: Record) -> bool:
        return not self.list_late and (self.clock() - record.created).total_seconds() >= self.lag

    def _read(self, desk: _Desk, sid: str) -> Reply:
        found = [record for record in self._kept(desk) if record.sid == sid]
        return self._shown(desk.read, 200, self._listed(found[0])) if found else self.error(404)

    def _shown(self, operation: Operation, status: int, body: dict[str, Any]) -> Reply:
        operation.assert_answer(status, body)
        return Reply(status, body)

    def _kept(self, desk: _Desk) -> list[Any]:
        return getattr(self, desk.kind)

    def _record(self, sid: str) -> Record:
        return next(record for record in (*self.messages, *self.calls) if record.sid == sid)

    def _listed(self, record: Record) -> dict[str, Any]:
        return record.listed() | {"account_sid": self.account_sid}

    def _last_number(self) -> str:
        form = parse_qs(self.requests[-1].body.decode()) if self.requests else {}
        return form.get("To", ["?"])[-1]
