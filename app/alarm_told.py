"""What the page of an alarm shows: its sentence, the numbers behind it, and whether it still waits for a word."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.told import local_time
from incidents.rows import Incident
from monitoring.number_words import amount, comma, last, last_in_spanish
from monitoring.questions import open_breaches, question_of
from monitoring.rows import AlarmQuestion, Breach, MonitoringRule, Verdict
from notifiers.context import company_words
from notifiers.render import level_word
from notifiers.rows import Dispatch, Message
from protocol.people import Member
from protocol.words import Language, Level


@dataclass(frozen=True)
class AlarmTold:
    """One alarm as its page shows it to one person. Of numbers that a rule does not have the text is empty."""

    number: int
    language: Language
    company: str
    drill: bool
    why: str
    level: Level
    level_word: str
    subject: str
    series: str
    rule: str
    at: str
    observed: str
    usual: str
    limit: str
    window: str
    verdict: Verdict | None
    incident: str
    closed: bool
    waits: bool
    graver: bool


def alarm_of(session: Session, message: Message) -> tuple[Breach, AlarmQuestion] | None:
    """The alarm that a message asks about; None for a message that asks nothing of the kind."""
    question = question_of(session, message.dispatch_key)
    return (session.get_one(Breach, question.breach_id), question) if question else None


def alarm_told(session: Session, message: Message, breach: Breach, now: datetime) -> AlarmTold:
    """What the page says of an alarm. `now` is real time."""
    member, rule = session.get_one(Member, message.member_id), session.get_one(MonitoringRule, breach.rule_id)
    language, words = member.language, company_words(session, rule.subject)
    incident = session.get(Incident, breach.incident_id) if breach.incident_id else None
    waiting = open_breaches(session, rule.id)
    expected, minutes = breach.numbers.get("expected"), breach.numbers.get("window_minutes")
    return AlarmTold(
        number=breach.id,
        language=language,
        company=words["company"],
        drill=session.scalars(select(Dispatch.drill).where(Dispatch.key == message.dispatch_key)).one(),
        why=breach.reasons.get(language, breach.why),
        level=Level(breach.level),
        level_word=level_word(Level(breach.level), language),
        subject=words["subject"],
        series=breach.numbers.get("series") or rule.series,
        rule=rule.key,
        at=_moment(breach.at, member, now),
        observed=_number(breach.observed, language),
        usual=_number(expected, language),
        limit=_number(breach.threshold, language),
        window=_window(minutes, language),
        verdict=breach.verdict,
        incident=incident.name if incident else "",
        closed=incident is not None and incident.closed_at is not None,
        waits=breach in waiting,
        graver=breach in waiting and waiting[-1] is not breach,
    )


def _moment(at: datetime, member: Member, now: datetime) -> str:
    time = local_time(at, member)
    return time if now - at < timedelta(hours=12) else f"{at:%Y-%m-%d} {time}"


def _number(value: float | None, language: Language) -> str:
    if value is None:
        return ""
    return comma(amount(value)) if language is Language.ES else amount(value)


def _window(minutes: float | None, language: Language) -> str:
    if not minutes:
        return ""
    span = timedelta(minutes=minutes)
    return last_in_spanish(span) if language is Language.ES else last(span)
