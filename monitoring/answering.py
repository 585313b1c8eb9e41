"""A person's word about an alarm: it is real, or it is a false alarm. The first word counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from incidents.clock import clock_for
from incidents.rows import Incident
from incidents.timeline import Kind, append
from monitoring.alarm_messages import say_dismissed
from monitoring.opening import open_about
from monitoring.questions import asked, locked_rule, open_breaches
from monitoring.rows import AlarmQuestion, Breach, MonitoringRule, Verdict
from protocol.people import Member
from protocol.words import Level

MOST_NOTE = 500
"""Characters of a note."""


@dataclass(frozen=True)
class Word:
    """What a person says about an alarm, through which door; `note` is in the person's own words."""

    member: Member
    answer: Verdict
    door: str
    note: str = ""


@dataclass(frozen=True)
class Answered:
    """What a word came to. Not `counted`: somebody had answered before, and nothing changed.

    `opened` is whether it opened the incident; one that was open already stays open, whatever the answer.
    """

    counted: bool
    verdict: Verdict
    incident_id: int | None
    opened: bool = False


def answer(session: Session, breach: Breach, word: Word, now: datetime, *, drill: bool = False) -> Answered:
    """Keeps the word and does what follows from it, in the caller's one transaction. `now` is real time.

    Real opens or joins the incident, with the level that the rule has reached meanwhile. A false alarm opens nothing; a
    graver alarm of the same burst asks, or opens, all the same. After it has opened, the word is only noted there.
    """
    rule = locked_rule(session, breach.rule_id)
    session.refresh(breach)
    if breach.verdict is not None:
        return Answered(False, breach.verdict, breach.incident_id)
    waiting = open_breaches(session, rule.id)
    settled = _settled_by(waiting, breach, word.answer) if breach in waiting else [breach]
    opened = False
    if breach in waiting and word.answer is Verdict.REAL:
        _, opened = open_about(session, rule, settled, now, by=f"member:{word.member.id}")
    for one in settled:
        one.verdict = word.answer
    _keep(session, breach, word, now)
    if breach.incident_id is not None:
        _note(session, rule, breach, word, now)
    elif breach in waiting:
        say_dismissed(session, rule, breach, _others(session, settled, word.member.id), now, drill=drill)
    session.flush()
    return Answered(True, word.answer, breach.incident_id, opened)


def _settled_by(waiting: list[Breach], breach: Breach, said: Verdict) -> list[Breach]:
    """What is real is real at whatever level; whoever saw a lesser level has not dismissed a graver one."""
    rank = Level(breach.level).rank
    return [one for one in waiting if said is Verdict.REAL or Level(one.level).rank <= rank]


def _keep(session: Session, breach: Breach, word: Word, now: datetime) -> None:
    before = asked(session, breach.id)
    row = next((one for one in before if one.member_id == word.member.id), None)
    if row is None:
        place = len(before)
        row = AlarmQuestion(breach_id=breach.id, position=place, member_id=word.member.id, asked_at=now, due_at=now)
        session.add(row)
    row.answered_at, row.answer, row.door, row.note = now, word.answer, word.door, word.note


def _note(session: Session, rule: MonitoringRule, breach: Breach, word: Word, now: datetime) -> None:
    incident = session.get_one(Incident, breach.incident_id)
    if incident.closed_at is not None:
        return
    append(
        session,
        incident.id,
        clock_for(incident).at(now),
        Kind.ALARM_ANSWERED,
        word.note or None,
        rule=rule.key,
        level=breach.level,
        member=word.member.id,
        answer=word.answer,
        door=word.door,
    )


def _others(session: Session, settled: list[Breach], member_id: int) -> list[int]:
    """Everybody else who got the question."""
    people = [row.member_id for one in settled for row in asked(session, one.id) if row.dispatch_key]
    return [person for person in dict.fromkeys(people) if person != member_id]
