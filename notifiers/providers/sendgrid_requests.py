"""What one request to SendGrid may hold, and how it is written. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from notifiers.providers.base import Outgoing
from notifiers.providers.parts import slices

BATCH = 1000  # people in one request
WORDS = "-words-"  # stands for each person's own text in a shared request
LARGEST = 10_000  # bytes; all substitutions of one person

# A rewritten link looks like phishing in the very hour when people are told to beware of it.
_NO_TRACKING = {"click_tracking": {"enable": False, "enable_text": False}, "open_tracking": {"enable": False}}


def parts(messages: Sequence[Outgoing]) -> list[Sequence[Outgoing]]:
    """Groups messages into requests: an address once in each, and by itself what cannot share one."""
    alone: list[Sequence[Outgoing]] = []
    rounds: list[list[Outgoing]] = []
    seen: Counter[str] = Counter()
    for message in messages:
        if not _shares(message):
            alone.append([message])
            continue
        turn = seen[message.to.lower()]
        seen[message.to.lower()] += 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(message)
    return [*alone, *(part for turn in rounds for part in slices(turn, BATCH))]


def fits(messages: Sequence[Outgoing]) -> bool:
    """Whether these messages can be one request: they share a name for it, and each address is there once."""
    if len(messages) < 2:
        return True
    request = messages[0].request
    named = bool(request) and all(message.request == request for message in messages)
    apart = len({message.to.lower() for message in messages}) == len(messages) <= BATCH
    return named and apart and all(_shares(message) for message in messages)


def category(message: Outgoing) -> str:
    """What a request is found by afterwards."""
    return f"cp-{message.request or message.token}"


def mail(sender: Mapping[str, str], messages: Sequence[Outgoing]) -> dict[str, Any]:
    """The body of a request. Opaque tokens only: SendGrid keeps categories and arguments for good, as not personal."""
    first = messages[0]
    common = {"from": sender, "categories": [category(first)], "tracking_settings": _NO_TRACKING}
    if len(messages) > 1:
        return common | {"content": _text(WORDS), "personalizations": [_person(message) for message in messages]}
    person = {"to": [{"email": first.to}]}
    own = {"subject": first.subject, "custom_args": {"token": first.token}, "content": _text(first.body)}
    return common | own | {"personalizations": [person]}


def _person(message: Outgoing) -> dict[str, Any]:
    return {
        "to": [{"email": message.to}],
        "subject": message.subject,
        "substitutions": {WORDS: message.body},
        "custom_args": {"token": message.token},
    }


def _text(value: str) -> list[dict[str, str]]:
    return [{"type": "text/plain", "value": value}]


def _shares(message: Outgoing) -> bool:
    """Not without words, which would have all refused; nor with the tag among them, which would be replaced."""
    words = f"{message.subject}{message.body}"
    size = len(WORDS) + len(message.body.encode(errors="replace"))
    return bool(message.subject and message.body) and WORDS not in words and size <= LARGEST
