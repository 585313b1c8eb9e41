"""What a spreadsheet says about parts in areas and about contacts, as people write it; and each fault by its cell."""

from datetime import date
from pathlib import Path

import pytest

from protocol.raci import RaciEntry
from protocol.workbook.understanding import Understood
from tests.protocol.workbooks import understood, written

CALENDAR = (("Quién", "Desde", "Hasta"), ("Ana Ruiz", "2026-08-01", "2026-08-02"))
PEOPLE = ("Nombre", "Idioma", "Zona horaria", "Móvil", "Correo", "Clave del equipo", "Equipo en español")
ANA = ("Ana Ruiz", "es", "Europe/Madrid", "600123456", "ana@example.com", "prensa", "Prensa", "Press")


def book(tmp_path: Path, headings: tuple[str, ...], cells: tuple[object, ...], *rows: tuple[object, ...]) -> Understood:
    """One person with some more columns, and a role with the parts that `rows` say."""
    protocol = (
        ("Qué", "Clave", "Nombre", "Nombre en español", "Nombre en inglés", "Personas", "Responsable de"),
        ("empresa", "", "Aurora"),
        *rows,
    )
    teams = ((*PEOPLE, "Equipo en inglés", *headings), (*ANA, *cells))
    return understood(written(tmp_path / "x.xlsx", {"Equipos": teams, "Calendario": CALENDAR, "Protocolo": protocol}))


def test_shared_and_confirmed_contacts_are_understood_as_people_write_them(tmp_path: Path) -> None:
    said = ("600 12 34 56", "600 12 34 56 01/03/2026; ana@example.com 2026-03-02")
    read = book(tmp_path, ("Contactos compartidos", "Confirmados"), said)
    assert read.company is not None, read.faults
    (ana,) = read.company.members
    assert ana.shared == ["+34600123456"]
    assert list(ana.verified.values()) == [date(2026, 3, 1), date(2026, 3, 2)]


def test_parts_in_areas_stand_with_people_and_with_roles(tmp_path: Path) -> None:
    role = ("rol", "press-lead", "", "Prensa", "Press", "Ana Ruiz", "textos; webs")
    read = book(tmp_path, ("Rinde cuentas de", "Se le informa"), ("medios; redes", "ley"), role)
    assert read.company is not None, read.faults
    assert read.company.members[0].raci == RaciEntry(accountable=["medios", "redes"], informed=["ley"])
    assert read.company.roles[0].raci == RaciEntry(responsible=["textos", "webs"])


@pytest.mark.parametrize(
    ("heading", "said", "reason"),
    [
        ("Contactos compartidos", "600999999", "+34600999999 no es un contacto de esta persona"),
        ("Confirmados", "+34600999999 2026-03-01", "+34600999999 no es un contacto de esta persona"),
        ("Confirmados", "2026-03-01", "no dice contacto y día"),
        ("Confirmados", "600123456 ayer", "no es una fecha"),
        ("Responsable de", "x" * 81, "no es un área"),
        ("Responsable de", "medios; Medios", "Medios está dos veces"),
    ],
)
def test_what_cannot_be_is_told_by_its_cell(tmp_path: Path, heading: str, said: str, reason: str) -> None:
    read = book(tmp_path, (heading,), (said,))
    assert [(fault.cell, fault.reason) for fault in read.faults] == [("I2", reason)]


def test_a_part_is_for_people_and_roles_only(tmp_path: Path) -> None:
    read = book(tmp_path, (), (), ("herramienta", "desk", "Desk", "", "", "", "medios"))
    assert [(fault.cell, fault.reason) for fault in read.faults] == [("G3", "no vale para herramienta")]
