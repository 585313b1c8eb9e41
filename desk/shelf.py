"""What the protocol can answer with, as it stands just now: support entries, FAQs, and words that tell nothing here."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.folding import stem, stems_of, telling_words, words_in
from desk.inquiries import Customer, InquiryKind
from protocol.people import Team
from protocol.practice import Company, Resource, Subject, SupportEntry
from protocol.words import Urgency

ENTRY, FAQ = "support", "faq"
ASKED, SAID = 3.0, 1.0
"""How much a word of a question weighs, and one of an answer."""


@dataclass(frozen=True)
class Entry:
    """A support entry with its team, by key."""

    key: str
    kind: InquiryKind
    channel: str
    urgency: Urgency
    customer: Customer
    question: str
    answers: Mapping[str, str]
    team: str | None


@dataclass(frozen=True)
class Faq:
    """An FAQ among the resources."""

    key: str
    titles: Mapping[str, str]
    address: str


@dataclass(frozen=True)
class Shelf:
    """Everything that an inquiry may be answered with, by key. `common`: stems of the company's own names."""

    entries: Mapping[str, Entry]
    faqs: Mapping[str, Faq]
    subjects: Mapping[str, str]
    common: frozenset[str]

    @cached_property
    def weights(self) -> dict[tuple[str, str], dict[str, float]]:
        """By kind and key of a document: how much each of its stems weighs."""
        return {(kind, key): self._weighed(asked, said) for kind, key, asked, said in self._documents()}

    @cached_property
    def names(self) -> dict[str, list[str]]:
        """By key what names an entry when it stands in a text, between spaces: its key, and a side of its question."""
        return {entry.key: _names(entry) for entry in self.entries.values()}

    @cached_property
    def rarity(self) -> dict[str, float]:
        """Of each stem: one divided by how many documents have it."""
        counts: dict[str, int] = {}
        for stems in self.weights.values():
            for one in stems:
                counts[one] = counts.get(one, 0) + 1
        return {one: 1 / count for one, count in counts.items()}

    @cached_property
    def print(self) -> str:
        """A hash of all that the index holds."""
        said = [[kind, key, sorted(stems)] for (kind, key), stems in sorted(self.weights.items())]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def _documents(self) -> Iterator[tuple[str, str, str, str]]:
        for entry in self.entries.values():
            yield ENTRY, entry.key, f"{entry.key} {entry.question}", " ".join(entry.answers.values())
        for faq in self.faqs.values():
            yield FAQ, faq.key, f"{faq.key} {' '.join(faq.titles.values())}", ""

    def _weighed(self, asked: str, said: str) -> dict[str, float]:
        weights = dict.fromkeys(stems_of(said), SAID) | dict.fromkeys(stems_of(asked), ASKED)
        return {one: weight for one, weight in weights.items() if one not in self.common}


def shelf_of(session: Session) -> Shelf:
    """Reads it, whole: some hundreds of short rows."""
    teams = dict(session.execute(select(Team.id, Team.key)).all())
    rows = session.scalars(select(SupportEntry).order_by(SupportEntry.id).execution_options(populate_existing=True))
    faqs = session.scalars(select(Resource).where(Resource.kind == FAQ).order_by(Resource.id))
    subjects = dict(session.execute(select(Subject.key, Subject.name).order_by(Subject.id)).all())
    names = [*subjects.values(), *session.scalars(select(Company.name))]
    return Shelf(
        entries={row.key: _entry(row, teams) for row in rows},
        faqs={row.key: Faq(row.key, row.titles, row.address) for row in faqs},
        subjects=subjects,
        common=frozenset(stem(word) for name in names for word in telling_words(name)),
    )


def _names(entry: Entry) -> list[str]:
    """A side of one word alone is too easily said."""
    sides = [side for side in map(words_in, entry.question.split("/")) if len(side) > 1]
    return [f" {' '.join(words)} " for words in (words_in(entry.key), *sides) if words]


def _entry(row: SupportEntry, teams: Mapping[int, str]) -> Entry:
    return Entry(
        key=row.key,
        kind=InquiryKind(row.kind),
        channel=row.channel,
        urgency=Urgency(row.urgency),
        customer=Customer(row.customer),
        question=row.question,
        answers=row.answers,
        team=teams[row.team_id] if row.team_id is not None else None,
    )
