"""An audience is loaded from a spreadsheet: all or nothing, and again without harm."""

from pathlib import Path

import pytest
from sqlalchemy import select

from protocol.people import Team
from tests.fakes.terminal import Terminal

PEOPLE = """nombre;idioma;zona horaria;móvil;correo
Ana Gil;es;Europe/Madrid;+34 600 000 031;ana.gil@example.com
Ben Cole;en;America/New_York;;ben.cole@example.com
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


def test_people_are_loaded_once_and_named(any_terminal: Terminal, file: Path) -> None:
    order = ("audience", "load", "fans", file, "--name-es", "Seguidores", "--name-en", "Fans")
    said = "fans: 2 people, 2 new, 0 changed, 0 left; 3 contacts written. It is version 2 of the protocol."
    assert any_terminal.says(*order) == said
    before = any_terminal.rows()
    assert any_terminal.says(*order) == "fans: 2 people, nothing changed."
    assert any_terminal.rows() == before
    works = any_terminal.works()
    with works.store.read() as session:
        team = session.scalars(select(Team).where(Team.key == "fans")).one()
        assert (team.names, team.outside) == ({"es": "Seguidores", "en": "Fans"}, True)
    works.store.close()
    assert "Ana Gil, Ben Cole" in any_terminal.says("who", "fans")


def test_who_left_the_file_leaves_the_team(terminal: Terminal, file: Path) -> None:
    assert terminal.says("audience", "load", "customers", file).startswith(
        "customers: 2 people, 2 new, 0 changed, 2 left"
    )


def test_a_faulty_file_writes_nothing(any_terminal: Terminal, file: Path) -> None:
    file.write_text(PEOPLE.replace("Europe/Madrid", "Madrid"), encoding="utf-8")
    before = any_terminal.rows()
    printed = any_terminal("audience", "load", "fans", file)
    assert (printed.code, printed.out) == (2, "")
    assert printed.err.endswith(f"{file}, line 2: the time zone is not known; write it like Europe/Madrid.")
    assert any_terminal.rows() == before


def test_people_of_the_company_get_words_of_the_company(any_terminal: Terminal, file: Path) -> None:
    any_terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    any_terminal.says("audience", "load", "staff", file, "--inside")
    said = any_terminal.says("notify", "crisis-declared", "--team", "staff", "--incident", "1", "--yes")
    assert said.endswith("Done: 3 accepted.")


def test_a_key_and_a_time_zone_that_cannot_be_are_told(terminal: Terminal, file: Path) -> None:
    assert terminal.refuses("audience", "load", "My fans", file) == (
        '"My fans" cannot be a key; write small letters, digits and hyphens, 28 at the most.'
    )
    assert terminal.refuses("audience", "load", "fans", file, "--time-zone", "Madrid") == (
        '"Madrid" is not a time zone; write it like Europe/Madrid.'
    )
