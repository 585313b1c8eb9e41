"""What a spreadsheet says about communication flows and audiences, as people write it; each fault by its cell."""

from pathlib import Path

import pytest

from playbooks.texts import text_faults
from protocol.company import read_company
from protocol.company_format import CompanyEntry
from protocol.words import AudienceKind, Channel, Language, Level, Phase
from protocol.workbook.differences import differences
from protocol.workbook.people_sheets import TEAMS
from protocol.workbook.practice_sheets import PROTOCOL
from protocol.workbook.reading import read_book
from protocol.workbook.understanding import Understood, understand
from tests.protocol.workbooks import understood, written

PEOPLE = ("Nombre", "Idioma", "Zona horaria", "Correo", "Clave del equipo", "Equipo en español", "Equipo en inglés")
ANA = ("Ana Ruiz", "es", "Europe/Madrid", "ana@example.com", "prensa", "Prensa", "Press")
HEADINGS = ("Qué", "Clave", "Nombre", "Descripción", "Equipo", "Al equipo")
FLOW = ("flujo", "a-prensa", "", "Siempre", "prensa", "prensa")


def book(tmp_path: Path, headings: tuple[str, ...], cells: tuple[str, ...], audience: str = "") -> Understood:
    """One team that tells itself, with some more columns of the flow."""
    protocol = ((*HEADINGS, *headings), ("empresa", "", "Aurora"), (*FLOW, *cells))
    teams = ((*PEOPLE, "Audiencia"), (*ANA, audience))
    calendar = (("Quién", "Desde", "Hasta"), ("Ana Ruiz", "2026-08-01", "2026-08-02"))
    return understood(written(tmp_path / "x.xlsx", {"Equipos": teams, "Calendario": calendar, "Protocolo": protocol}))


def test_phases_message_channels_and_level_are_understood_as_people_write_them(tmp_path: Path) -> None:
    headings = ("Fases", "Mensaje", "Por canales", "Desde el nivel")
    read = book(tmp_path, headings, ("Poscrisis, pre-crisis; Cierre", "sitrep", "correo; SMS", "naranja"), "Prensa")
    assert read.company is not None, read.faults
    (flow,) = read.company.communication_flows
    assert flow.phases == [Phase.PRE_CRISIS, Phase.POST_CRISIS, Phase.CLOSED]
    assert (flow.message, flow.channels, flow.level) == ("sitrep", [Channel.SMS, Channel.EMAIL], Level.ORANGE)
    assert read.company.teams[0].audience is AudienceKind.MEDIA


def test_a_workbook_of_before_says_nothing_of_it(tmp_path: Path) -> None:
    read = book(tmp_path, (), ())
    assert read.company is not None, read.faults
    (flow,) = read.company.communication_flows
    assert (flow.phases, flow.message, flow.channels, flow.level) == ([], None, [], None)
    assert read.company.teams[0].audience is None


@pytest.mark.parametrize(
    ("heading", "said", "reason", "remedy"),
    [
        ("Fases", "crisis; pánico", "no es una opción", "escriba una de: precrisis, crisis, poscrisis, cierre"),
        ("Por canales", "paloma", "no es una opción", "escriba una de: SMS, correo, voz, chat"),
        ("Desde el nivel", "azul", "no es una opción", "escriba una de: verde, amarillo, naranja, rojo"),
        ("Mensaje", "¿qué?", "no puede ser una clave", "escriba minúsculas, cifras y guiones, como que"),
    ],
)
def test_what_cannot_be_is_told_by_its_cell(tmp_path: Path, heading: str, said: str, reason: str, remedy: str) -> None:
    read = book(tmp_path, (heading,), (said,))
    assert [(fault.cell, fault.reason, fault.remedy) for fault in read.faults] == [("G3", reason, remedy)]


def test_an_audience_that_is_none_is_told_by_its_cell(tmp_path: Path) -> None:
    (fault,) = book(tmp_path, (), (), "marcianos").faults
    assert (fault.cell, fault.remedy) == ("H2", "escriba una de: afectados, empleados, reguladores, clientes, medios")


