"""What the fake Twilio keeps: messages and calls, with Twilio's own rules for them."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_CALLBACK = re.compile(r"https?://([^/?#]+)(?:[/?#].*)?")
_DAY = re.compile(r"(?:DateSent|StartTime)([<>]?)")
_EVENTS = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}  # any other: completed


@dataclass
class Record:
    """One thing that the fake took."""

    sid: str
    form: dict[str, Any]
    created: datetime
    status: str = "queued"
    sent: datetime | None = None  # for a call: dialled
    error_code: int | None = None
    statuses: list[str] = field(default_factory=lambda: ["queued"])

    @property
    def to(self) -> str:
        """The recipient's number."""
        return str(self.form["To"])

    @property
    def callback(self) -> str | None:
        """Where receipts go."""
        return self.form.get("StatusCallback")

    def wants(self, status: str) -> bool:
        """Whether the callback is to hear of a status."""
        return self.callback is not None

    def listed(self) -> dict[str, Any]:
        """As Twilio shows it."""
        return {
            "api_version": "2010-04-01",
            "date_created": format_datetime(self.created.astimezone(UTC)),
            "direction": "outbound-api",
            "from": self.form.get("From"),
            "sid": self.sid,
            "status": self.status,
            "to": self.to,
        }

    def fits(self, query: dict[str, str]) -> bool:
        """By day, in GMT. What has no date yet fits no filter by that date."""
        if any(query.get(name, self.form.get(name)) != self.form.get(name) for name in ("To", "From")):
            return False
        named = {_DAY.fullmatch(name): value for name, value in query.items()}
        days = {name[1]: date.fromisoformat(value[:10]) for name, value in named.items() if name}
        sent = self.sent.astimezone(UTC).date() if self.sent else None
        if not days or sent is None:
            return not days
        return days.get("", sent) == sent and days.get(">", sent) <= sent <= days.get("<", sent)


@dataclass
class Sms(Record):
    """One message."""

    @property
    def body(self) -> str:
        """The text."""
        return str(self.form["Body"])

    def listed(self) -> dict[str, Any]:
        sent = format_datetime(self.sent.astimezone(UTC)) if self.sent else None
        own = {"body": self.body, "date_sent": sent, "error_code": self.error_code}
        return super().listed() | own | {"messaging_service_sid": self.form.get("MessagingServiceSid")}


@dataclass
class Call(Record):
    """One call."""

    @property
    def twiml(self) -> ET.Element:
        """What the voice does."""
        return ET.fromstring(self.form["Twiml"])

    @property
    def words(self) -> list[str]:
        """What is read aloud, in order."""
        return [say.text or "" for say in self.twiml.iter("Say")]

    @property
    def digits_to(self) -> str | None:
        """Where a pressed digit is posted."""
        gather = self.twiml.find("Gather")
        return None if gather is None else gather.get("action")

    def wants(self, status: str) -> bool:
        return super().wants(status) and _EVENTS.get(status, "completed") in self.form.get(
            "StatusCallbackEvent", ["completed"]
        )

    def listed(self) -> dict[str, Any]:
        started = format_datetime(self.sent.astimezone(UTC)) if self.sent else None
        return super().listed() | {"start_time": started, "end_time": None, "duration": None, "answered_by": None}


def sms_trouble(form: dict[str, Any]) -> int | None:
    """Twilio's own rules, which the contract does not have, as its codes."""
    if not _E164.fullmatch(form["To"].removeprefix("whatsapp:")):
        return 21211
    if not form.get("Body") and not form.get("MediaUrl") and not form.get("ContentSid"):
        return 21602
    if len(form.get("Body", "")) > 1600:
        return 21617
    if not form.get("From") and not form.get("MessagingServiceSid"):
        return 21603
    return _callback_trouble(form)


def call_trouble(form: dict[str, Any]) -> int | None:
    """The same for calls; 12100: the document cannot be read."""
    if not _E164.fullmatch(form["To"]):
        return 21211
    if not _E164.fullmatch(form["From"]):
        return 21212
    if not form.get("Twiml"):
        return 21205
    if len(form["Twiml"]) > 4000:
        return 20001
    try:
        ET.fromstring(form["Twiml"])
    except ET.ParseError:
        return 12100
    return _callback_trouble(form)


def _callback_trouble(form: dict[str, Any]) -> int | None:
    callback = _CALLBACK.fullmatch(form.get("StatusCallback", "http://localhost"))
    return 21609 if callback is None or "_" in callback[1] else None
