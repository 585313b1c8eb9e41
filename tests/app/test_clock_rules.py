"""Rules that speak without a reading: each by itself, and nobody is missed just because we were away."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.clock_rules import SETTLING, ClockRules
from monitoring.changes import Noted
from monitoring.definitions import RuleDefinition, keep_rule
from monitoring.intake import take_in
from monitoring.keeping import remove_rule
from monitoring.opening import opener
from monitoring.questions import open_rules
from monitoring.readings import ReadingValue
from monitoring.rows import Action, Breach, MonitoringRule
from protocol.history import Author
from tests.fakes.room import Room

LONG = timedelta(minutes=30)


def silence(room: Room, key: str) -> None:
    with room.store.write() as session:
        rule = {"playbook": "social-firestorm", "subject": "brand-aurora", "series": f"feed.{key}"}
        keep_rule(session, RuleDefinition(key=key, kind="absence", parameters={"levels": {"yellow": "20m"}}, **rule))
        now = room.clock.now()
        take_in(session, [ReadingValue(f"feed.{key}", now, 1)], now, opener(now))


def pass_time(room: Room, supervisor: ClockRules, minutes: int) -> None:
    for _ in range(minutes):
        room.clock.moment = room.clock.now() + timedelta(minutes=1)
        supervisor(room.works)


def spoken(room: Room) -> list[str]:
    with room.store.read() as session:
        query = select(MonitoringRule.key).join(Breach, Breach.rule_id == MonitoringRule.id)
        return sorted(session.scalars(query))


def test_a_rule_that_points_at_nothing_does_not_keep_the_others_silent(room: Room) -> None:
    for key in ("a-bad", "b-good"):
        silence(room, key)
    with room.store.write() as session:
        session.execute(update(MonitoringRule).where(MonitoringRule.key == "a-bad").values(subject="gone"))
    pass_time(room, ClockRules(), 21)
    assert spoken(room) == ["b-good"]


def test_after_an_absence_of_our_own_the_sources_have_time_to_come_back(room: Room) -> None:
    silence(room, "feed")
    room.clock.moment = room.clock.now() + timedelta(hours=2)
    supervisor = ClockRules()
    pass_time(room, supervisor, 4)
    assert spoken(room) == []
    pass_time(room, supervisor, SETTLING // timedelta(minutes=1))
    assert spoken(room) == ["feed"]


def test_a_removed_rule_asks_nobody_any_more(room: Room) -> None:
    with room.store.write() as session:
        where = {"playbook": "social-firestorm", "subject": "brand-aurora", "series": "m"}
        parameters = {"levels": {"yellow": 10}}
        keep_rule(
            session,
            RuleDefinition(key="many", kind="static", parameters=parameters, actions={"yellow": Action.ASK}, **where),
        )
        now = room.clock.now()
        (breach,) = take_in(session, [ReadingValue("m", now, 20)], now, opener(now)).breaches
        assert open_rules(session) == [breach.rule_id]
        remove_rule(session, "many", Noted(Author("ana", "test"), now))
        assert open_rules(session) == []


@pytest.mark.parametrize("other", ["n", "m"])
def test_a_rule_that_watches_another_series_leaves_nothing_burning(room: Room, other: str) -> None:
    def rule(series: str) -> RuleDefinition:
        where = {"playbook": "social-firestorm", "subject": "brand-aurora", "series": series}
        return RuleDefinition(key="many", kind="static", parameters={"levels": {"yellow": len(series) * 10}}, **where)

    with room.store.write() as session:
        now = room.clock.now()
        keep_rule(session, rule("m"))
        take_in(session, [ReadingValue("m", now, 20)], now, opener(now))
        keep_rule(session, rule(other), Noted(Author("ana", "test"), now))
        assert (session.scalars(select(Breach.ended_at)).one() is not None) == (other == "n")