@pytest.mark.parametrize("language", Language)
def test_every_new_column_has_a_note_and_its_choices(language: Language) -> None:
    columns = [PROTOCOL.column(name) for name in ("phases", "message", "channels", "from_level")]
    columns.append(TEAMS.column("audience"))
    assert all(column.note.told(language) and column.heading.told(language) for column in columns)
    assert [len(column.choices) for column in columns] == [4, 0, 4, 4, 5]


def variables(tmp_path: Path, *rows: tuple[str, ...]) -> Understood:
    """A workbook with these rows about variables: key, name, name in Spanish, name in English."""
    headings = ("Qué", "Clave", "Nombre", "Nombre en español", "Nombre en inglés")
    protocol = (headings, ("empresa", "", "Aurora"), *(("variable", *cells) for cells in rows))
    calendar = (("Quién", "Desde", "Hasta"), ("Ana Ruiz", "2026-08-01", "2026-08-02"))
    texts = (("Clave", "Idioma", "Canal", "Texto"), ("call-us", "es", "SMS", "{{ help_line }}"))
    sheets = {"Equipos": (PEOPLE, ANA), "Calendario": calendar, "Protocolo": protocol, "Mensajes": texts}
    return understand(read_book(written(tmp_path / "x.xlsx", sheets)), "ES", text_faults)


def test_a_variable_has_one_text_or_one_for_each_language_and_messages_may_say_it(tmp_path: Path) -> None:
    read = variables(tmp_path, ("help_line", "900 000 001"), ("thanks", "", "Gracias", "Thank you"))
    assert read.company is not None, read.faults
    both = {name: (words.es, words.en) for name, words in read.company.company.variables.items()}
    assert both == {"help_line": ("900 000 001", "900 000 001"), "thanks": ("Gracias", "Thank you")}
    assert [text.body for text in read.texts] == ["{{ help_line }}"]


def test_a_variable_that_nobody_gave_is_a_fault_of_the_text(tmp_path: Path) -> None:
    (fault,) = variables(tmp_path, ("fax", "1")).faults
    assert (fault.cell, fault.reason) == ("D2", "la variable help_line no existe")


@pytest.mark.parametrize(
    ("cells", "place", "reason"),
    [
        (("Help line", "1"), "B3", "no puede ser el nombre de una variable"),
        (("help_line", "1", "Uno", "One"), "C3", "no vale para variable"),
        (("help_line", "", "Uno"), "E3", "está vacía"),
        (("help_line",), "C3", "está vacía"),
    ],
)
def test_a_variable_that_cannot_be_is_told_by_its_cell(
    tmp_path: Path, cells: tuple[str, ...], place: str, reason: str
) -> None:
    faults = [fault for fault in variables(tmp_path, cells).faults if fault.sheet == "Protocolo"]
    assert [(fault.cell, fault.reason) for fault in faults] == [(place, reason)]


def test_a_variable_twice_is_told(tmp_path: Path) -> None:
    (fault,) = variables(tmp_path, ("help_line", "1"), ("help_line", "2")).faults
    assert (fault.cell, fault.reason) == ("B4", "la clave está también en la fila 3")


def test_a_changed_variable_is_a_difference_and_a_file_without_any_is_none() -> None:
    company = read_company(Path("examples") / "company.yaml")
    for said, told in (({"help_line": "1"}, ["help_line: 900 000 001", "help_line: 1"]), ({}, [])):
        entry = CompanyEntry.model_validate({**company.company.model_dump(), "variables": said})
        found = differences(company, company.model_copy(update={"company": entry}))
        assert [word for one in found for word in (one.before, one.after)] == told


def test_a_team_outside_that_would_tell_by_itself_is_a_fault_of_its_cell(tmp_path: Path) -> None:
    protocol = ((*HEADINGS, "Fases"), ("empresa", "", "Aurora"), (*FLOW, "crisis"))
    teams = ((*PEOPLE, "Externo"), (*ANA, "sí"))
    calendar = (("Quién", "Desde", "Hasta"), ("Ana Ruiz", "2026-08-01", "2026-08-02"))
    read = understood(written(tmp_path / "x.xlsx", {"Equipos": teams, "Calendario": calendar, "Protocolo": protocol}))
    (fault,) = read.faults
    assert (fault.sheet, fault.cell, fault.reason) == (
        "Protocolo",
        "E3",
        "un equipo externo no puede informar por sí solo",
    )
    assert fault.remedy == "ponga un equipo de la empresa, o deje las fases vacías"
