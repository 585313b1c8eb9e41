"""The calendar in a company file: strict to read, safe to load twice, and nothing is lost that it does not name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from protocol.calendar import ProtocolTask, Rotation, RotationShift, Seat, ShiftOverride
from protocol.calendar_format import length_hours, read_length
from protocol.company import load_company, read_company
from protocol.company_export import company_of
from protocol.company_format import CompanyFile
from protocol.free_days import read_place
from protocol.recurrence import read_rule
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Remedy, Rest
from protocol.workbook.differences import differences
from protocol.workbook.keeping import keep_people

COMPANY = """
company: {name: Aurora Foods, holidays: es-md}
members:
  - {key: ana.ruiz, name: Ana Ruiz, language: es, time_zone: Europe/Madrid, email: [ana@example.com]}
  - {key: olav, name: Olav, language: en, time_zone: Europe/Oslo, email: [olav@example.com], holidays: NO}
teams:
  - {key: press, names: {es: Prensa, en: Press}, members: [{member: ana.ruiz}, {member: olav}]}
roles:
  - {key: lead, names: {es: Jefa, en: Lead}, holders: [ana.ruiz], on_holidays: off}
rotations:
  - key: weeks
    role: lead
    members: [ana.ruiz, olav]
    time_zone: Europe/Madrid
    hand_over: "09:00"
    weekday: mon
    length: 2 weeks
    starts: 2026-03-02
    ends: 2026-12-28
    on_holidays: off
    shifts:
      - {days: mon-fri, starts: "08:00", ends: "20:00"}
      - {days: sat-sun, starts: "22:00", ends: "06:00"}
overrides:
  - {rotation: weeks, member: olav, starts: 2026-03-09T09:00:00, ends: 2026-03-10T09:00:00, why: Ana travels}
  - {rotation: weeks, member: olav, starts: 2026-04-09T09:00:00, ends: 2026-04-10T09:00:00}
