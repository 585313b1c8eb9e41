"""The way in of inquiries: each is stored once, answered, and given to a team with the moment its reply is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from desk.clerk import Answer, Clerk, clerk_of
from desk.folding import word_key
from desk.inquiries import AHEAD, OTHER, InquiryValue
from desk.lines import answer_hash
from desk.matching import ANY_CHANNEL
from desk.rows import GivenAnswer, Inquiry
from protocol.practice import ListeningChannel, Subject, SupportEntry
from protocol.store import ROWS_AT_ONCE, insert_new
from protocol.vault import Vault
from protocol.words import Remedy

FOR_THE_RECORD = timedelta(days=7)
"""What is older than this when it arrives is counted and answered, and nobody is told that it waits."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""No customer asked before; working hours cannot be counted from the first days of the calendar."""

Id = tuple[str, str]


@dataclass(frozen=True)
class Answered:
    """An inquiry as it is stored, with its answer as of now; `repeated` when it was known before."""

    inquiry: Inquiry
    answer: Answer
    repeated: bool

    @property
    def to_correct(self) -> bool:
        """Whether the customer was given an answer before that is no longer this one."""
        return None not in (self.inquiry.answer_hash, self.answer.hash) and self.inquiry.answer_hash != self.answer.hash


@dataclass(frozen=True)
class Taken:
    """What became of a post, in its order, and the rows that are new, each once."""

    answered: tuple[Answered, ...]
    new: tuple[Inquiry, ...]

    @property
    def repeated(self) -> int:
        """How many were known already, or stood twice in the post."""
        return len(self.answered) - len(self.new)


@dataclass(frozen=True)
class Known:
    """The keys that an inquiry may name. Without any channel the protocol does not say, and each will do."""

    subjects: Sequence[str]
    reasons: Sequence[str]
    channels: Sequence[str] = ()


def known_keys(session: Session) -> Known:
    """The subjects, reasons and channels of the protocol, in order."""
    reasons = session.scalars(select(SupportEntry.key).order_by(SupportEntry.key)).all()
    subjects = session.scalars(select(Subject.key).order_by(Subject.key)).all()
    return Known(subjects, [*reasons, OTHER], _channels(session))


def _channels(session: Session) -> list[str]:
    """Those of the support entries and, when one of them takes any, those that are listened to. Each is a series."""
    said = {word_key(channel) for channel in session.scalars(select(SupportEntry.channel))}
    listened = session.scalars(select(ListeningChannel.key)).all() if said & ANY_CHANNEL else []
    return sorted({*said, *map(word_key, listened)} - ANY_CHANNEL)


def fault_of(inquiry: InquiryValue, known: Known, now: datetime) -> str | None:
    """Why an inquiry cannot be taken in: an unknown key, or a moment to come or of long ago; None: it can."""
    for name, key, keys in (
        ("subject", inquiry.subject, known.subjects),
        ("reason", inquiry.reason, known.reasons),
    ):
        if key is not None and key not in keys:
            return f'no {name} "{key[:60]}" in the protocol; use one of: {", ".join(keys) or "none is loaded yet"}.'
    if known.channels and inquiry.channel_key not in known.channels:
        return f'no channel "{inquiry.channel}" in the protocol; use one of: {", ".join(known.channels)}.'
    if inquiry.at > now + AHEAD:
        return "at lies in the future; set the clock of its source, or its time zone, and send it again."
    if inquiry.at < EARLIEST:
        return f"at lies before {EARLIEST.year}; set the clock of its source, and send it again."
    return None


def take_in(session: Session, vault: Vault, inquiries: Iterable[InquiryValue], now: datetime) -> Taken:
    """Stores and answers inquiries in the caller's write. Raises Remedy, and stores nothing, for one that cannot be.

    An id that its source sent before changes nothing, whatever else is said with it: twice is once. `now` is real time.
    """
    batch = list(inquiries)
    known = known_keys(session)
    for inquiry in batch:
        if fault := fault_of(inquiry, known, now):
            raise Remedy(fault[0].upper() + fault[1:])
    clerk = clerk_of(session, now)
    ids = [(inquiry.source, vault.keyed_hash("inquiry", inquiry.given_id)) for inquiry in batch]
    first = dict(reversed(list(zip(ids, batch, strict=True))))
    before = _stored(session, list(first))
    answers = {place: clerk.answer(inquiry) for place, inquiry in first.items() if place not in before}
    _keep_answers(session, answers.values())
    rows = [_row(vault, place, first[place], answer, now) for place, answer in sorted(answers.items())]
    fresh = _insert(session, rows)
    stored = _stored(session, list(first))
    new = [stored[place] for place in dict.fromkeys(ids) if place in fresh]
    return Taken(tuple(_answered(clerk, stored, ids, answers, fresh)), tuple(new))


def _answered(
    clerk: Clerk, stored: dict[Id, Inquiry], ids: Sequence[Id], answers: dict[Id, Answer], fresh: set[Id]
) -> Iterable[Answered]:
    seen: set[Id] = set()
    for place in ids:
        row = stored[place]
        is_new = place in fresh and place not in seen
        seen.add(place)
        yield Answered(row, answers[place] if place in fresh else answer_again(clerk, row), not is_new)


def answer_again(clerk: Clerk, row: Inquiry) -> Answer:
    """The answer of an inquiry that is stored, as of now, for the reason that it was counted under."""
    value = InquiryValue(
        *(row.name, "-", row.channel, row.at),
        urgency=row.urgency,
        customer=row.customer,
        language=row.language,
        subject=row.subject,
        reason=row.reason,
    )
    return clerk.answer(value)


def _stored(session: Session, ids: Sequence[Id]) -> dict[Id, Inquiry]:
    found: dict[Id, Inquiry] = {}
    for start in range(0, len(ids), ROWS_AT_ONCE):
        some = tuple_(Inquiry.source, Inquiry.print).in_(ids[start : start + ROWS_AT_ONCE])
        found |= {(row.source, row.print): row for row in session.scalars(select(Inquiry).where(some))}
    return found


def _insert(session: Session, rows: Sequence[dict[str, Any]]) -> set[Id]:
    """Those that are new. Every writer takes one order, so that none waits for another crosswise."""
    if not rows:
        return set()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Inquiry).on_conflict_do_nothing(index_elements=["source", "print"])
    return {
        (source, print_) for source, print_ in session.execute(statement.returning(Inquiry.source, Inquiry.print), rows)
    }


def _keep_answers(session: Session, answers: Iterable[Answer]) -> None:
    words = {answer_hash(answer.texts): dict(answer.texts) for answer in answers if answer.texts}
    insert_new(session, GivenAnswer, [{"hash": key, "texts": said} for key, said in sorted(words.items())], ["hash"])


def _row(vault: Vault, place: Id, inquiry: InquiryValue, answer: Answer, now: datetime) -> dict[str, Any]:
    return {
        "source": place[0],
        "print": place[1],
        "kind": answer.kind,
        "channel": inquiry.channel_key,
        "urgency": inquiry.urgency,
        "customer": inquiry.customer,
        "language": answer.asked_in,
        "subject": answer.subject,
        "reason": answer.reason,
        "team": answer.team,
        "at": inquiry.at,
        "taken_at": now,
        "due_at": answer.due_at,
        "answer_hash": answer.hash,
        "sealed": vault.seal(inquiry.text),
        "rung": 0,
        "rung_at": answer.due_at if now - inquiry.at <= FOR_THE_RECORD else None,
    }
