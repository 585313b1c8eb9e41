"""Messy spreadsheets that a person would understand are understood."""

import csv
import io
from datetime import datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from protocol.company_format import Hours, Place
from protocol.company_parts import BothLanguages
from protocol.words import Channel, Language, Remedy
from protocol.workbook.cells import first_moment, hours, last_moment, night, phones
from protocol.workbook.choices import OWN_FILE
from protocol.workbook.faults import SENTENCES, Unreadable
from protocol.workbook.folder import read_folder, write_folder
from protocol.workbook.keeping import keep_people
from protocol.workbook.paper import write_pages
from protocol.workbook.reading import book_of, read_book
from protocol.workbook.sheets import SHEETS
from protocol.workbook.understanding import understand_the_rest
from protocol.workbook.writing import pages_of, template_pages
from tests.protocol.workbooks import understood, written

PROTOCOL = (
    ("NAME", "what", "People", "name in english", "Name in Spanish", "key"),
    ("Aurora", "Company"),
    ("", "role", "Tom Baker and ana.ruiz", "Press lead", "Prensa", ""),
)
CALENDAR = (("Who", "From", "To"), ("ana ruiz; Tom Baker", datetime(2026, 8, 1), "15/08/2026"))  # noqa: DTZ001
TEAMS = (
    ("e-mail", "MOBILE", "Name", "Language", "time zone", "Team in English", "team in spanish", "Team", "Phone"),
    ("ana.ruiz@example.com", 600123456.0, " Ana  Ruiz", "ES", "europe/madrid", "Press", "Prensa", "press"),
    (),
    ("tom@example.com", "0044 7700 900101", "Tom Baker", "English", "Europe/London", "", "", "Press", "600 00 00 09"),
)


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    return written(tmp_path / "messy.xlsx", {"PEOPLE": TEAMS, "Absences": CALENDAR, "protocol": PROTOCOL})


def test_headings_in_any_order_and_case_and_people_by_name(messy: Path) -> None:
    read = understood(messy)
    assert (read.faults, read.language) == ([], Language.EN)
    assert read.company is not None
    ana, tom = read.company.members
    assert (ana.key, ana.time_zone, ana.sms) == ("ana.ruiz", "Europe/Madrid", ["+34600123456"])
    assert (tom.key, tom.sms) == ("tom.baker", ["+447700900101", "+34600000009"])
    assert [team.members for team in read.company.teams] == [[Place(member="ana.ruiz"), Place(member="tom.baker")]]
    assert [role.holders for role in read.company.roles] == [["tom.baker", "ana.ruiz"]]
    first, last = datetime(2026, 8, 1), datetime(2026, 8, 16)  # noqa: DTZ001 - the last day is included
    assert [(one.starts, one.ends) for one in ana.absences + tom.absences] == [(first, last)] * 2


def test_cells_merged_over_rows_stand_in_each_of_them(tmp_path: Path) -> None:
    rows = [[*row, *[""] * (9 - len(row))] for row in TEAMS if row]
    rows[1][5:8] = rows[2][5:8] = ["", "", ""]
    path = written(tmp_path / "merged.xlsx", {"teams": rows, "calendar": CALENDAR, "protocol": PROTOCOL})
    book = load_workbook(path)
    sheet = book["teams"]
    for column, value in (("F", "Press"), ("G", "Prensa"), ("H", "press")):
        sheet[f"{column}2"] = value
        sheet.merge_cells(f"{column}2:{column}3")
    book.save(path)
    company = understood(path).company
    assert company is not None
    assert [(team.key, len(team.members or ())) for team in company.teams] == [("press", 2)]


def test_who_holds_a_role_may_stand_with_the_person(tmp_path: Path) -> None:
    heads = ("name", "language", "time zone", "mobile", "roles", "team", "team in english", "team in spanish")
    rows = [
        heads,
        ("Ana Ruiz", "es", "UTC", "600123456", "press-lead 2", "press", "Press", "Prensa"),
        ("Tom Baker", "en", "UTC", "600123457", "Press lead 1"),
    ]
    roles = (PROTOCOL[0], PROTOCOL[1], ("", "role", "", "Press lead", "Prensa", "press-lead"))
    read = understood(written(tmp_path / "x.xlsx", {"teams": rows, "calendar": CALENDAR, "protocol": roles}))
    assert read.company is not None, read.faults
    assert read.company.roles[0].holders == ["tom.baker", "ana.ruiz"]
    said = (*roles[:2], ("", "role", "Ana Ruiz", "Press lead", "Prensa", "press-lead"))
    read = understood(written(tmp_path / "x.xlsx", {"teams": rows, "calendar": CALENDAR, "protocol": said}))
    assert [(fault.cell, fault.reason) for fault in read.faults] == [
        ("E2", "the sheet Protocol says otherwise about press-lead"),
        ("E3", "the sheet Protocol says otherwise about Press lead"),
    ]


