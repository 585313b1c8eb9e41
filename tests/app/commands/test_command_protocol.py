"""The coordinator takes the protocol out as a spreadsheet, changes it and brings it back."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from protocol.company_export import company_of
from protocol.company_format import CompanyFile
from protocol.messages import MessageTemplate
from protocol.words import Channel, Language
from tests.fakes.terminal import Terminal


def stored(terminal: Terminal) -> CompanyFile:
    works = terminal.works()
    with works.store.read() as session:
        company = company_of(session, works.vault)
    works.store.close()
    return company


def change(path: Path, sheet: str, cell: str, value: object) -> None:
    book = load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


@pytest.fixture
def file(terminal: Terminal, tmp_path: Path) -> Path:
    path = tmp_path / "protocolo.xlsx"
    terminal.says("protocol", "export", path)
    return path


def test_what_was_exported_changes_nothing_when_it_comes_back(any_terminal: Terminal, tmp_path: Path) -> None:
    before, rows = stored(any_terminal), any_terminal.rows()
    for name, options in (
        ("a.xlsx", ()),
        ("b.xlsx", ("--lang", "en")),
        ("c", ("--csv",)),
        ("d", ("--csv", "--lang", "en")),
    ):
        path = tmp_path / name
        said = any_terminal.says("protocol", "export", path, *options)
        assert said.startswith("Aurora Foods: 28 members, 11 teams, 12 roles, 32 entries and 172 texts are in ")
        assert any_terminal.says("protocol", "diff", path) == "An import would change nothing."
        assert any_terminal.says("protocol", "import", path).endswith("loaded; texts: 0 new, 172 unchanged.")
    assert (stored(any_terminal), any_terminal.rows()) == (before, rows)


def test_a_change_is_shown_first_and_then_made(any_terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "protocolo.xlsx"
    any_terminal.says("protocol", "export", path)
    change(path, "Equipos y tareas", "H2", "Jefe de escucha")
    change(path, "Mensajes tipo", "F2", "Todo ha cambiado.")
    before = any_terminal.rows()
    shown = any_terminal("protocol", "diff", path)
    assert (shown.code, shown.out.splitlines()[-1]) == (1, "2 differences.")
    assert "Responsable de monitorización" in shown.out and "Jefe de escucha" in shown.out
    assert any_terminal.rows() == before
    assert any_terminal.says("protocol", "import", path).endswith(
        "1 new, 171 unchanged. It is version 2 of the protocol."
    )
    assert {member.key: member.title for member in stored(any_terminal).members}["sergio.molina"] == "Jefe de escucha"
    assert any_terminal.says("protocol", "diff", path) == "An import would change nothing."


def test_an_old_text_stays_as_a_version(terminal: Terminal, file: Path) -> None:
    key = load_workbook(file)["Mensajes tipo"]["A2"].value
    change(file, "Mensajes tipo", "F2", "Todo ha cambiado.")
    terminal.says("protocol", "import", file)
    works = terminal.works()
    with works.store.read() as session:
        query = select(MessageTemplate).filter_by(key=key, language=Language.EN, channel=Channel.EMAIL)
        texts = {row.version: row.body for row in session.scalars(query)}
    assert texts.keys() == {1, 2} and texts[2] == "Todo ha cambiado."
    works.store.close()


def test_what_the_file_does_not_name_stays(terminal: Terminal, file: Path) -> None:
    book = load_workbook(file)
    book["Soporte"].delete_rows(2)
    book.save(file)
    before = stored(terminal)
    assert terminal.says("protocol", "diff", file).splitlines()[-2:] == [
        "An import would change nothing.",
        "Only in the store, and staying there: support entry is-it-true.",
    ]
    terminal.says("protocol", "import", file)
    assert stored(terminal) == before


def test_every_fault_is_told_and_nothing_is_written(any_terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "protocolo.xlsx"
    any_terminal.says("protocol", "export", path)
    change(path, "Equipos y tareas", "J2", "Madrid")
    change(path, "Equipos y tareas", "H3", "Otro cargo")
    change(path, "Mensajes tipo", "F2", "{{ apodo }}")
    before = stored(any_terminal)
    told = any_terminal("protocol", "import", path)
    assert (told.code, told.out) == (2, "")
    assert told.err.splitlines()[-1] == (
        f"{path}: 2 fallos; nada se ha escrito. Corríjalo, o deje fuera sus filas con --skip-bad-rows."
    )
    assert all(word in told.err for word in ("J2", "Zona horaria", "Madrid", "no es una zona horaria.", "F2"))
    assert any_terminal("protocol", "diff", path).code == 2
    assert stored(any_terminal) == before


def test_bad_rows_can_be_left_out_and_their_people_stay(terminal: Terminal, file: Path) -> None:
    before = stored(terminal)
    change(file, "Equipos y tareas", "J2", "Madrid")
    change(file, "Equipos y tareas", "H3", "Otro cargo")
    told = terminal("protocol", "import", file, "--skip-bad-rows")
    assert told.code == 0
    assert told.err.splitlines()[-1] == (
        "Filas que se han dejado fuera: Calendario 4, Calendario 5, Calendario 6, Calendario 7, Equipos y tareas 2, "
        "Protocolo 10. Nadie ha salido de un equipo por ello."
    )
    after = stored(terminal)
    assert {place.member for place in after.teams[0].members or ()} == {
        place.member for place in before.teams[0].members or ()
    }
    assert {member.key: member.title for member in after.members}["ana.ruiz"] == "Otro cargo"
    assert after.roles == before.roles
    assert (after.rotations, after.overrides, after.tasks) == (before.rotations, before.overrides, before.tasks)


def test_a_number_without_prefix_is_of_the_country(terminal: Terminal, file: Path) -> None:
    change(file, "Equipos y tareas", "K2", "020 7946 0101")
    terminal.says("protocol", "import", file, "--country", "GB")
    assert {member.key: member.sms for member in stored(terminal).members}["sergio.molina"] == ["+442079460101"]
    assert terminal.refuses("protocol", "import", file, "--country", "Spain") == (
        '"Spain" is not a country; write its two letters, like ES.'
    )


def test_a_workbook_fills_an_empty_store(terminal: Terminal, file: Path, tmp_path: Path) -> None:
    before = stored(terminal)
    terminal.settings["CRISIS_HOME"] = str(tmp_path / "new")
    terminal.says("migrate")
    shown = terminal("protocol", "diff", file)
    assert shown.code == 1 and "added" in shown.out
    said = terminal.says("protocol", "import", file)
    assert said.endswith("loaded; texts: 172 new, 0 unchanged. It is version 1 of the protocol.")
    after = stored(terminal)
    assert after.teams == before.teams and sorted(after.members, key=str) == sorted(before.members, key=str)


def test_a_template_is_written_once_and_is_empty(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "plantilla.xlsx"
    assert terminal.says("protocol", "template", path) == (
        f"{path} is ready to be filled. Rows that begin with # are not read."
    )
    assert terminal.refuses("protocol", "template", path) == (
        f"{path}: it is there already; name another one, or pass --overwrite."
    )
    terminal.says("protocol", "template", path, "--overwrite", "--lang", "en")
    assert load_workbook(path).sheetnames == ["Teams and tasks", "Calendar", "Protocol", "Support", "Messages"]
    terminal.says("protocol", "template", tmp_path / "hojas", "--csv")
    assert sorted(one.name for one in (tmp_path / "hojas").iterdir()) == [
        "calendario.csv",
        "equipos-y-tareas.csv",
        "mensajes-tipo.csv",
        "protocolo.csv",
        "soporte.csv",
    ]
    assert terminal("protocol", "import", path).code == 2


def test_where_nothing_can_be_written_is_told(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.refuses("protocol", "export", tmp_path / "protocolo.pdf") == (
        f"{tmp_path / 'protocolo.pdf'}: name a file that ends in .xlsx, or write a folder of CSV files with --csv."
    )
    assert terminal.refuses("protocol", "export", tmp_path / "no" / "x.xlsx") == (
        f"{tmp_path / 'no' / 'x.xlsx'}: there is no folder {tmp_path / 'no'}; make it."
    )


def test_a_change_of_who_keeps_a_message_is_shown_and_made(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "protocolo.xlsx"
    terminal.says("protocol", "reviewed", "message", "sitrep", "--owner", "legal-lead", "--next", "2099-01-31")
    terminal.says("protocol", "export", path)
    rows = list(load_workbook(path)["Mensajes tipo"].iter_rows(values_only=True))
    mine = [number for number, row in enumerate(rows, start=1) if row[0] == "sitrep"]
    assert {rows[number - 1][7] for number in mine} == {"legal-lead"}
    for number in mine:
        change(path, "Mensajes tipo", f"H{number}", "crisis-lead")
    shown = terminal("protocol", "diff", path)
    assert (shown.code, shown.out.splitlines()[-1]) == (1, "1 difference.")
    terminal.says("protocol", "import", path)
    assert "crisis-lead" in terminal.says("protocol", "history", "message", "sitrep")


def test_with_rows_left_out_owners_stay_who_they_are(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "protocolo.xlsx"
    terminal.says("protocol", "reviewed", "tool", "listening-suite", "--owner", "sergio.molina")
    terminal.says("protocol", "reviewed", "message", "sitrep", "--owner", "sergio.molina")
    terminal.says("protocol", "export", path)
    rows = list(load_workbook(path)["Equipos y tareas"].iter_rows(values_only=True))
    number = next(number for number, row in enumerate(rows, start=1) if row[5] == "sergio.molina")
    change(path, "Equipos y tareas", f"K{number}", "12")
    terminal.says("protocol", "import", path, "--skip-bad-rows")
    kept = {tool.key: tool.owner for tool in stored(terminal).tools}
    assert kept["listening-suite"] == "sergio.molina"


def test_the_sheet_of_messages_says_as_how_many_segments_each_sms_is_paid_and_never_reads_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    path = tmp_path / "protocolo.xlsx"
    terminal.says("protocol", "export", path)
    rows = list(load_workbook(path)["Mensajes tipo"].iter_rows(values_only=True))
    place = rows[0].index("# Segmentos SMS")
    paid = {(row[0], row[1]): row[place] for row in rows if row[2] == "SMS"}
    assert paid["task-reminder", "español"] == 1 and all(isinstance(number, int) for number in paid.values())
    assert {row[place] for row in rows[1:] if row[2] != "SMS"} == {None}
    change(path, "Mensajes tipo", "G3", 99)
    assert terminal.says("protocol", "diff", path) == "An import would change nothing."
