"""The supervisor asks about alarms by itself, without Prefect, and costs nearly nothing while there are none."""

from dataclasses import replace

from sqlalchemy import text

from app.asking import ask_about_alarms
from app.supervisor import ALONE
from incidents.rows import Incident
from protocol.installation import Environment
from tests.app.test_reminding import statements
from tests.fakes.room import Room
from tests.monitoring.desk_officer import ANA, KATE, SERGIO, Officer


def test_the_supervisor_asks_one_after_the_other_and_opens_in_the_end(room: Room) -> None:
    officer = Officer(room)
    (number,) = officer.counts(120)
    assert ask_about_alarms in ALONE
    moved = [ask_about_alarms(room.works)]
    for _ in range(3):
        room.clock.later(minutes=10)
        moved += [ask_about_alarms(room.works), ask_about_alarms(room.works)]
    assert moved == [1, 1, 0, 1, 0, 1, 0]
    assert officer.people(number) == [SERGIO, ANA, KATE]
    assert room.count(Incident) == 1


def test_in_staging_only_the_drill_roster_is_asked(room: Room) -> None:
    officer = Officer(room)
    officer.counts(120)
    room.leave_roster(SERGIO)
    staging = replace(room.works, settings=replace(room.works.settings, environment=Environment.STAGING))
    assert ask_about_alarms(staging) == 1
    assert room.told("alarm-question") == [ANA]
    assert room.texts(ANA)[0].startswith("DRILL / SIMULACRO: Aurora Foods, alarma")


def test_one_rule_that_points_at_nothing_does_not_keep_back_the_others(room: Room) -> None:
    broken = Officer(room, {"key": "broken", "series": "x", "subject": "nothing", "asks": "nobody"})
    broken.counts(120, "x")
    officer = Officer(room)
    officer.counts(120)
    assert ask_about_alarms(room.works) == 1
    assert room.told("alarm-question") == [SERGIO]


def test_a_look_at_no_open_question_is_one_statement_by_its_index(room: Room) -> None:
    Officer(room)
    with statements(room) as asked:
        assert ask_about_alarms(room.works) == 0
    (looked,) = (statement for statement in asked if "SELECT" in statement)
    if room.store.is_sqlite:
        with room.store.read() as session:
            plan = " ".join(str(row) for row in session.execute(text(f"EXPLAIN QUERY PLAN {looked}")))
        assert "ix_breach_open_question" in plan
