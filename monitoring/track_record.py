"""What became of the alarms: the list, and how often each rule was right. False alarms are remembered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.rows import Incident
from monitoring.rows import Action, AlarmQuestion, Breach, MonitoringRule, Verdict
from protocol.words import Level

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class AlarmLine:
    """One alarm of the list. `asked` people were asked; `unanswered` is whether it opened by itself after that."""

    number: int
    at: datetime
    rule: str
    level: Level
    why: str
    action: Action
    verdict: Verdict | None
    incident: str | None
    joined: bool
    ended: datetime | None
    asked: int
    unanswered: bool


@dataclass(frozen=True)
class RuleRecord:
    """What became of a rule's alarms in a period.

    `false_per_week` is over the period, of a week at the least. `median_answer` is in seconds, from the first question
    to the answer. `precision` is real / (real + false alarms); None while nobody has said anything.
    """

    rule: str
    alarms: int
    asked: int
    real: int
    false_alarms: int
    unanswered: int
    false_per_week: float
    median_answer: float | None
    precision: float | None


def alarm_lines(session: Session, since: datetime | None = None) -> list[AlarmLine]:
    """Every alarm since a moment, the newest first."""
    found = _breaches(session, since)
    questions = _questions(session)
    names = {row.id: row.name for row in session.scalars(select(Incident))}
    return [_line(key, breach, questions[breach.id], names) for key, breach in reversed(found)]


def track_record(session: Session, now: datetime, since: datetime | None = None) -> list[RuleRecord]:
    """How often each rule was right since a moment, or since its first alarm; those with most false alarms first."""
    questions = _questions(session)
    by_rule: dict[str, list[Breach]] = defaultdict(list)
    for key, breach in _breaches(session, since):
        by_rule[key].append(breach)
    found = [_record(key, breaches, questions, now - (since or breaches[0].at)) for key, breaches in by_rule.items()]
    return sorted(found, key=lambda record: (-record.false_alarms, record.rule))


def is_unanswered(asked: Sequence[AlarmQuestion]) -> bool:
    """Whether the time of everybody who was asked passed without a word."""
    return any(row.dispatch_key for row in asked) and all(row.missed_at for row in asked if row.dispatch_key)


def _breaches(session: Session, since: datetime | None) -> list[tuple[str, Breach]]:
    query = select(MonitoringRule.key, Breach).join(Breach, Breach.rule_id == MonitoringRule.id)
    if since is not None:
        query = query.where(Breach.at >= since)
    return [(key, breach) for key, breach in session.execute(query.order_by(Breach.at, Breach.id)).all()]


def _questions(session: Session) -> dict[int, list[AlarmQuestion]]:
    found: dict[int, list[AlarmQuestion]] = defaultdict(list)
    for row in session.scalars(select(AlarmQuestion).order_by(AlarmQuestion.breach_id, AlarmQuestion.position)):
        found[row.breach_id].append(row)
    return found


def _line(key: str, breach: Breach, asked: Sequence[AlarmQuestion], names: dict[int, str]) -> AlarmLine:
    return AlarmLine(
        number=breach.id,
        at=breach.at,
        rule=key,
        level=Level(breach.level),
        why=breach.why,
        action=breach.action,
        verdict=breach.verdict,
        incident=names.get(breach.incident_id or 0),
        joined=breach.joined,
        ended=breach.ended_at,
        asked=sum(row.dispatch_key is not None for row in asked),
        unanswered=is_unanswered(asked),
    )


def _record(
    key: str, breaches: Sequence[Breach], questions: dict[int, list[AlarmQuestion]], period: timedelta
) -> RuleRecord:
    verdicts = [breach.verdict for breach in breaches]
    real, false = verdicts.count(Verdict.REAL), verdicts.count(Verdict.FALSE_ALARM)
    asked = [questions[breach.id] for breach in breaches]
    times = [span for rows in asked if (span := _answered_after(rows)) is not None]
    return RuleRecord(
        rule=key,
        alarms=len(breaches),
        asked=sum(any(row.dispatch_key for row in rows) for rows in asked),
        real=real,
        false_alarms=false,
        unanswered=sum(is_unanswered(rows) for rows in asked),
        false_per_week=false / (max(period, WEEK) / WEEK),
        median_answer=median(times) if times else None,
        precision=real / (real + false) if real + false else None,
    )


def _answered_after(asked: Sequence[AlarmQuestion]) -> float | None:
    first = next((row.asked_at for row in asked if row.dispatch_key), None)
    answered = next((row.answered_at for row in asked if row.answered_at), None)
    return (answered - first).total_seconds() if first and answered else None