tasks:
  - key: weekly-report
    names: {es: Informe semanal, en: Weekly report}
    member: ana.ruiz
    place: Sala 4
    starts: 2026-03-06T12:00:00
    time_zone: Europe/Madrid
    recurrence: "RRULE:freq=weekly;byday=FR"
    reminder: 60
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes the company, with some places changed."""

    def written(*changes: tuple[str, str]) -> Path:
        text = COMPANY
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "company.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def _load(store: Store, vault: Vault, company: CompanyFile) -> CompanyFile:
    with store.write() as session:
        load_company(session, vault, company)
    with store.read() as session:
        return company_of(session, vault)


def _counts(session: Session) -> list[int | None]:
    tables = (Rotation, RotationShift, Seat, ShiftOverride, ProtocolTask)
    return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_the_words_that_yaml_reads_as_no_are_norway_and_off(write: Callable[..., Path]) -> None:
    company = read_company(write())
    assert [company.company.holidays, company.members[1].holidays] == ["ES-MD", "NO"]
    assert [company.roles[0].on_holidays, company.rotations[0].on_holidays] == [Rest.OFF, Rest.OFF]


def test_a_calendar_comes_out_as_it_went_in_and_twice_is_once(
    store: Store, vault: Vault, write: Callable[..., Path]
) -> None:
    company = read_company(write())
    assert _load(store, vault, company) == company
    with store.read() as session:
        before = session.scalars(select(ShiftOverride.id)).all()
    assert _load(store, vault, company) == company
    with store.read() as session:
        assert _counts(session) == [1, 7, 2, 2, 1]
        assert session.scalars(select(ShiftOverride.id)).all() == before


def test_what_a_file_does_not_say_stays(store: Store, vault: Vault, write: Callable[..., Path]) -> None:
    company = read_company(write())
    _load(store, vault, company)
    silent = {"rotations": [], "overrides": [], "tasks": []}
    quiet = company.model_copy(
        update={
            **silent,
            "company": company.company.model_copy(update={"holidays": None}),
            "members": [one.model_copy(update={"holidays": None}) for one in company.members],
            "roles": [one.model_copy(update={"on_holidays": None}) for one in company.roles],
        }
    )
    assert _load(store, vault, quiet) == company


def test_the_overrides_of_a_named_rotation_are_replaced(store: Store, vault: Vault, write: Callable[..., Path]) -> None:
    company = read_company(write())
    _load(store, vault, company)
    one_left = company.model_copy(update={"overrides": company.overrides[1:]})
    assert _load(store, vault, one_left) == one_left


def test_shifts_that_a_file_leaves_out_are_gone_and_one_more_day_is_a_difference(
    store: Store, vault: Vault, write: Callable[..., Path]
) -> None:
    company = _load(store, vault, read_company(write()))
    longer = read_company(write(("days: mon-fri", "days: mon-sat")))
    by_day = [*(f"{day} 08:00-20:00" for day in range(1, 7)), "6 22:00-06:00", "7 22:00-06:00"]
    assert [(one.field, one.after) for one in differences(company, longer)] == [("shifts", "; ".join(by_day))]
    [rotation] = company.rotations
    always = company.model_copy(update={"rotations": [rotation.model_copy(update={"shifts": []})]})
    assert _load(store, vault, always).rotations[0].shifts == []


def test_with_rows_left_out_no_override_ends_but_one_that_is_covered_anew(
    store: Store, vault: Vault, write: Callable[..., Path]
) -> None:
    company = read_company(write())
    first, second = company.overrides
    longer = first.model_copy(update={"member": "ana.ruiz", "why": "Anew"})
    file = company.model_copy(update={"overrides": [longer], "members": company.members[:1]})
    kept = keep_people(file, company)
    assert list(kept.overrides) == [longer, second]
    assert [member.key for member in kept.members] == ["ana.ruiz", "olav"]
    _load(store, vault, company)
    assert _load(store, vault, kept).overrides == [longer, second]


def test_inherit_takes_a_place_back_and_none_is_no_place(
    store: Store, vault: Vault, write: Callable[..., Path]
) -> None:
    assert _load(store, vault, read_company(write())).members[1].holidays == "NO"
    assert _load(store, vault, read_company(write(("holidays: NO", "holidays: none")))).members[1].holidays == "none"
    taken_back = _load(store, vault, read_company(write(("holidays: NO", "holidays: inherit"))))
    assert taken_back.members[1].holidays is None


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("role: lead", "role: queen", 'rotation 1 (weeks): no role "queen" in this file. Add it, or use one of: lead.'),
        (
            "role: lead\n",
            "role: lead\n    team: press\n",
            "rotation 1 (weeks): it belongs to both. Give it one role or team.",
        ),
        ("    role: lead\n", "", "rotation 1 (weeks): it belongs to nobody. Give it one role or team."),
        ("[ana.ruiz, olav]", "[olav, olav]", 'rotation 1 (weeks): the member "olav" stands twice. Keep one.'),
        (
            "length: 2 weeks",
            "length: 3 days",
            "rotation 1 (weeks): hand-overs on a weekday need turns of whole weeks. "
            "Leave weekday out, or change length.",
        ),
        (
            "length: 2 weeks",
            "length: a while",
            'rotation 1 (weeks): length: "a while" is not a length of up to a year; '
            "write it like 1 week, 2 days or 12 hours.",
        ),
        ("days: sat-sun", "days: sun-sat", 'rotation 1 (weeks), shift 2: days: "sun-sat" is not a day or a span of'),
        (
            "ends: 2026-12-28",
            "ends: 2026-03-02",
            "rotation 1 (weeks): it ends before it starts. Exchange starts and ends.",
        ),
        (
            "starts: 2026-04-09T09:00:00",
            "starts: 2026-03-10T08:59:00",
            "override 2 (weeks): it overlaps override 1 (weeks). Shorten one of them.",
        ),
        (
            "ends: 2026-04-10T09:00:00",
            "ends: 2026-04-09T09:00:00",
            "override 2 (weeks): it ends before it starts. Exchange starts and ends.",
        ),
        (
            "rotation: weeks, member: olav, starts: 2026-04",
            "rotation: days, member: olav, starts: 2026-04",
            'override 2 (days): no rotation "days" in this file. Add it, or use one of: weeks.',
        ),
        (
            "2026-03-06T12:00:00",
            "2026-03-29T02:30:00",
            "task 1 (weekly-report): clocks jump over 2026-03-29 02:30 in Europe/Madrid. Give another hour.",
        ),
        (
            "2026-03-06T12:00:00",
            "2026-03-06T12:00:00Z",
            'task 1 (weekly-report): starts: "2026-03-06 12:00:00+00:00" names a time zone; '
            "leave it out, time_zone says it.",
        ),
        (
            "freq=weekly;byday=FR",
            "freq=hourly",
            'task 1 (weekly-report): recurrence: "RRULE:freq=hourly" needs a frequency; '
            "write FREQ= and one of: DAILY, WEEKLY, MONTHLY, YEARLY.",
        ),
        (
            "member: ana.ruiz\n",
            "member: ana.ruiz\n    role: lead\n",
            "task 1 (weekly-report): it belongs to both. Give it one role or member.",
        ),
        ("reminder: 60", "reminder: -1", "task 1 (weekly-report): reminder: is -1; it must be 0 or more."),
        (
            "holidays: es-md",
            "holidays: es-xx",
            'company, holidays: "es-xx" is not a region of ES; use one of: ES-AN, ES-AR, ',
        ),
        ("holidays: NO", "holidays: Spain", 'member 2 (olav): holidays: "Spain" is not a country; write its two '),
        ("on_holidays: off}", "on_holidays: maybe}", 'on_holidays: is "maybe", which is not known; use one of: work, '),
    ],
)
def test_each_fault_is_told_by_place_and_remedy(write: Callable[..., Path], old: str, new: str, sentence: str) -> None:
    path = write((old, new))
    with pytest.raises(Remedy) as error:
        read_company(path)
    assert sentence in str(error.value)
    assert str(error.value).startswith(f"{path}, ")


def test_a_key_that_stands_twice_is_told(write: Callable[..., Path]) -> None:
    company = read_company(write())
    text = COMPANY[COMPANY.index("  - key: weekly-report") :]
    path = write((text, text + text))
    with pytest.raises(Remedy, match=r"task 2 \(weekly-report\): the key stands twice\. Give each task its own\."):
        read_company(path)
    assert [task.key for task in company.tasks] == ["weekly-report"]


@pytest.mark.parametrize(("said", "kept"), [("12 hours", 12), ("24 hours", 24), ("7 days", 168), ("1 week", 168)])
def test_a_length_has_one_spelling(said: str, kept: int) -> None:
    length = read_length(said)
    assert length_hours(length) == kept
    assert read_length(length) == length


@pytest.mark.parametrize("said", ["0 days", "54 weeks", "1 fortnight", "week", ""])
def test_what_is_no_length_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="is not a length of up to a year"):
        read_length(said)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", ""),
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("rrule:byday=mo,we;freq=weekly;interval=02", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE"),
        ("FREQ=MONTHLY;BYDAY=+1MO;UNTIL=20261231T230000Z;", "FREQ=MONTHLY;UNTIL=20261231T230000Z;BYDAY=1MO"),
        ("FREQ=DAILY;BYHOUR=08,00", "FREQ=DAILY;BYHOUR=8,0"),
    ],
)
def test_a_recurrence_has_one_spelling(said: str, kept: str) -> None:
    assert read_rule(said) == kept
    assert read_rule(kept) == kept


@pytest.mark.parametrize(
    "said",
    ["weekly", "FREQ=", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;BYDAY=XX", "FREQ=DAILY;UNTIL=20261231", "FREQ=SECONDLY"],
)
def test_what_is_no_recurrence_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"; write "):
        read_rule(said)


@pytest.mark.parametrize(("said", "kept"), [("es", "ES"), ("es-md", "ES-MD"), ("no", "NO"), ("ES-barcelona", None)])
def test_a_place_is_a_country_or_a_region(said: str, kept: Any) -> None:
    assert read_place(said) == (kept or "ES-Barcelona")
