"""The coordinator asks who is on duty, and takes the calendar out to other calendars and back."""

import re
from pathlib import Path

from sqlalchemy import delete

from protocol.calendar import ProtocolTask
from tests.fakes.terminal import Terminal

FOREIGN = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Another//EN
BEGIN:VEVENT
UID:1@example.com
SUMMARY:Vacaciones
CATEGORIES:absence
ATTENDEE:mailto:lucia.romero@example.com
DTSTART;VALUE=DATE:20260801
DTEND;VALUE=DATE:20260816
END:VEVENT
END:VCALENDAR
"""


def test_what_was_exported_changes_nothing_when_it_comes_back(any_terminal: Terminal, tmp_path: Path) -> None:
    rows = any_terminal.rows()
    for language in ("es", "en"):
        file = tmp_path / f"{language}.ics"
        span = ("--from", "2026-12-01", "--until", "2027-01-01", "--lang", language)
        assert any_terminal.says("calendar", "export", file, *span) == (
            f"{file} holds 9 events. It says who is away and when: keep it safe."
        )
        assert file.stat().st_mode & 0o077 == 0
        assert any_terminal.says("calendar", "import", file) == (
            "9 events read, nothing new. 6 turns passed over: they follow from their rotation."
        )
    assert any_terminal.rows() == rows


def test_an_absence_of_another_calendar_brings_the_deputy(any_terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "absences.ics"
    file.write_text(FOREIGN)
    assert (
        any_terminal.says("calendar", "import", file) == "1 event read, 1 difference. It is version 2 of the protocol."
    )
    asked = ("who", "communications-lead", "--at", "2026-08-03 09:00", "--zone", "Europe/Madrid")
    assert any_terminal.says(*asked) == (
        "Lucía Romero is absent until Sun 16 Aug 00:00; deputy Tom Baker acts as communications-lead. "
        "Then, in order: Marta Vidal."
    )
    assert any_terminal.says(*asked, "--lang", "es") == (
        "Lucía Romero no está hasta el dom 16 ago 00:00; le suple Tom Baker como communications-lead. "
        "Después, por orden: Marta Vidal."
    )


def test_nothing_is_written_unless_every_event_is_well(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "absences.ics"
    broken = FOREIGN.replace("mailto:lucia.romero@", "mailto:nobody@").replace("1@example", "2@example")
    file.write_text(FOREIGN.replace("END:VCALENDAR\n", "") + broken[broken.index("BEGIN:VEVENT") :])
    rows = terminal.rows()
    assert terminal.refuses("calendar", "import", file) == (
        f"{file}, event 2 (Vacaciones): it names nobody of the protocol. "
        "Invite them by their e-mail address, or write X-CRISIS-MEMBER."
    )
    assert terminal.rows() == rows


def test_who_is_on_duty_for_a_team_is_said_before_who_is_there(any_terminal: Terminal) -> None:
    asked = ("who", "monitoring", "--at", "2026-03-09 08:59", "--zone", "Europe/Madrid")
    assert any_terminal.says(*asked) == (
        "Sergio Molina is on duty for monitoring until Mon 09 Mar 09:00. Then, in order: Ana Ruiz, Kate Young. "
        "Of the team Monitoring, Sergio Molina, Ana Ruiz, Kate Young at 2026-03-09 07:59 UTC."
    )
    later = ("who", "monitoring", "--at", "2026-03-09 09:00", "--zone", "Europe/Madrid", "--lang", "es")
    assert any_terminal.says(*later).startswith("Ana Ruiz está de turno para monitoring hasta el lun 16 mar 09:00.")
    covered = any_terminal.says("who", "monitoring", "--at", "2026-12-24 20:00")
    assert covered.startswith("Ana Ruiz covers monitoring until Sat 26 Dec 09:00 (Sergio libra en Navidad).")


def test_what_is_planned_is_listed_with_whom_it_falls_to_on_that_day(any_terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "absences.ics"
    file.write_text(FOREIGN.replace("lucia.romero", "sergio.molina"))
    any_terminal.says("calendar", "import", file)
    friday = ("calendar", "next", "--days", "1", "--from", "2026-08-14")
    lines = [re.split(r"  +", line.strip()) for line in any_terminal.says(*friday).splitlines() if "Aug" in line]
    assert [(when, *who) for when, _, *who in lines] == [
        ("Fri 14 Aug 08:00 Europe/Madrid", "monitoring-lead", "Ana Ruiz", "Sala de escucha", "10 min before"),
        ("Fri 14 Aug 12:00 Europe/Madrid", "sergio.molina", "nobody is there", "–", "60 min before"),
        ("Fri 14 Aug 14:00 Europe/Madrid", "monitoring-lead", "Ana Ruiz", "Sala de escucha", "10 min before"),
        ("Fri 14 Aug 20:00 Europe/Madrid", "monitoring-lead", "Ana Ruiz", "Sala de escucha", "10 min before"),
    ]
    elsewhere = any_terminal.says(*friday, "--zone", "America/Mexico_City", "--lang", "es")
    assert "vie 14 ago 04:00 America/Mexico_City" in elsewhere and "Informe semanal" in elsewhere
    assert any_terminal.says("calendar", "next").count("Monitoring round") == 21


def test_when_nothing_is_planned_it_says_so(terminal: Terminal) -> None:
    works = terminal.works()
    with works.store.write() as session:
        session.execute(delete(ProtocolTask))
    assert terminal.says("calendar", "next", "--days", "1") == "Nothing is planned within 1 day."


def test_what_cannot_be_is_told_in_one_sentence(terminal: Terminal, tmp_path: Path) -> None:
    assert '"Mars" is not a time zone; write it like Europe/Madrid.' in terminal("who", "hr", "--zone", "Mars").err
    assert terminal("who", "hr", "--zone", "Mars").code == 2
    out_of_time = terminal.refuses("who", "hr", "--at", "0001-01-01", "--zone", "Asia/Tokyo")
    assert out_of_time == "0001-01-01 00:00:00 is beyond the years that clocks know; give another moment."
    file = tmp_path / "x.ics"
    file.touch()
    assert terminal.refuses("calendar", "export", file) == (
        f"{file}: it is there already; name another one, or pass --overwrite."
    )
    assert terminal.refuses("calendar", "export", tmp_path / "x.txt") == (
        f"{tmp_path / 'x.txt'}: name a file that ends in .ics."
    )
    assert terminal.refuses("calendar", "export", tmp_path / "no" / "x.ics") == (
        f"{tmp_path / 'no' / 'x.ics'}: there is no folder {tmp_path / 'no'}; make it."
    )
    spans = ("--from", "2026-12-01", "--until", "2026-12-01")
    assert terminal.refuses("calendar", "export", tmp_path / "y.ics", *spans) == (
        "--until must come after --from, at most three years later; give other moments."
    )
    assert terminal.refuses("calendar", "import", file) == f"{file}: this is not an iCalendar file; save it as .ics."
