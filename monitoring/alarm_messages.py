"""What people outside of an incident are told about an alarm: the question, and that it needs no answer any more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitoring.rows import Breach, MonitoringRule
from notifiers.context import company_words
from notifiers.outbox import Plan, enqueue
from notifiers.recipients import Recipient
from playbooks import versions
from playbooks.format import Texts
from protocol.people import Role
from protocol.variables import company_variables
from protocol.words import WRITTEN, Language, Remedy

ALARM_QUESTION, ALARM_DISMISSED = "alarm-question", "alarm-dismissed"
"""The messages that ask whether an alarm is real, and that say that it was not."""


def put_question(
    session: Session,
    rule: MonitoringRule,
    breach: Breach,
    member_id: int,
    position: int,
    due_at: datetime,
    now: datetime,
    *,
    drill: bool,
) -> str | None:
    """Enqueues the question to one person, once; its dispatch, or None when the person cannot be told.

    Neither quiet hours nor limits hold it: whoever is on duty is asked now, and the next one soon.
    """
    key = f"alarm/{breach.id}/{position}"
    plain = {"asked_before": position}
    plan = Plan(
        key,
        ALARM_QUESTION,
        WRITTEN,
        {**_context(session, rule, breach, plain), "due": due_at.isoformat(), "minutes": rule.answer_minutes},
        ALARM_QUESTION,
        drill=drill,
        urgent=True,
    )
    role = rule.asks if session.scalar(select(Role.id).where(Role.key == rule.asks)) else None
    try:
        with session.begin_nested():
            told = enqueue(session, plan, [Recipient(member_id, role)], now, None)
    except Remedy:  # a store without the words: nobody can be asked, and that must not keep the alarm back
        return None
    return key if told else None


def say_dismissed(
    session: Session, rule: MonitoringRule, breach: Breach, people: Sequence[int], now: datetime, *, drill: bool
) -> None:
    """Tells those who were asked as well that nobody needs to answer any more, once."""
    if not people:
        return
    plan = Plan(
        f"alarm/{breach.id}/dismissed",
        ALARM_DISMISSED,
        WRITTEN,
        _context(session, rule, breach, {}),
        ALARM_DISMISSED,
        drill=drill,
        urgent=True,
    )
    try:
        with session.begin_nested():
            enqueue(session, plan, [Recipient(member) for member in people], now, None)
    except Remedy:  # a store without the words: the answer counts all the same
        return


def _context(session: Session, rule: MonitoringRule, breach: Breach, plain: dict[str, Any]) -> dict[str, Any]:
    title = _title(session, rule.playbook_key)
    texts = {
        language: {"playbook": getattr(title, language), "why": breach.reasons.get(language, breach.why)}
        for language in Language
    }
    return {
        "plain": {**company_words(session, rule.subject), "rule": rule.key, **plain},
        "texts": texts,
        "variables": company_variables(session),
        "level": breach.level,
    }


def _title(session: Session, key: str) -> Texts:
    try:
        return versions.newest(session, key).playbook.title
    except Remedy:  # the rule points at nothing; opening says so
        return Texts(en=key, es=key)
