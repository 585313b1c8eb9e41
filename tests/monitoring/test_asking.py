"""Yellow asks whoever is on duty, once; silence opens; a false alarm opens nothing; graver alarms settle it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from incidents.phases import Phase
from incidents.rows import Incident
from monitoring.asking import Asked
from monitoring.rows import AlarmQuestion, MonitoringRule, Verdict
from notifiers.rows import Dispatch, Message
from notifiers.segments import sms_size
from protocol.messages import MessageTemplate
from protocol.words import Channel, Level
from tests.fakes.room import Room
from tests.monitoring.desk_officer import ANA, KATE, RULE, SERGIO, Officer

QUESTION, DISMISSED = "alarm-question", "alarm-dismissed"
WHY = "120 inquiries in the last hour; the limit is 100."
CUERPO = "120 consultas en la última hora; el límite es 100."


@pytest.fixture
def officer(room: Room) -> Officer:
    return Officer(room)


def test_the_one_on_duty_is_asked_once_by_text_and_by_email(room: Room, officer: Officer) -> None:
    (number,) = officer.counts(120)
    assert officer.looks() == [Asked.ASKED]
    assert officer.looks() == officer.looks(minutes=9, seconds=59) == []
    assert officer.people(number) == [SERGIO]
    assert room.count(Incident) == 0
    text, mail = room.texts(SERGIO)[0], room.texts(SERGIO, channel="email")[0]
    assert text.startswith("Aurora Foods, alarma, nivel amarillo: Aurora. 120 consultas en la ultima hora;")
    assert "Dilo en 10 min o se abre sola: https://crisis.example.org/q/" in text
    assert CUERPO in mail and "antes de 22:10 CET" in mail
    assert sms_size(text).segments == 2
    assert len(room.texts()) == 1


def test_the_first_of_a_role_is_asked_with_its_deputies_behind(room: Room) -> None:
    officer = Officer(room, {"asks": "communications-lead"})
    (number,) = officer.counts(120)
    officer.looks()
    assert officer.people(number) == ["lucia.romero"]
    assert officer.looks(minutes=10) == [Asked.ASKED]
    assert officer.people(number) == ["lucia.romero", "tom.baker"]
    assert "Nobody has answered yet. Real or false?" in room.texts("tom.baker")[0]


def test_whoever_is_absent_is_not_asked(room: Room, officer: Officer) -> None:
    room.absent(SERGIO)
    (number,) = officer.counts(120)
    officer.looks()
    assert officer.people(number) == [ANA]


def test_when_nobody_answers_the_next_is_asked_and_after_the_last_it_opens_by_itself(
    room: Room, officer: Officer
) -> None:
    (number,) = officer.counts(120)
    done = [officer.looks(), *(officer.looks(minutes=10) for _ in range(3))]
    assert done == [[Asked.ASKED], [Asked.ASKED], [Asked.ASKED], [Asked.OPENED]]
    assert officer.people(number) == [SERGIO, ANA, KATE]
    (incident,) = _incidents(room)
    assert (incident.level, incident.opened_by) == (Level.YELLOW, f"rule:{RULE}")
    assert incident.why["en"] == f"{WHY} Nobody answered whether it is real, so it opened by itself."
    assert incident.why["es"] == f"{CUERPO} Nadie ha dicho si es real; se ha abierto sola."
    assert room.lines(incident.id, "alarm_unanswered") == [{"rule": RULE, "level": "yellow", "people": 3}]
    breach = officer.breach(number)
    assert (breach.incident_id, breach.joined, breach.verdict) == (incident.id, False, None)
    assert officer.looks(hours=1) == []


def test_each_has_the_time_that_the_rule_gives(room: Room) -> None:
    officer = Officer(room, {"answer_minutes": 3})
    officer.counts(120)
    officer.looks()
    assert officer.looks(minutes=2, seconds=59) == []
    assert officer.looks(seconds=1) == [Asked.ASKED]
    assert "Dilo en 3 min" in room.texts(SERGIO)[0]


def test_whoever_cannot_be_reached_is_passed_over_at_once(room: Room, officer: Officer) -> None:
    room.without(SERGIO, *Channel)
    (number,) = officer.counts(120)
    assert officer.looks() == [Asked.ASKED]
    assert [(row.dispatch_key is not None, row.missed_at is None) for row in officer.asked(number)] == [
        *((False, False), (True, True))
    ]
    assert room.told(QUESTION) == [ANA]


@pytest.mark.parametrize("kept_back", ["nobody", "no words", "no role"])
def test_when_nobody_can_be_asked_it_opens_at_once(room: Room, officer: Officer, kept_back: str) -> None:
    if kept_back == "nobody":
        for member in (SERGIO, ANA, KATE):
            room.absent(member)
    with room.store.write() as session:
        if kept_back == "no words":
            session.execute(update(MessageTemplate).where(MessageTemplate.key == QUESTION).values(key="elsewhere"))
        if kept_back == "no role":
            session.execute(update(MonitoringRule).values(asks="nobody"))
    officer.counts(120)
    assert officer.looks() == [Asked.OPENED]
    (incident,) = _incidents(room)
    assert incident.why["en"].endswith("Nobody could be asked whether it is real, so it opened by itself.")
    assert room.count(Message) == 0


def test_real_opens_with_the_reasons_of_the_rule_by_the_member(room: Room, officer: Officer) -> None:
    (number,) = officer.counts(120)
    officer.looks()
    room.clock.later(minutes=4)
    done = officer.answers(SERGIO, Verdict.REAL, note="Lo he visto en dos medios.")
    (incident,) = _incidents(room)
    assert (done.counted, done.opened, done.incident_id) == (True, True, incident.id)
    assert (incident.level, incident.why["en"]) == (Level.YELLOW, WHY)
    assert incident.opened_by == f"member:{room.member(SERGIO)}"
    assert room.lines(incident.id, "alarm_answered") == [
        {"rule": RULE, "level": "yellow", "member": room.member(SERGIO), "answer": "real", "door": "web"}
    ]
    breach, (question,) = officer.breach(number), officer.asked(number)
    assert (breach.incident_id, breach.verdict, breach.joined) == (incident.id, Verdict.REAL, False)
    assert (question.answer, question.note) == (Verdict.REAL, "Lo he visto en dos medios.")
    assert officer.looks(minutes=10) == []


def test_a_false_alarm_opens_nothing_and_the_others_who_were_asked_are_told(room: Room, officer: Officer) -> None:
    (number,) = officer.counts(120)
    officer.looks()
    officer.looks(minutes=10)
    officer.answers(ANA, Verdict.FALSE_ALARM)
    assert room.count(Incident) == 0
    assert officer.breach(number).verdict is Verdict.FALSE_ALARM
    assert room.told(DISMISSED) == [SERGIO]
    assert "la alarma sobre Aurora (nivel amarillo) era falsa" in room.texts(SERGIO, DISMISSED)[0]
    assert officer.looks(hours=1) == []
    assert room.count(Dispatch) == 3


def test_after_a_false_alarm_a_graver_level_of_the_same_burst_opens_all_the_same(room: Room, officer: Officer) -> None:
    (first,) = officer.counts(120)
    officer.looks()
    officer.answers(SERGIO, Verdict.FALSE_ALARM)
    (second,) = officer.counts(300)
    (incident,) = _incidents(room)
    assert (incident.level, officer.breach(second).incident_id) == (Level.ORANGE, incident.id)
    assert (officer.breach(first).incident_id, officer.breach(first).verdict) == (None, Verdict.FALSE_ALARM)


def test_after_a_false_alarm_a_graver_level_asks_anew_where_it_asks(room: Room) -> None:
    officer = Officer(room, {"actions": {"yellow": "ask", "orange": "ask"}})
    officer.counts(120)
    officer.looks()
    officer.answers(SERGIO, Verdict.FALSE_ALARM)
    (second,) = officer.counts(300)
    assert officer.looks() == [Asked.ASKED]
    assert officer.people(second) == [SERGIO]


def test_a_graver_alarm_that_opens_settles_the_question(room: Room, officer: Officer) -> None:
    (first,) = officer.counts(120)
    officer.looks()
    officer.counts(300)
    (incident,) = _incidents(room)
    breach = officer.breach(first)
    assert (breach.incident_id, breach.joined, breach.verdict) == (incident.id, True, None)
    assert officer.looks(minutes=30) == []
    assert room.told(QUESTION) == [SERGIO]


def test_of_two_levels_that_ask_the_graver_is_asked_about_and_settles_both(room: Room) -> None:
    officer = Officer(room, {"actions": {"yellow": "ask", "orange": "ask"}})
    (first,) = officer.counts(120)
    officer.looks()
    (second,) = officer.counts(300)
    assert officer.looks() == [Asked.ASKED]
    assert officer.looks(minutes=10) == [Asked.ASKED]
    assert (officer.people(first), officer.people(second)) == ([SERGIO], [SERGIO, ANA])
    assert officer.answers(SERGIO, Verdict.FALSE_ALARM, first).counted  # who saw yellow dismisses yellow
    assert officer.breach(second).verdict is None
    officer.answers(ANA, Verdict.REAL, second)
    assert [officer.breach(n).verdict for n in (first, second)] == [Verdict.FALSE_ALARM, Verdict.REAL]
    assert [incident.level for incident in _incidents(room)] == [Level.ORANGE]


def test_whoever_says_real_of_the_lesser_level_opens_at_the_graver_one(room: Room) -> None:
    officer = Officer(room, {"actions": {"yellow": "ask", "orange": "ask"}})
    (first,) = officer.counts(120)
    officer.looks()
    (second,) = officer.counts(300)
    officer.answers(SERGIO, Verdict.REAL, first)
    assert [incident.level for incident in _incidents(room)] == [Level.ORANGE]
    assert [officer.breach(n).verdict for n in (first, second)] == [Verdict.REAL, Verdict.REAL]
    assert [officer.breach(n).joined for n in (first, second)] == [True, False]


def test_where_an_incident_is_open_nobody_is_asked(room: Room, officer: Officer) -> None:
    number = room.open(Level.ORANGE)
    (alarm,) = officer.counts(120)
    assert officer.looks() == []
    assert (officer.breach(alarm).incident_id, officer.breach(alarm).joined) == (number, True)


def test_an_incident_that_somebody_opens_meanwhile_is_joined_and_raised(room: Room, officer: Officer) -> None:
    (alarm,) = officer.counts(120)
    officer.looks()
    number = room.open(Level.GREEN, opened_by="command")
    assert officer.looks() == [Asked.JOINED]
    assert officer.breach(alarm).incident_id == number
    assert room.incident(number).level is Level.YELLOW
    assert room.told(QUESTION) == [SERGIO]


def test_the_second_answer_changes_nothing(room: Room, officer: Officer) -> None:
    (number,) = officer.counts(120)
    officer.looks()
    officer.looks(minutes=10)
    officer.answers(SERGIO, Verdict.FALSE_ALARM)  # late, and before anybody else
    later = officer.answers(ANA, Verdict.REAL)
    assert (later.counted, later.verdict, later.incident_id) == (False, Verdict.FALSE_ALARM, None)
    assert room.count(Incident) == 0
    assert [row.answer for row in officer.asked(number)] == [Verdict.FALSE_ALARM, None]


def test_two_answers_at_the_same_instant_are_one(room: Room, officer: Officer) -> None:
    (number,) = officer.counts(120)
    officer.looks()
    officer.looks(minutes=10)
    together = Barrier(2)

    def say(member: str, said: Verdict) -> bool:
        together.wait()
        return officer.answers(member, said, number).counted

    with ThreadPoolExecutor(2) as pool:
        counted = list(pool.map(say, (SERGIO, ANA), (Verdict.REAL, Verdict.FALSE_ALARM)))
    assert sum(counted) == 1
    verdict = officer.breach(number).verdict
    assert verdict is (Verdict.REAL if counted[0] else Verdict.FALSE_ALARM)
    assert room.count(Incident) == (1 if verdict is Verdict.REAL else 0)


def test_an_answer_and_the_end_of_its_time_at_the_same_instant_open_at_most_once(room: Room, officer: Officer) -> None:
    (number,) = officer.counts(120)
    for minutes in (0, 10, 10):
        officer.looks(minutes=minutes)
    room.clock.later(minutes=10)
    together = Barrier(3)

    def supervise(_: int) -> list[Asked]:
        together.wait()
        return officer.looks()

    def say() -> bool:
        together.wait()
        return officer.answers(KATE, Verdict.REAL, number).counted

    with ThreadPoolExecutor(3) as pool:
        looks = [pool.submit(supervise, n) for n in range(2)]
        said = pool.submit(say)
        opened = sum(look.result() == [Asked.OPENED] for look in looks)
    assert said.result() and opened <= 1
    assert room.count(Incident) == 1
    assert officer.breach(number).verdict is Verdict.REAL


def test_a_word_after_it_opened_is_noted_and_closes_nothing(room: Room, officer: Officer) -> None:
    (number,) = officer.counts(120)
    for minutes in (0, 10, 10, 10):
        officer.looks(minutes=minutes)
    done = officer.answers(SERGIO, Verdict.FALSE_ALARM)
    (incident,) = _incidents(room)
    assert (done.counted, done.opened, done.incident_id) == (True, False, incident.id)
    assert incident.phase is Phase.PRE_CRISIS
    assert officer.breach(number).verdict is Verdict.FALSE_ALARM
    assert [line["answer"] for line in room.lines(incident.id, "alarm_answered")] == ["false_alarm"]
    assert room.told(DISMISSED) == []


def test_two_supervisors_at_the_same_instant_ask_once(room: Room, officer: Officer) -> None:
    officer.counts(120)
    together = Barrier(3)

    def supervise(_: int) -> list[Asked]:
        together.wait()
        return officer.looks()

    with ThreadPoolExecutor(3) as pool:
        assert sum(found == [Asked.ASKED] for found in pool.map(supervise, range(3))) == 1
    assert (room.count(AlarmQuestion), room.count(Message)) == (1, 2)


@pytest.mark.parametrize("minutes", [0, 10, 30], ids=["the first question", "the second", "the opening"])
def test_killed_between_any_two_writes_it_is_done_once_afterwards(room: Room, officer: Officer, minutes: int) -> None:
    officer.counts(120)
    for span in (0, 10, 10)[: minutes // 10]:
        officer.looks(minutes=span)
    room.clock.later(minutes=10 if minutes else 0)
    before, dies_at = room.everything(), 0
    while _dies(room, officer, dies_at):
        assert room.everything() == before
        dies_at += 1
    assert dies_at >= 3
    assert officer.looks() == []
    counts = {0: (1, 2, 0), 10: (2, 4, 0), 30: (3, 6, 1)}[minutes]
    assert (room.count(AlarmQuestion), room.count(Message), room.count(Incident)) == counts


def test_in_staging_only_the_drill_roster_is_asked_and_every_text_is_marked(room: Room, officer: Officer) -> None:
    room.leave_roster(SERGIO)
    (number,) = officer.counts(120)
    assert officer.looks(drill=True) == [Asked.ASKED]
    assert officer.people(number) == [SERGIO, ANA]
    assert room.told(QUESTION) == [ANA]
    assert room.texts(ANA)[0].startswith("DRILL / SIMULACRO: ")


def test_a_reading_that_is_too_old_asks_nobody(room: Room, officer: Officer) -> None:
    officer.counts(120, minutes_ago=31)
    assert officer.looks() == []
    assert (room.count(AlarmQuestion), room.count(Incident)) == (0, 0)


class _Killed(Exception):  # noqa: N818 - it is no error of ours
    """The process died."""


def _dies(room: Room, officer: Officer, at: int) -> bool:
    """A supervisor that dies before its write number `at`; False when it lived to its end."""
    seen = 0

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal seen
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            if seen == at:
                raise _Killed
            seen += 1

    event.listen(room.store.engine, "before_cursor_execute", count)
    try:
        officer.looks()
    except (_Killed, OperationalError):
        return True
    finally:
        event.remove(room.store.engine, "before_cursor_execute", count)
    return False


def _incidents(room: Room) -> list[Incident]:
    with room.store.read() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id)))
