"""Out into an iCalendar file and in again: nothing changes; and what other calendars write is understood or told."""

from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from protocol.calendar_format import OverrideEntry, ShiftEntry
from protocol.company import read_company
from protocol.company_format import CompanyFile
from protocol.ics_events import read_ics
from protocol.ics_export import ics_of
from protocol.ics_import import Taken, take_events
from protocol.words import Language, Remedy
from protocol.workbook.differences import Difference, differences
from tests.protocol.workbooks import companies

SAMPLE = Path(__file__).parents[2] / "examples" / "company.yaml"
NOW = datetime(2026, 3, 3, 21, tzinfo=UTC)
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Another//EN
BEGIN:VEVENT
UID:{uid}
SUMMARY:{title}
{lines}
END:VEVENT
END:VCALENDAR
"""
AWAY = "CATEGORIES:Vacaciones\nATTENDEE:mailto:Ana.Ruiz@example.com"
COVER = "CATEGORIES:override\nX-CRISIS-MEMBER:kate.young\nDTSTART:20260310T080000Z\nDTEND:20260311T080000Z"
TASK = "CATEGORIES:Task\nX-CRISIS-ROLE:crisis-lead\nDTSTART;TZID=Europe/Madrid:20260310T090000"


def _taken(company: CompanyFile, content: str | bytes) -> Taken:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.ics"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return take_events(company, read_ics(path))


def _event(lines: str, uid: str = "1@example.com", title: str = "Fuera") -> str:
    return EVENT.format(uid=uid, title=title, lines=lines)


def _changes(before: CompanyFile, taken: Taken) -> list[Difference]:
    assert taken.faults == []
    return differences(before, taken.company)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(companies(), st.sampled_from(list(Language)), st.integers(0, 3000), st.integers(1, 400))
def test_export_then_import_changes_nothing(company: CompanyFile, language: Language, day: int, days: int) -> None:
    starts = datetime.fromtimestamp(1_600_000_000 + day * 86_400, UTC)
    content = ics_of(company, starts, datetime.fromtimestamp(starts.timestamp() + days * 86_400, UTC), language, NOW)
    assert _changes(company, _taken(company, content)) == []


def test_the_turns_and_the_overrides_together_fill_the_time() -> None:
    content = ics_of(read_company(SAMPLE), NOW, datetime(2027, 3, 1, tzinfo=UTC), Language.EN, NOW)
    duty = [one for one in Calendar.from_ical(content).walk("VEVENT") if str(one["UID"]).startswith(("turn", "over"))]
    spans = sorted((one["DTSTART"].dt, one["DTEND"].dt, str(one["SUMMARY"])) for one in duty)
    assert [before[1] for before in spans[:-1]] == [after[0] for after in spans[1:]]
    assert spans[0][:2] == (datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 9, 8, tzinfo=UTC))
    assert [title for _, _, title in spans].count("Ana Ruiz: on duty, monitoring-weeks") == 18


def test_turns_are_shown_within_their_shifts_alone_and_without_what_is_covered() -> None:
    sample = read_company(SAMPLE)
    nights = ShiftEntry(days="sat-sun", starts=time(22), ends=time(6))
    [weeks] = sample.rotations
    cover = OverrideEntry(
        rotation=weeks.key,
        member="kate.young",
        starts=datetime(2026, 10, 24, 12, tzinfo=UTC),
        ends=datetime(2026, 10, 25, 1, tzinfo=UTC),  # 02:00 for the second time
    )
    update = {"rotations": [weeks.model_copy(update={"shifts": [nights]})], "overrides": [cover]}
    company = sample.model_copy(update=update)
    starts, ends = datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)
    content = ics_of(company, starts, ends, Language.EN, NOW)
    duty = [one for one in Calendar.from_ical(content).walk("VEVENT") if str(one["UID"]).startswith(("turn", "over"))]
    assert sorted(
        (f"{one['DTSTART'].dt:%d %H:%M}", f"{one['DTEND'].dt:%d %H:%M}", str(one["SUMMARY"])) for one in duty
    ) == [
        ("24 12:00", "25 01:00", "Kate Young: on duty, monitoring-weeks"),
        ("25 01:00", "25 05:00", "Sergio Molina: on duty, monitoring-weeks"),
        ("25 21:00", "26 05:00", "Sergio Molina: on duty, monitoring-weeks"),
    ]
    assert _changes(company, _taken(company, content)) == []


def test_a_task_keeps_its_hour_and_rings_before_it() -> None:
    content = ics_of(read_company(SAMPLE), NOW, datetime(2026, 4, 1, tzinfo=UTC), Language.ES, NOW).decode()
    report = content[content.index("SUMMARY;LANGUAGE=es:Informe semanal") :]
    for line in (
        "DTSTART;TZID=Europe/Madrid:20260109T120000",
        "RRULE:FREQ=WEEKLY;BYDAY=FR",
        "TRIGGER:-PT1H",
        "UID:task_weekly-report@crisis-playbook",
    ):
        assert line in report
    assert "BEGIN:VTIMEZONE" in content


def test_an_absence_that_was_moved_in_a_calendar_is_moved() -> None:
    sample = read_company(SAMPLE)
    away = _taken(sample, _event(f"{AWAY}\nDTSTART;VALUE=DATE:20260801\nDTEND;VALUE=DATE:20260816")).company
    content = ics_of(away, NOW, datetime(2027, 1, 1, tzinfo=UTC), Language.ES, NOW).decode()
    moved = _taken(away, content.replace("DTSTART;VALUE=DATE:20260801", "DTSTART;VALUE=DATE:20260803"))
    [change] = _changes(away, moved)
    assert (change.key, change.field) == ("ana.ruiz", "absences")
    assert change.after == "2026-08-02 22:00:00 – 2026-08-15 22:00:00 Fuera"
    cancelled = content.replace("CATEGORIES:ausencia", "CATEGORIES:ausencia\r\nSTATUS:CANCELLED")
    [gone] = _changes(away, _taken(away, cancelled))
    assert (gone.field, gone.after) == ("absences", "")


def test_an_absence_from_another_calendar_is_taken_once() -> None:
    company = read_company(SAMPLE)
    event = _event(f"{AWAY}\nDTSTART;VALUE=DATE:20260801")
    taken = _taken(company, event)
    [change] = _changes(company, taken)
    assert change.after == "2026-07-31 22:00:00 – 2026-08-01 22:00:00 Fuera"
    assert _changes(taken.company, _taken(taken.company, event)) == []


def test_a_repeated_absence_is_taken_for_each_time_by_the_clocks() -> None:
    company = read_company(SAMPLE)
    rule = "RRULE:FREQ=WEEKLY;COUNT=3"
    lines = f"{AWAY}\nDTSTART;TZID=Europe/Madrid:20260320T150000\nDTEND;TZID=Europe/Madrid:20260320T180000\n{rule}"
    [change] = _changes(company, _taken(company, _event(lines)))
    assert change.after.split("; ") == [
        "2026-03-20 14:00:00 – 2026-03-20 17:00:00 Fuera",
        "2026-03-27 14:00:00 – 2026-03-27 17:00:00 Fuera",
        "2026-04-03 13:00:00 – 2026-04-03 16:00:00 Fuera",
    ]


def test_an_override_of_the_only_rotation_needs_not_name_it() -> None:
    company = read_company(SAMPLE)
    [change] = _changes(company, _taken(company, _event(f"{COVER}\nDESCRIPTION:Sergio travels")))
    assert (change.what, change.field) == ("rotation", "overrides")
    assert "2026-03-10 08:00:00 – 2026-03-11 08:00:00 kate.young Sergio travels" in change.after


def test_a_task_with_a_rule_and_an_alarm_is_taken() -> None:
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nEND:VALARM"
    lines = f"{TASK}\nLOCATION:Sala 4\nRRULE:FREQ=MONTHLY;BYDAY=1MO\n{alarm}"
    taken = _taken(read_company(SAMPLE), _event(lines, "audit@example.com", "Auditoría"))
    assert taken.faults == []
    task = taken.company.tasks[-1]
    assert (task.key, task.role, task.names.en, task.place) == (
        "audit-example-com",
        "crisis-lead",
        "Auditoría",
        "Sala 4",
    )
    assert (task.recurrence, task.reminder, task.time_zone) == ("FREQ=MONTHLY;BYDAY=1MO", 15, "Europe/Madrid")


def test_a_title_that_was_changed_is_the_new_name_in_its_language() -> None:
    company = read_company(SAMPLE)
    content = ics_of(company, NOW, datetime(2026, 4, 1, tzinfo=UTC), Language.ES, NOW).decode()
    taken = _taken(company, content.replace("SUMMARY;LANGUAGE=es:Informe semanal", "SUMMARY;LANGUAGE=es:Resumen"))
    assert taken.faults == []
    assert [(task.names.es, task.names.en) for task in taken.company.tasks[1:]] == [("Resumen", "Weekly report")]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("DTSTART:20260310T080000Z", "it does not say what it is. Give it one of the categories task, override, "),
        (
            "CATEGORIES:absence\nDTSTART:20260310T080000Z",
            "it names nobody of the protocol. Invite them by their e-mail",
        ),
        ("CATEGORIES:absence\nX-CRISIS-MEMBER:nobody", 'no member "nobody" in the protocol. `crisis who --all` lists'),
        (AWAY, "it has no DTSTART. Write it once."),
        (f"{AWAY}\nDTSTART:soon", "its DTSTART cannot be read. Correct it, or write the event anew."),
        (f"{AWAY}\nDTSTART:20260310T080000Z", "it has no end. Write DTEND."),
        (
            f"{AWAY}\nDTSTART:20260310T080000Z\nDTEND;VALUE=DATE:20260311",
            "it starts by the day and ends by the hour. Write both the same way.",
        ),
        (
            f"{AWAY}\nDTSTART:20260310T080000Z\nDTEND:20260310T080000Z",
            "it ends before it starts. Exchange DTSTART and DTEND.",
        ),
        (
            f"{AWAY}\nDTSTART;VALUE=DATE:20260310\nRRULE:FREQ=WEEKLY",
            "it is repeated for ever. Give its RRULE an UNTIL or a COUNT.",
        ),
        (
            f"{AWAY}\nDTSTART;VALUE=DATE:20260310\nRRULE:FREQ=DAILY;COUNT=5000",
            "it is repeated more than 1000 times. Give its RRULE an earlier UNTIL.",
        ),
        (
            f"{AWAY}\nDTSTART;VALUE=DATE:20260310\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE;VALUE=DATE:20260311",
            "EXDATE makes single occurrences differ, which is not kept. Make them events of their own.",
        ),
        (f"{COVER}\nX-CRISIS-ROTATION:nights", 'no rotation "nights" in the protocol. Write X-CRISIS-ROTATION with'),
        (COVER.replace("202603", "202612").replace("1210", "1224").replace("1211", "1225"), "it overlaps another over"),
        (TASK.replace("crisis-lead", "queen"), 'no role "queen" in the protocol. Use one of: chief-executive, '),
        (TASK.replace(";TZID=Europe/Madrid", ""), "it does not say in which time zone. Give DTSTART a TZID."),
        (f"{TASK}\nRRULE:FREQ=HOURLY", '"FREQ=HOURLY" needs a frequency; write FREQ= and one of: DAILY, WEEKLY, '),
        (f"{TASK}\nSTATUS:CANCELLED", "a protocol task is not removed by an event. Give its RRULE an UNTIL instead."),
        (TASK.replace("0310T09", "0329T023").replace("0230000", "023000"), "clocks jump over 2026-03-29 02:30 in Euro"),
    ],
)
def test_each_fault_is_told_by_its_event(lines: str, sentence: str) -> None:
    [fault] = _taken(read_company(SAMPLE), _event(lines)).faults
    assert "x.ics, event 1 (Fuera): " in fault
    assert sentence in fault


def test_every_fault_is_told_at_once() -> None:
    one, other = _event(AWAY), _event("DTSTART:20260310T080000Z", "2@example.com")
    both = one.replace("END:VCALENDAR\n", "") + other[other.index("BEGIN:VEVENT") :]
    assert len(_taken(read_company(SAMPLE), both).faults) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "there is no such file; check its name."),
        (b"", "this is not an iCalendar file; save it as .ics."),
        (b"\xff\xfe\x00hello", "this is not an iCalendar file; save it as .ics."),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "this is not an iCalendar file; it must begin with BEGIN:VCALENDAR."),
    ],
)
def test_what_is_no_calendar_is_told(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "x.ics"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Remedy) as error:
        read_ics(path)
    assert str(error.value) == f"{path}: {sentence}"
