"""Reminders come when they are of use: not late, not all at once, and soon after an error has passed."""

from datetime import time

from sqlalchemy import update

from app.reminding import Reminding
from notifiers.states import Reason
from protocol.messages import MessageTemplate
from protocol.practice import Company
from protocol.words import Channel
from tests.app.test_reminding import REMINDED, REPORT, ROUND, SERGIO, change, look, only, reminded, withheld
from tests.fakes.room import Room


def test_whoever_sleeps_until_it_has_come_gets_the_email_and_no_late_text(room: Room) -> None:
    with room.store.write() as session:
        session.execute(update(Company).values(quiet_starts=time(22), quiet_ends=time(9)))
    assert look(room, "2026-03-04 06:50") == 1
    assert room.texts(SERGIO) == [] and len(room.texts(SERGIO, channel="email")) == 1
    key = f"task/{ROUND}/2026-03-04T07:00:00+00:00"
    assert withheld(room) == [(f"{key} {SERGIO}", Reason.TOO_LATE)]
    room.without(SERGIO, Channel.EMAIL)
    assert look(room, "2026-03-05 06:50") == 0
    assert room.texts(SERGIO) == []
    assert withheld(room)[1:] == [(f"task/{ROUND}/2026-03-05T07:00:00+00:00 {SERGIO}", Reason.TOO_LATE)]


def test_a_long_reminder_reminds_of_one_occurrence_at_a_time(room: Room) -> None:
    only(room, ROUND)  # at 7, 13 and 19 UTC
    change(room, ROUND, reminder=7 * 24 * 60)
    supervisor = Reminding()
    assert look(room, "2026-03-04 05:00", supervisor) == 1
    assert look(room, "2026-03-04 06:59:59", supervisor) == 0
    assert look(room, "2026-03-04 07:00", supervisor) == 1  # once it has come, the next one
    assert look(room, "2026-03-04 13:00", supervisor) == 1
    assert [key.rpartition("/")[2][11:16] for key in reminded(room)] == ["07:00", "13:00", "19:00"]


def test_a_reminder_may_say_words_of_the_company(room: Room) -> None:
    with room.store.write() as session:
        session.execute(update(Company).values(variables={"help_line": dict.fromkeys(("es", "en"), "900 000 001")}))
        session.execute(update(MessageTemplate).where(MessageTemplate.key == REMINDED).values(body="{{ help_line }}"))
    look(room, "2026-03-04 06:50")
    assert room.texts(SERGIO)[0].startswith("900 000 001 #")


def test_after_a_passing_error_the_next_look_is_in_time_for_a_reminder_of_the_very_moment(room: Room) -> None:
    only(room, REPORT)
    change(room, REPORT, reminder=0)
    supervisor = Reminding()
    with room.store.write() as session:
        session.execute(update(MessageTemplate).where(MessageTemplate.key == REMINDED).values(key="elsewhere"))
    assert look(room, "2026-03-06 11:00", supervisor) == 0
    with room.store.write() as session:
        session.execute(update(MessageTemplate).where(MessageTemplate.key == "elsewhere").values(key=REMINDED))
    assert look(room, "2026-03-06 11:00:01", supervisor) == 1
