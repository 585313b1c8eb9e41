"""Asks whoever is on duty whether an alarm is real, then the next one; when nobody answers, it opens by itself."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.timeline import Kind, append
from monitoring.alarm_messages import put_question
from monitoring.opening import open_about, standing_incident
from monitoring.questions import Question, asked, locked_question, open_breaches, open_rules
from monitoring.rows import AlarmQuestion, MonitoringRule
from monitoring.sentences import Reasons, both
from protocol.people import Member
from protocol.who import in_turn
from protocol.words import Language, Remedy


class Asked(StrEnum):
    """What was done about an open question."""

    NOTHING = "nothing"  # it was settled, or somebody has time to answer
    ASKED = "asked"
    JOINED = "joined"  # an incident about the same thing was opened meanwhile
    OPENED = "opened"  # nobody answered


def due_questions(session: Session, now: datetime) -> list[int]:
    """The rules about whose alarms something is to be done now. Reads only."""
    return [rule_id for rule_id in open_rules(session) if _is_due(session, rule_id, now)]


def ask(session: Session, rule_id: int, now: datetime, *, drill: bool = False) -> Asked:
    """Does what is due about a rule's open question in the caller's one transaction. `now` is real time.

    Whoever cannot be reached is passed over at once. Silence is never a reason to lose a real one: when nobody is left
    the incident opens, and says so.
    """
    question = locked_question(session, rule_id)
    if question is None:
        return Asked.NOTHING
    rule, breach = question.rule, question.gravest
    if standing_incident(session, rule) is not None:
        open_about(session, rule, question.breaches, now)
        return Asked.JOINED
    before = asked(session, breach.id)
    if before and before[-1].due_at > now and before[-1].missed_at is None:
        return Asked.NOTHING
    for row in before:
        row.missed_at = row.missed_at or now
    known = {row.member_id for row in before}
    left = [member for member in _in_turn(session, rule, now) if member.id not in known]
    for position, member in enumerate(left, len(before)):
        if _put(session, question, member, position, now, drill=drill):
            return Asked.ASKED
    _open_unanswered(session, question, now)
    return Asked.OPENED


def _is_due(session: Session, rule_id: int, now: datetime) -> bool:
    waiting = open_breaches(session, rule_id)
    if not waiting:  # settled since we looked
        return False
    before = asked(session, waiting[-1].id)
    rule = session.get_one(MonitoringRule, rule_id)
    return not before or before[-1].due_at <= now or standing_incident(session, rule) is not None


def _in_turn(session: Session, rule: MonitoringRule, now: datetime) -> list[Member]:
    try:
        return in_turn(session, rule.asks, now)
    except Remedy:  # the role is gone: that nobody can be asked must not keep the alarm back
        return []


def _put(session: Session, question: Question, member: Member, position: int, now: datetime, *, drill: bool) -> bool:
    rule, breach = question.rule, question.gravest
    due_at = now + timedelta(minutes=rule.answer_minutes)
    key = put_question(session, rule, breach, member.id, position, due_at, now, drill=drill)
    row = AlarmQuestion(breach_id=breach.id, position=position, member_id=member.id, dispatch_key=key, asked_at=now)
    row.due_at, row.missed_at = (due_at, None) if key else (now, now)
    session.add(row)
    session.flush()
    return key is not None


def _open_unanswered(session: Session, question: Question, now: datetime) -> None:
    rule, breach = question.rule, question.gravest
    told = [row for row in asked(session, breach.id) if row.dispatch_key]
    why = _unanswered(breach.reasons, anybody=len(told) > 0)
    incident, _ = open_about(session, rule, question.breaches, now, why=why)
    at = clock_for(incident).at(now)
    append(session, incident.id, at, Kind.ALARM_UNANSWERED, None, rule=rule.key, level=breach.level, people=len(told))


def _unanswered(reasons: Reasons, *, anybody: bool) -> Reasons:
    """The reason, and that a person's silence opened it."""
    english = "Nobody answered whether it is real" if anybody else "Nobody could be asked whether it is real"
    spanish = "Nadie ha dicho si es real" if anybody else "No se pudo preguntar a nadie si es real"
    return both(
        f"{reasons[Language.EN]} {english}, so it opened by itself.",
        f"{reasons[Language.ES]} {spanish}; se ha abierto sola.",
    )
