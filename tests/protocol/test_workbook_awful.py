"""A workbook as bad as they come: every fault is named at once, in Spanish, with its place and its remedy."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from playbooks.texts import text_faults
from protocol.workbook.reading import read_book
from protocol.workbook.understanding import Understood, understand

TEAMS = (
    (
        "EQUIPO",
        "Equipo en Español",
        "equipo en ingles",
        "Funcion",
        "externo",
        "Persona",
        "Nombre y apellidos",
        "Idioma",
        "ZONA HORARIA",
        "Telefono",
        "correo electrónico",
        "Horarios",
        "Simulacro",
        "silencio",
        "Roles",
        "Signo del zodiaco",
        "# apuntes",
    ),
    ("prensa", "Prensa", "Press", "", "no", "", "Ana Ruiz", "es", "Europe/Madrid", 600123456.0, "ana@example.com"),
    ("prensa", "", "", "", "", "", "Luis Gil", "español", "Madrid", "600 12 34", "luis@", "L-V", "quizá", "22 a 22"),
    ("prensa", "Gabinete", "", "", "tal vez", "", "Eva Mas", "francés", "Europe/Madrid", "0034 600 000 002"),
    ("", "", "", "", "", "", "Ana Ruiz", "", "", 600999999, "", "", "", "", "portavoz"),
    ("prensa", "", "", "", "", "", "ana ruiz"),
    ("legal", "Jurídico", "", "", "", "", "Sin Nada", "inglés", "Europe/London", "", "", "vie-lun 9-14"),
    ("Clave Mala!", "Mala", "Bad", "", "", "", "Noa Paz", "es", "Europe/Madrid", "", "noa@example.com", "lun 18-9"),
    (
        "prensa",
        "",
        "",
        "",
        "",
        "",
        "Teo Sol",
        "es",
        "Europe/Madrid",
        "#N/A",
        "teo@x.es, teo@x.es",
        "",
        "",
        "",
        "jefe 1",
    ),
    ("prensa", "", "", "", "", "", "Mar Ros", "es", "Europe/Madrid", "", "mar@example.com", "", "", "", "", "leo"),
)
CALENDAR = (
    ("desde", "HASTA", "quien", "motivo"),
    (datetime(2026, 8, 10), "01/08/2026", "Ana Ruiz", "al revés"),  # noqa: DTZ001 - a spreadsheet knows no zone
    ("el lunes", "2026-08-20", "Ana Ruiz y Mar Ros", ""),
    ("2026-08-01", "2026-08-20", "Pepe", ""),
    ("2026-08-01", "", "", ""),
)
PROTOCOL = (
    (
        "Que",
        "Clave",
        "Tipo",
        "Nombre",
        "Nombre en español",
        "Nombre en inglés",
        "Equipo",
        "Personas",
        "Mensajes",
        "MANTIENE LA FICHA",
        "Revision",
    ),
    ("rol", "portavoz", "", "", "Portavoz", "Spokesperson", "", "Ana Ruiz, Nadie Sabe"),
    ("rol", "vacio", "", "", "Vacío", "Empty", "", ""),
    ("herramienta", "escucha", "", "Escucha", "", "", "ventas", ""),
    ("herramienta", "escucha", "", "Otra", "", "", "prensa", "", 7),
    ("recurso", "video", "película", "", "Vídeo", "", "", "", "", "Fulano", "pronto"),
    ("cacharro", "x", "", "", "", "", "", ""),
    ("límite", "", "sms", "", "", "", "", "", 5000),
)
MESSAGES = (
    ("clave", "idioma", "canal", "asunto", "texto", "publico"),
    ("aviso", "español", "SMS", "Hola", "{{ apodo }}: venga", "no"),
    ("aviso", "español", "correo", "Hola", "{% if %}", "sí"),
    ("aviso", "español", "SMS", "", "Otra vez", "no"),
    ("aviso", "", "paloma", "", "", "no"),
)


@pytest.fixture
def awful(tmp_path: Path) -> Understood:
    book = Workbook()
    teams = book.active
    assert teams is not None
    teams.title = "Equipos Y Tareas"
    teams.append(["PROTOCOLO DE CRISIS 2026"])
    teams.merge_cells("A1:Q1")
    teams.append([])
    for row in TEAMS:
        teams.append(row)
        teams.append([])
    teams.merge_cells("A5:A6")  # over a blank row, as people do to make a row tall
    for title, rows in (("calendario", CALENDAR), ("Protocolo", PROTOCOL), ("MENSAJES TIPO", MESSAGES)):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.create_sheet("Cosas sueltas").append(["algo"])
    book.create_sheet("#borrador").append(["nada de esto se lee"])
    path = tmp_path / "horrible.xlsx"
    book.save(path)
    return understand(read_book(path), "ES", text_faults)


EXPECTED = {
    ("Cosas sueltas", "–", "no se sabe qué hoja es"),
    ("Equipos Y Tareas", "P3", "no se sabe qué columna es"),
    ("Equipos Y Tareas", "I7", "no es una zona horaria"),
    ("Equipos Y Tareas", "J7", "no es un número de teléfono"),
    ("Equipos Y Tareas", "K7", "no es una dirección de correo"),
    ("Equipos Y Tareas", "L7", "no es un horario"),
    ("Equipos Y Tareas", "M7", "no es una opción"),
    ("Equipos Y Tareas", "N7", "las horas de silencio acaban cuando empiezan"),
    ("Equipos Y Tareas", "B9", "la fila 5 dice otra cosa: Prensa"),
    ("Equipos Y Tareas", "E9", "no es una opción"),
    ("Equipos Y Tareas", "H9", "no es una opción"),
    ("Equipos Y Tareas", "J11", "la fila 5 dice otra cosa: +34600123456"),
    ("Equipos Y Tareas", "O11", "no dice rol y orden"),
    ("Equipos Y Tareas", "G13", "la persona está ya en este equipo, en la fila 5"),
    ("Equipos Y Tareas", "C15", "está vacía"),
    ("Equipos Y Tareas", "J15", "no hay cómo llegar a esta persona"),
    ("Equipos Y Tareas", "L15", "no es un horario"),
    ("Equipos Y Tareas", "A17", "no puede ser una clave"),
    ("Equipos Y Tareas", "L17", "el horario acaba antes de empezar"),
    ("Equipos Y Tareas", "J19", "la fórmula da un error"),
    ("Equipos Y Tareas", "K19", "teo@x.es está dos veces"),
    ("Equipos Y Tareas", "O19", "jefe no es un rol de la hoja Protocolo"),
    ("calendario", "B2", "la ausencia acaba antes de empezar"),
    ("calendario", "A3", "no es una fecha"),
    ("calendario", "C4", "Pepe no es nadie de la hoja Equipos y tareas"),
    ("calendario", "B5", "está vacía"),
    ("calendario", "C5", "está vacía"),
    ("Protocolo", "–", "ninguna fila dice la empresa"),
    ("Protocolo", "H2", "Nadie Sabe no es nadie de la hoja Equipos y tareas"),
    ("Protocolo", "H3", "nadie tiene el rol"),
    ("Protocolo", "G4", "ventas no es un equipo de la hoja Equipos y tareas"),
    ("Protocolo", "B5", "la clave está también en la fila 4"),
    ("Protocolo", "I5", "no vale para herramienta"),
    ("Protocolo", "C6", "no es una opción"),
    ("Protocolo", "F6", "está vacía"),
    ("Protocolo", "J6", "Fulano no es un rol ni una persona del libro"),
    ("Protocolo", "K6", "no es una fecha"),
    ("Protocolo", "A7", "no es una opción"),
    ("Protocolo", "I8", "no es un número entero de 1 a 1000"),
    ("Protocolo", "8", "está vacía"),  # the sheet has no column for minutes
    ("MENSAJES TIPO", "D2", "solo los correos tienen asunto"),
    ("MENSAJES TIPO", "E2", "la variable apodo no existe"),
    ("MENSAJES TIPO", "F3", "la fila 2 dice otra cosa del mismo mensaje"),
    ("MENSAJES TIPO", "A4", "la clave está también en la fila 2"),
    ("MENSAJES TIPO", "B5", "está vacía"),
    ("MENSAJES TIPO", "C5", "no es una opción"),
    ("MENSAJES TIPO", "E5", "está vacía"),
}


def test_every_fault_of_an_awful_workbook_is_named_at_once(awful: Understood) -> None:
    assert awful.company is None
    told = {(fault.sheet, fault.cell, fault.reason) for fault in awful.faults}
    template = {place for place in told if place[2].startswith("la plantilla no se entiende: ")}
    assert [place[:2] for place in template] == [("MENSAJES TIPO", "E3")]
    assert told - template == EXPECTED


def test_every_fault_says_what_stands_there_and_what_to_do(awful: Understood) -> None:
    told = {(fault.sheet, fault.cell): fault for fault in awful.faults}
    zone = told["Equipos Y Tareas", "I7"]
    assert (zone.heading, zone.value, zone.remedy) == ("ZONA HORARIA", "Madrid", "escriba Europe/Madrid")
    assert told["Equipos Y Tareas", "H9"].remedy == "escriba una de: español, inglés"
    assert told["Equipos Y Tareas", "A17"].remedy == "escriba minúsculas, cifras y guiones, como clave-mala"
    assert told["Protocolo", "G4"].remedy == "añádalo, o use uno de: legal, prensa"
    assert told["MENSAJES TIPO", "C5"].value == "paloma"
    assert all(fault.remedy for fault in awful.faults)
