"""SendGrid on this machine: mail is kept, searched in the logs and reported on as the contracts say."""

import base64
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.fakes.contracts import Operation
from tests.fakes.faulty_server import FaultyServer, Reply, Request, wall_clock

KEY = "SG.a-key-of-the-fake"
_SEND = Operation("sendgrid_mail_v3.json", "POST", "/v3/mail/send")
_LOGS = Operation("sendgrid_logs_v3.json", "POST", "/v3/logs")
_CONDITION = re.compile(
    r"(?P<list>categories|status) IN \((?P<values>'[^']*'(?:, *'[^']*')*)\)"
    r"|(?P<field>sg_message_id|subject|to_email|reason) = '(?P<value>[^']*)'"
    r"|sg_message_id_created_at (?P<sign>>=|<=|>|<) TIMESTAMP \"(?P<at>[^\"]+)\""
)
_COMPARE: dict[str, Callable[[datetime, datetime], bool]] = {
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
}
_STATUS = {"bounce": "bounced", "blocked": "blocked", "dropped": "dropped", "deferred": "deferred"}


@dataclass
class Mail:
    """One e-mail to one person that the fake took."""

    id: str  # X-Message-Id
    request: dict[str, Any]
    person: dict[str, Any]
    created: datetime
    number: int = 0  # among the people of its request
    status: str = "processed"

    @property
    def to(self) -> str:
        """The recipient's address."""
        return str(self.person["to"][0]["email"])

    @property
    def subject(self) -> str:
        """This person's subject, or everybody's."""
        return self._substituted(self.person.get("subject") or self.request["subject"])

    @property
    def body(self) -> str:
        """The text, as this person reads it."""
        return self._substituted(self.request["content"][0]["value"])

    @property
    def token(self) -> str | None:
        """The argument `token`."""
        return (self.request.get("custom_args", {}) | self.person.get("custom_args", {})).get("token")

    @property
    def event_id(self) -> str:
        """The id that events and logs carry: the X-Message-Id and more."""
        return f"{self.id}.filter0001.16648.5515E0B88.{self.number}"

    def _substituted(self, text: str) -> str:
        for tag, value in self.person.get("substitutions", {}).items():
            text = text.replace(tag, value)
        return text


