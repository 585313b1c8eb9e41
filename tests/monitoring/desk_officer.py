"""A duty officer's desk: an alarm comes in, supervisors look, people answer, and what a test sees of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from monitoring.answering import Answered, Word, answer
from monitoring.asking import Asked, ask, due_questions
from monitoring.intake import take_in
from monitoring.opening import opener
from monitoring.questions import asked
from monitoring.readings import ReadingValue
from monitoring.rows import AlarmQuestion, Breach, MonitoringRule, Reading, RuleSeries, Verdict
from protocol.people import Member
from tests.fakes.room import Room

SERIES = "inquiries.brand-aurora"
RULE = "many-inquiries"
SERGIO, ANA, KATE = "sergio.molina", "ana.ruiz", "kate.young"


@dataclass
class Officer:
    """A rule over one series (100 an hour is yellow and asks, 300 orange and opens, 900 red) in the sample company."""

    room: Room
    rule: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        said: dict[str, Any] = {
            "key": RULE,
            "series": SERIES,
            "kind": "static",
            "parameters": {"unit": "inquiries", "levels": {"yellow": 100, "orange": 300, "red": 900}},
            "playbook_key": "social-firestorm",
            "subject": "brand-aurora",
            "actions": {"yellow": "ask", "orange": "open"},
            **self.rule,
        }
        with self.room.store.write() as session:
            row = MonitoringRule(**said)
            session.add(row)
            session.flush()
            session.add(RuleSeries(rule_id=row.id, series=row.series))

    def counts(self, value: float, series: str = SERIES, minutes_ago: int = 0) -> list[int]:
        """A reading comes in, of a source of its own; the numbers of the alarms it raised."""
        now = self.room.clock.now()
        one = ReadingValue(series, now - timedelta(minutes=minutes_ago), value, f"source-{self.room.count(Reading)}")
        with self.room.store.write() as session:
            result = take_in(session, [one], now, opener(now))
            return [breach.id for breach in result.breaches]

    def looks(self, drill: bool = False, **span: float) -> list[Asked]:
        """Time passes, and a supervisor does what is due."""
        now = self.room.clock.later(**span)
        with self.room.store.read() as session:
            due = due_questions(session, now)
        done = []
        for rule_id in due:
            with self.room.store.write() as session:
                done.append(ask(session, rule_id, now, drill=drill))
        return done

    def answers(self, member: str, said: Verdict, number: int | None = None, note: str = "") -> Answered:
        """A person says whether an alarm is real; the newest unless told."""
        with self.room.store.write() as session:
            newest = select(Breach).order_by(Breach.id.desc()).limit(1)
            breach = session.get_one(Breach, number) if number else session.scalars(newest).one()
            person = session.get_one(Member, self.room.member(member))
            return answer(session, breach, Word(person, said, "web", note), self.room.clock.now())

    def breach(self, number: int) -> Breach:
        """The alarm as it stands."""
        with self.room.store.read() as session:
            return session.get_one(Breach, number)

    def asked(self, number: int) -> Sequence[AlarmQuestion]:
        """Who was asked about an alarm, in order."""
        with self.room.store.read() as session:
            return asked(session, number)

    def people(self, number: int) -> list[str]:
        """Keys of those who were asked about an alarm, in order."""
        with self.room.store.read() as session:
            keys = dict(session.execute(select(Member.id, Member.key)).all())
        return [keys[row.member_id] for row in self.asked(number)]

    def calms(self, minutes: int = 150) -> datetime:
        """Nothing is counted until the rule says that it is green again."""
        end = self.room.clock.now() + timedelta(minutes=minutes)
        while self.room.clock.now() < end:
            self.room.clock.later(minutes=5)
            self.counts(0)
        return self.room.clock.now()
