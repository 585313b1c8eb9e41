"""The open question of a rule: its alarms about which a person is to say whether they are real."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitoring.rows import OPEN_QUESTION, AlarmQuestion, Breach, MonitoringRule
from protocol.words import Level, Remedy


@dataclass(frozen=True)
class Question:
    """A rule and its open alarms, the gravest last: that one is asked about, and its fate is theirs."""

    rule: MonitoringRule
    breaches: Sequence[Breach]

    @property
    def gravest(self) -> Breach:
        """What is asked about."""
        return self.breaches[-1]


def open_rules(session: Session) -> list[int]:
    """The rules with an open question."""
    return list(session.scalars(select(Breach.rule_id).where(OPEN_QUESTION).distinct().order_by(Breach.rule_id)))


def locked_question(session: Session, rule_id: int) -> Question | None:
    """The open question of a rule, which nobody else settles before the caller's transaction ends; None if settled."""
    rule = locked_rule(session, rule_id)
    breaches = open_breaches(session, rule_id)
    return Question(rule, breaches) if breaches else None


def locked_rule(session: Session, rule_id: int) -> MonitoringRule:
    """The rule, locked: readings, supervisors and answers all lock it first, and the incident after it."""
    found = select(MonitoringRule).where(MonitoringRule.id == rule_id).with_for_update()
    return session.scalars(found.execution_options(populate_existing=True)).one()


def open_breaches(session: Session, rule_id: int) -> list[Breach]:
    """The alarms of a rule that wait for a person's word, the gravest last."""
    query = select(Breach).where(Breach.rule_id == rule_id, OPEN_QUESTION)
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    return sorted(rows, key=lambda row: (Level(row.level).rank, row.id))


def asked(session: Session, breach_id: int) -> list[AlarmQuestion]:
    """Who was asked about an alarm, in order."""
    query = select(AlarmQuestion).where(AlarmQuestion.breach_id == breach_id)
    return list(session.scalars(query.order_by(AlarmQuestion.position)))


def question_of(session: Session, dispatch_key: str) -> AlarmQuestion | None:
    """Who was asked by a dispatch, and about what; None for a dispatch that asks nothing of the kind."""
    return session.scalar(select(AlarmQuestion).where(AlarmQuestion.dispatch_key == dispatch_key))


def find_alarm(session: Session, number: int) -> Breach:
    """The alarm of a number. Raises Remedy when there is none."""
    breach = session.get(Breach, number)
    if breach is None:
        raise Remedy(f"There is no alarm {number}; `crisis alarms` lists those there are.")
    return breach


def settle_joined(session: Session, rule_id: int, incident_id: int) -> None:
    """A graver alarm of the same rule came to an incident: nobody is asked about the lesser ones any more."""
    for breach in open_breaches(session, rule_id):
        breach.incident_id, breach.joined = incident_id, True