def test_a_workbook_without_a_calendar_is_refused(tmp_path: Path) -> None:
    """Without it nobody would be away."""
    read = understood(written(tmp_path / "x.xlsx", {"People": TEAMS, "Protocol": PROTOCOL}))
    assert [(fault.sheet, fault.reason) for fault in read.faults] == [("Calendar", "the sheet is missing")]


def test_rows_with_faults_can_be_left_out_and_whoever_they_name_with_them(tmp_path: Path) -> None:
    rows = [TEAMS[0], ("no address", *TEAMS[1][1:]), TEAMS[3]]
    calendar = (CALENDAR[0], ("Tom Baker", "2026-08-01", "2026-08-02"), CALENDAR[1])
    path = written(tmp_path / "x.xlsx", {"People": rows, "Calendar": calendar, "Protocol": PROTOCOL})
    read = understand_the_rest(read_book(path), "ES", lambda _: ())
    assert read.left_out == {("People", 2), ("Calendar", 3), ("Protocol", 3)}
    assert [fault.cell for fault in read.faults] == ["A2", "A3", "C3"]
    assert read.company is not None
    assert [member.key for member in read.company.members] == ["tom.baker"]
    assert read.company.teams[0].names == BothLanguages(es="Prensa", en="Press")


def test_with_rows_left_out_nobody_leaves_a_team_and_no_absence_ends(messy: Path) -> None:
    stored = understood(messy).company
    assert stored is not None
    tom = next(member for member in stored.members if member.key == "tom.baker")
    team = stored.teams[0].model_copy(update={"members": [Place(member="tom.baker", tasks="All")]})
    less = stored.model_copy(update={"members": [tom.model_copy(update={"absences": []})], "teams": [team]})
    kept = keep_people(less, stored)
    assert kept.teams[0].members == [Place(member="tom.baker", tasks="All"), Place(member="ana.ruiz")]
    assert {member.key: len(member.absences) for member in kept.members} == {"tom.baker": 1, "ana.ruiz": 1}


@pytest.mark.parametrize("language", Language)
def test_a_template_has_headings_notes_drop_downs_and_an_example_that_is_not_read(
    tmp_path: Path, language: Language
) -> None:
    path = tmp_path / "template.xlsx"
    write_pages(path, template_pages(language), language)
    book = load_workbook(path)
    assert book.sheetnames == [sheet.title.told(language) for sheet in SHEETS]
    for made, sheet in zip(book.worksheets, SHEETS, strict=True):
        top = made[1]
        assert [cell.value for cell in top] == [column.heading.told(language) for column in sheet.columns]
        assert [cell.comment.text for cell in top if cell.comment] == [
            column.note.told(language) for column in sheet.columns
        ]
        assert made.freeze_panes == "A2" and top[0].font.bold
        offers = [offer.formula1 for offer in made.data_validations.dataValidation]
        assert len(offers) == len([column for column in sheet.columns if column.choices])
        assert all(len(offer) < 255 for offer in offers), "Excel takes no longer list"
        assert str(made["A2"].value).startswith("# ")
    read = read_book(path)
    assert (read.language, read.faults) == (language, [])
    assert not any(read.rows.values())


@pytest.mark.parametrize("language", Language)
def test_the_example_row_is_well_without_its_mark(tmp_path: Path, language: Language) -> None:
    path = tmp_path / "template.xlsx"
    write_pages(path, template_pages(language), language)
    book = load_workbook(path)
    for sheet in book.worksheets:
        sheet["A2"] = str(sheet["A2"].value).removeprefix("# ")
    book.save(path)
    unknown = {"es": ("no es un equipo", "no es nadie", "ninguna fila"), "en": ("is no team", "is nobody", "no row")}
    told = [fault.reason for fault in understood(path).faults]
    assert told and all(any(part in reason for part in unknown[language]) for reason in told), told


def test_no_heading_means_two_columns() -> None:
    for sheet in SHEETS:
        names = [name for column in sheet.columns for name in {*column.names()}]
        assert sorted(names) == sorted(set(names)), sheet.name
    titles = [name for sheet in SHEETS for name in {*sheet.names()}]
    assert sorted(titles) == sorted(set(titles))