class FakeSendGrid(FaultyServer):
    """Takes mail, searches its logs and posts signed events. `public_key` is what SendGrid would show."""

    def __init__(
        self, api_key: str = KEY, events_url: str | None = None, clock: Callable[[], datetime] = wall_clock
    ) -> None:
        super().__init__(clock)
        self.api_key = api_key
        self.events_url = events_url
        self.messages: list[Mail] = []
        self.logs_late = False  # the logs may lag behind: while True, they are empty
        self._private = ec.generate_private_key(ec.SECP256R1())
        der = self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.public_key = base64.b64encode(der).decode()

    def take(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return self.error(401)
        answers = {"/v3/mail/send": self._send, "/v3/logs": self._logs}
        if request.method != "POST" or request.path not in answers:
            return self.error(404)
        if request.headers.get("content-type") != "application/json":
            return self.error(415)
        return answers[request.path](json.loads(request.body))

    def error(self, status: int, code: int | None = None) -> Reply:
        # The provider's own text may repeat the address: what is told on must not.
        body = {"errors": [{"message": f"trouble with {self.requests[-1].body.decode()}"}]}
        reset = {"X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0"}
        reset["X-RateLimit-Reset"] = str(int(self.clock().timestamp() + self.pause))
        return Reply(status, body, reset if status == 429 else {})

    def deliver(self, message_id: str, event: str, to: str | None = None, **fields: Any) -> int | None:
        """Moves a mail (`to`: whose, where a request had many) and posts one signed event; the answer's status, or
        None without `events_url`."""
        mail = next(mail for mail in self.messages if mail.id == message_id and to in (None, mail.to))
        mail.status = _STATUS.get(event, "delivered")
        if self.events_url is None:
            return None
        return self.post(self.events_url, [self.event(mail, event, **fields)])

    def event(self, mail: Mail, event: str, **fields: Any) -> dict[str, Any]:
        """One event as the webhook carries it: custom arguments stand at the top."""
        own = {"event": event, "email": mail.to, "timestamp": int(self.clock().timestamp())}
        ids = {"sg_event_id": uuid.uuid4().hex, "sg_message_id": mail.event_id, "smtp-id": f"<{mail.id}@ismtpd-1>"}
        arguments = mail.request.get("custom_args", {}) | mail.person.get("custom_args", {})
        return own | ids | {"category": mail.request.get("categories", [])} | arguments | fields

    def post(self, url: str, events: list[dict[str, Any]]) -> int:
        """Posts a batch to `url`, signed; the answer's status."""
        body = json.dumps(events).encode()
        return self.carry(url, body, {"Content-Type": "application/json", **self.sign(body)})[0]

    def sign(self, body: bytes) -> dict[str, str]:
        """The two headers of a signed batch."""
        timestamp = str(int(self.clock().timestamp()))
        signature = base64.b64encode(self._private.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256())))
        return {
            "X-Twilio-Email-Event-Webhook-Signature": signature.decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
        }

    def _send(self, mail: dict[str, Any]) -> Reply:
        if _SEND.wrong_body("application/json", mail) or _trouble(mail):
            return self.error(400)
        message_id = uuid.uuid4().hex[:22]
        people = enumerate(mail["personalizations"])
        self.messages += [Mail(message_id, mail, person, self.clock(), number) for number, person in people]
        return Reply(202, headers={"X-Message-Id": message_id})

    def _logs(self, search: dict[str, Any]) -> Reply:
        conditions = [_CONDITION.fullmatch(part.strip()) for part in search.get("query", "").split(" AND ")]
        if _LOGS.wrong_body("application/json", search) or not all(conditions):
            return self.error(400)
        fitting = [mail for mail in self.messages if all(_fits(mail, found) for found in conditions if found)]
        shown = [mail for mail in fitting if self._shows(mail)][: search.get("limit", 10)]
        body = {"messages": [_listed(mail) for mail in shown]}
        _LOGS.assert_answer(200, body)
        return Reply(200, body)

    def _shows(self, mail: Mail) -> bool:
        return not self.logs_late and (self.clock() - mail.created).total_seconds() >= self.lag


def _trouble(mail: dict[str, Any]) -> bool:
    """Our own rules, which the contract does not have: something to read, somebody to read it, each person once."""
    people = [to["email"].lower() for person in mail["personalizations"] for to in person["to"]]
    worded = all(person.get("subject") or mail.get("subject") for person in mail["personalizations"])
    return not people or len(set(people)) != len(people) or not mail.get("content") or not worded or _bulky(mail)


def _bulky(mail: dict[str, Any]) -> bool:
    pairs = [person.get("substitutions", {}) for person in mail["personalizations"]]
    return any(sum(len(f"{tag}{value}".encode()) for tag, value in person.items()) > 10_000 for person in pairs)


def _listed(mail: Mail) -> dict[str, Any]:
    return {
        "from_email": mail.request["from"]["email"],
        "sg_message_id": mail.event_id,
        "subject": mail.subject,
        "to_email": mail.to,
        "status": mail.status,
        "sg_message_id_created_at": mail.created.astimezone(UTC).isoformat(),
    }


def _fits(mail: Mail, condition: re.Match[str]) -> bool:
    if sign := condition["sign"]:
        return _COMPARE[sign](mail.created, datetime.fromisoformat(condition["at"]))
    if condition["list"]:
        wanted = set(re.findall(r"'([^']*)'", condition["values"]))
        return bool(wanted & ({mail.status} if condition["list"] == "status" else set(mail.request["categories"])))
    return bool(_listed(mail).get(condition["field"]) == condition["value"])
