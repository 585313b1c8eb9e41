"""From an inquiry to its support entry: the reason that was given, then the rules, then the words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from desk.folding import stems_of, word_key, words_in
from desk.index import candidates
from desk.inquiries import OTHER, Customer, InquiryValue
from desk.shelf import ASKED, ENTRY, FAQ, Entry, Faq, Shelf

ANY_CHANNEL = frozenset({"", "any", "all", "cualquiera", "todos", "todas"})
SUREST_BY_WORDS = 0.95
FIT_WEIGHT = 0.25
"""How much more a document counts for each of kind, channel, urgency and customer that fits."""


class How(StrEnum):
    """By what an answer was found."""

    GIVEN = "given"
    RULE = "rule"
    WORDS = "words"
    NONE = "none"


@dataclass(frozen=True)
class Match:
    """The support entry, None for the reason `other`; how sure that is from 0 to 1, and why, in words."""

    entry: Entry | None
    how: How
    confidence: float
    why: str
    faqs: tuple[Faq, ...] = ()


@dataclass(frozen=True)
class _Scored:
    kind: str
    key: str
    score: float
    words: tuple[str, ...]


def match(session: Session, shelf: Shelf, inquiry: InquiryValue) -> Match:
    """The same inquiry gets the same answer on either kind of database: the index offers, this ranks."""
    if inquiry.reason is not None:
        entry = shelf.entries.get(inquiry.reason)
        return Match(entry, How.GIVEN if entry else How.NONE, 1.0, f"reason given: {inquiry.reason}")
    asked = {one: word for one, word in stems_of(inquiry.text).items() if one not in shelf.common}
    ranked = sorted(_scored(session, shelf, inquiry, asked), key=lambda one: (-one.score, one.kind, one.key))
    faqs = tuple(shelf.faqs[one.key] for one in ranked if one.kind == FAQ)
    by_rule = _by_rule(shelf, inquiry)
    if by_rule is not None:
        return Match(by_rule, How.RULE, 1.0, f"matched by rule: {', '.join(_fitting(by_rule, inquiry))}", faqs)
    best = next((one for one in ranked if one.kind == ENTRY), None)
    if best is None:
        return Match(None, How.NONE, 0.0, "no standard answer", faqs)
    sure = min(SUREST_BY_WORDS, round(len(best.words) / len(asked), 2))
    return Match(shelf.entries[best.key], How.WORDS, sure, f"by words: {', '.join(best.words)}", faqs)


def _by_rule(shelf: Shelf, inquiry: InquiryValue) -> Entry | None:
    """The entry that fits by kind, channel and customer and is named in the text, the one that fits best first."""
    said = f" {' '.join(words_in(inquiry.text))} "
    named = (entry for entry in shelf.entries.values() if any(name in said for name in shelf.names[entry.key]))
    fitting = [entry for entry in named if _fits(entry, inquiry)]
    return min(fitting, key=lambda entry: (-len(_fitting(entry, inquiry)), entry.key), default=None)


def _fits(entry: Entry, inquiry: InquiryValue) -> bool:
    kind = inquiry.kind in (None, entry.kind)
    channel = word_key(entry.channel)
    return kind and channel in (*ANY_CHANNEL, inquiry.channel_key) and _customer_fits(entry, inquiry)


def _customer_fits(entry: Entry, inquiry: InquiryValue) -> bool:
    return Customer.ANY in (entry.customer, inquiry.customer) or entry.customer is inquiry.customer


def _fitting(entry: Entry, inquiry: InquiryValue) -> list[str]:
    """What is exactly as the entry says it, in words."""
    pairs = {
        "kind": (entry.kind, inquiry.kind),
        "channel": (word_key(entry.channel), inquiry.channel_key),
        "urgency": (entry.urgency, inquiry.urgency),
        "customer": (entry.customer, inquiry.customer),
    }
    same = [f"{name} {wanted}" for name, (wanted, given) in pairs.items() if wanted == given != Customer.ANY]
    return same or [f"it says “{entry.key}”"]


def _scored(session: Session, shelf: Shelf, inquiry: InquiryValue, asked: Mapping[str, str]) -> Iterator[_Scored]:
    for kind, key in candidates(session, asked):
        weights = shelf.weights.get((kind, key), {})
        shared = [one for one in asked if one in weights]
        if not _is_enough([weights[one] for one in shared]):
            continue
        entry = shelf.entries[key] if kind == ENTRY else None
        if entry is not None and not _customer_fits(entry, inquiry):
            continue
        fits = _fit_count(entry, inquiry) if entry is not None else 0
        score = sum(weights[one] * shelf.rarity[one] for one in shared) * (1 + FIT_WEIGHT * fits)
        yield _Scored(kind, key, round(score, 6), tuple(asked[one] for one in shared))


def _is_enough(weights: Sequence[float]) -> bool:
    """One word of a question, or two of an answer: a single word of an answer is too easily said."""
    return len(weights) > 1 or ASKED in weights


def _fit_count(entry: Entry, inquiry: InquiryValue) -> int:
    channel = word_key(entry.channel) in (*ANY_CHANNEL, inquiry.channel_key)
    same_kind = inquiry.kind is not None and inquiry.kind is entry.kind
    same_customer = entry.customer is not Customer.ANY and entry.customer is inquiry.customer
    return sum((same_kind, channel, entry.urgency is inquiry.urgency, same_customer))


def reason_of(found: Match) -> str:
    """What the inquiry is counted under."""
    return found.entry.key if found.entry else OTHER
