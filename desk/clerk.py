"""The clerk answers one inquiry after the other by the protocol, the open incidents and the hours as they stand now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from desk.folding import words_in
from desk.hours import TeamHours, hours_of
from desk.index import fresh_shelf
from desk.inquiries import InquiryKind, InquiryValue
from desk.languages import in_language, language_of
from desk.lines import IncidentLines, Words, answer_hash, open_lines, subject_asked_about
from desk.matching import Match, match, reason_of
from desk.routing import OnDuty, duty_of, usual_team
from desk.shelf import Faq, Shelf
from protocol.reply_targets import Target, targets_of
from protocol.words import Urgency

NO_ANSWER = "no standard answer"


@dataclass(frozen=True)
class Answer:
    """What the desk is told about an inquiry. No contact and no word of the customer's stands in it, but in `why`.

    `text` is empty where there is no standard answer; `fallback` then or when it is in another `language` says so.
    `approved` names the incident whose approved line it is; None: the standard answer.
    """

    reason: str
    entry: str | None
    kind: InquiryKind
    texts: Words
    text: str
    language: str
    asked_in: str
    fallback: str
    approved: str | None
    subject: str | None
    confidence: float
    why: str
    team: str | None
    duty: OnDuty
    due_at: datetime
    target: Target
    faqs: tuple[Faq, ...]

    @property
    def hash(self) -> str | None:
        """The version of the answer; None where there is none."""
        return answer_hash(self.texts) if self.texts else None


@dataclass
class Clerk:
    """Reads once what many inquiries need. `now` is real time."""

    session: Session
    now: datetime
    shelf: Shelf
    lines: list[IncidentLines]
    targets: Mapping[Urgency, Target]
    usual: str | None
    _hours: dict[str | None, TeamHours] = field(default_factory=dict)
    _duties: dict[str | None, OnDuty] = field(default_factory=dict)

    def answer(self, inquiry: InquiryValue) -> Answer:
        """Finds the answer. Reads only."""
        found = match(self.session, self.shelf, inquiry)
        reason = reason_of(found)
        team = found.entry.team if found.entry and found.entry.team else self.usual
        subject = inquiry.subject or self._subject_in(inquiry.text) or subject_asked_about(self.lines, reason)
        approved, texts = self.words(reason, subject)
        wanted = inquiry.language or str(language_of(inquiry.text))
        language, text = in_language(texts, wanted)
        return Answer(
            reason=reason,
            entry=found.entry.key if found.entry else None,
            kind=inquiry.kind or (found.entry.kind if found.entry else InquiryKind.QUERY),
            texts=texts,
            text=text,
            language=language,
            asked_in=wanted,
            fallback=_fallback(text, language, wanted),
            approved=approved,
            subject=subject,
            confidence=found.confidence,
            why=_why(found, approved),
            team=team,
            duty=self.duty(team),
            due_at=self.hours(team).due(self.targets[inquiry.urgency], inquiry.at),
            target=self.targets[inquiry.urgency],
            faqs=found.faqs,
        )

    def words(self, reason: str, subject: str | None) -> tuple[str | None, Words]:
        """The answer for a reason and a subject as of now: an incident's approved line, or the standard answer."""
        for lines in self.lines:
            if lines.subject == subject and reason in lines.by_reason:
                return lines.name, lines.by_reason[reason]
        entry = self.shelf.entries.get(reason)
        return None, entry.answers if entry else {}

    def hours(self, team: str | None) -> TeamHours:
        """The working hours of a team."""
        if team not in self._hours:
            self._hours[team] = hours_of(self.session, team)
        return self._hours[team]

    def duty(self, team: str | None) -> OnDuty:
        """Who of a team answers now."""
        if team not in self._duties:
            self._duties[team] = duty_of(self.session, team, self.hours(team), self.now)
        return self._duties[team]

    def _subject_in(self, text: str) -> str | None:
        """The subject that the text names, the one with the longest name first."""
        said = f" {' '.join(words_in(text))} "
        names = {key: " ".join(words_in(name)) for key, name in self.shelf.subjects.items()}
        longest_first = sorted(names.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        return next((key for key, name in longest_first if name and f" {name} " in said), None)


def clerk_of(session: Session, now: datetime) -> Clerk:
    """A clerk who knows the protocol as it stands; in the caller's write, because the index may have to follow it."""
    return Clerk(session, now, fresh_shelf(session), open_lines(session), targets_of(session), usual_team(session))


def _fallback(text: str, language: str, wanted: str) -> str:
    if not text:
        return NO_ANSWER
    return "" if language == wanted else f"no answer in {wanted}; it is in {language}"


def _why(found: Match, approved: str | None) -> str:
    return f"{found.why}; the line of {approved} that counts now" if approved else found.why