def test_every_sentence_is_there_in_both_languages() -> None:
    parts = [part for both in SENTENCES.values() for part in both]
    assert all(part.es and part.en for part in parts)
    assert [part.es for part in parts if part.es == part.en] == ["{item}"]


@pytest.mark.parametrize(
    ("said", "country", "number"),
    [
        ("600 12 34 56", "ES", ["+34600123456"]),
        ("600123456.0", "ES", ["+34600123456"]),
        ("0034600123456", "GB", ["+34600123456"]),
        ("(202) 555-0101", "US", ["+12025550101"]),
        ("600123456 / +44 7700 900101\n600.123.457", "ES", ["+34600123456", "+447700900101", "+34600123457"]),
        ("600123456 y 600123457", "ES", ["+34600123456", "+34600123457"]),
    ],
)
def test_numbers_as_people_write_them(said: str, country: str, number: list[str]) -> None:
    assert phones(country)(said) == number


@pytest.mark.parametrize("said", ["12", "llamar a Ana", "600 12 34 56 ext", "+999 123"])
def test_what_is_no_number_is_not_guessed(said: str) -> None:
    with pytest.raises(Unreadable) as error:
        phones("ES")(said)
    assert error.value.code == "phone"


def test_hours_and_nights_in_either_language() -> None:
    week = [Hours(days="mon-fri", starts=time(9), ends=time(18, 30)), Hours(days="sat", starts=time(10), ends=time(14))]
    for said in ("lun-vie 09:00-18:30; sáb 10-14", "de lunes a viernes de 9 a 18.30\nsábado 10:00-14:00"):
        assert hours(said) == week
    assert hours("Mon-Fri 9:00-18:30; Saturday 10h-14h") == week
    assert (night("22 a 7").starts, night("22:30-7:15").ends) == (time(22), time(7, 15))


@pytest.mark.parametrize("said", [datetime(2026, 8, 1), "2026-08-01", "1/8/2026", "01-08-2026", 46235, "46235"])  # noqa: DTZ001
def test_a_day_as_date_text_or_number(said: object) -> None:
    assert first_moment(said) == datetime(2026, 8, 1)  # noqa: DTZ001
    assert last_moment(said) == datetime(2026, 8, 2)  # noqa: DTZ001


def test_an_audience_of_its_own_file_stays_as_it_is(tmp_path: Path, messy: Path) -> None:
    company = understood(messy).company
    assert company is not None
    apart = company.teams[0].model_copy(update={"key": "fans", "members": None})
    both = company.model_copy(update={"teams": [*company.teams, apart]})
    write_pages(tmp_path / "x.xlsx", pages_of(both, [], Language.ES), Language.ES)
    assert load_workbook(tmp_path / "x.xlsx").worksheets[0]["F4"].value == OWN_FILE.words.es
    read = understood(tmp_path / "x.xlsx").company
    assert read is not None and read.teams[1].members is None


def test_a_folder_of_semicolons_is_read_and_formulas_are_kept_as_text(tmp_path: Path, messy: Path) -> None:
    company = understood(messy).company
    assert company is not None
    company = company.model_copy(update={"company": company.company.model_copy(update={"name": "=1+1"})})
    write_folder(tmp_path / "csv", pages_of(company, [], Language.EN), Language.EN)
    file = tmp_path / "csv" / "protocol.csv"
    assert "'=1+1" in file.read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows(rows)
    read = understood(tmp_path / "csv")
    assert read.company is not None and read.company.company.name == "=1+1"
    assert not book_of(read_folder(tmp_path / "csv")).faults


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.xlsx", None, "there is no such file; check its name."),
        ("text.xlsx", b"hello", "this is not an Excel workbook; save it as .xlsx."),
        ("old.xls", b"\xd0\xcf\x11\xe0", "this is not an Excel workbook; save it as .xlsx."),
    ],
)
def test_what_is_no_workbook_is_told(tmp_path: Path, name: str, content: bytes | None, sentence: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Remedy) as error:
        read_book(path)
    assert str(error.value) == f"{path}: {sentence}"


def test_thousands_of_rows_are_read(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    for title, rows in (("Calendar", CALENDAR[:1]), ("Protocol", PROTOCOL[:2])):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    people = book.create_sheet("People")
    people.append(TEAMS[0])
    people.append(TEAMS[1])
    for number in range(3000):
        people.append((f"p{number}@example.com", "", f"Person {number}", "en", "UTC", "", "", "press"))
    book.save(tmp_path / "x.xlsx")
    read = understood(tmp_path / "x.xlsx")
    assert read.company is not None and len(read.company.members) == 3001
    assert read.company.members[1].email == ["p0@example.com"] and Channel.SMS not in read.company.company.limits
