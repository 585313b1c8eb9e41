"""What the clients send, the same for all: accounts, words and people. Nobody is reached by them."""

from typing import Any
from urllib.parse import urlencode

import orjson

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "0123456789abcdef0123456789abcdef"  # a token of the stub, which asks for none
SERVICE = "MG" + "0" * 31 + "2"
KEY = "SG.a-key-of.the-stub"
FROM = "Aurora <crisis@example.com>"
SUBJECT = "What happened and what to do"
PUBLIC = "https://crisis.example.org"
BODY = (
    "Person 12345, we look into reports about our product. Please refer all questions to the press office. "
    f"Seen it? {PUBLIC}/a/9ix-0123456789abcdef #ABCDEF"
)
CALLBACK = f"{PUBLIC}/providers/sms/0123456789abcdef0123456789abcdef"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def number(person: int) -> str:
    """A telephone number that belongs to nobody; there are a hundred of them."""
    return f"+12025550{100 + person % 100}"


def address(person: int) -> str:
    """An e-mail address that belongs to nobody."""
    return f"person-{person}@example.com"


def sms(person: int = 0) -> bytes:
    """The body of one request to Twilio."""
    fields = {"To": number(person), "StatusCallback": CALLBACK, "MessagingServiceSid": SERVICE, "Body": BODY}
    return urlencode(fields).encode()


def mail(people: int) -> bytes:
    """The body of one request to SendGrid, for so many."""
    words = "-words-"
    persons: list[dict[str, Any]] = [
        {
            "to": [{"email": address(person)}],
            "subject": SUBJECT,
            "substitutions": {words: BODY},
            "custom_args": {"token": f"{person:032x}"},
        }
        for person in range(people)
    ]
    content = [{"type": "text/plain", "value": words}]
    return orjson.dumps({"from": {"email": "crisis@example.com"}, "content": content, "personalizations": persons})
