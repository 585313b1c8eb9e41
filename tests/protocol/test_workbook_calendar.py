"""The sheet calendar: everything that a calendar holds, told by its cell when it cannot be understood."""

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import pytest

from protocol.calendar_format import OverrideEntry, RotationEntry, ShiftEntry, TaskEntry
from protocol.company_parts import BothLanguages
from protocol.words import Rest
from protocol.workbook.understanding import Understood
from tests.protocol.workbooks import understood, written

TEAMS = (
    ("team", "team_es", "team_en", "member", "name", "language", "time_zone", "email"),
    ("press", "Prensa", "Press", "ana.ruiz", "Ana Ruiz", "es", "Europe/Madrid", "ana@example.com"),
    ("press", "", "", "tom.baker", "Tom Baker", "en", "America/Mexico_City", "tom@example.com"),
)
PROTOCOL = (
    ("Qué", "Clave", "Nombre", "Nombre en español", "Nombre en inglés", "Personas"),
    ("empresa", "", "Aurora", "", "", ""),
    ("rol", "lead", "", "Responsable", "Lead", "ana.ruiz"),
)
HEADINGS = (
    *("Persona", "Qué", "Desde", "Hasta", "Motivo", "Clave", "Rotación", "Equipo", "Rol", "Nombre en español"),
    *("Nombre en inglés", "Zona horaria", "Relevo", "Duración", "Repetición", "Lugar", "Aviso", "Festivos"),
    *("En festivos", "Fuera de horario", "Franjas"),
)
Rows = Sequence[dict[str, object]]
ROTATION: dict[str, object] = {
    "Qué": "rotación",
    "Persona": "Tom Baker y Ana Ruiz",
    "Clave": "weeks",
    "Equipo": "Prensa",
    "Desde": "02/03/2026",
    "Zona horaria": "europe/madrid",
    "Relevo": "lunes 9:00",
    "Duración": "2 semanas",
}
OVERRIDE: dict[str, object] = {
    "Qué": "sustitución",
    "Persona": "ana.ruiz",
    "Rotación": "weeks",
    "Desde": "2026-03-24 15:00",
    "Hasta": "2026-03-26",
}
TASK: dict[str, object] = {
    "Qué": "tarea",
    "Persona": "ana.ruiz",
    "Nombre en español": "Informe semanal",
    "Nombre en inglés": "Weekly report",
    "Desde": "2026-03-06 12:00",
    "Zona horaria": "Europe/Madrid",
    "Repetición": "cada semana",
    "Aviso": 30,
}


def _read(tmp_path: Path, rows: Rows) -> Understood:
    calendar = [HEADINGS, *([row.get(heading, "") for heading in HEADINGS] for row in rows)]
    sheets = {"Equipos y tareas": TEAMS, "Calendario": calendar, "Protocolo": PROTOCOL}
    return understood(written(tmp_path / "x.xlsx", sheets))


def test_people_write_a_calendar_their_own_way(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        [
            OVERRIDE,
            ROTATION,
            TASK,
            {"Qué": "festivos", "Festivos": "es-md"},
            {"Qué": "festivos", "Equipo": "press", "Festivos": "ninguno"},
            {"Qué": "festivos", "Persona": "Ana Ruiz; tom.baker", "Festivos": "MX"},
            {"Qué": "festivos", "Rol": "Responsable", "Fuera de horario": "libra"},
            {"Persona": "ana.ruiz", "Desde": "2026-08-01", "Hasta": "2026-08-15"},
        ],
    )
    assert read.faults == []
    company = read.company
    assert company is not None
    assert company.rotations == [
        RotationEntry(
            key="weeks",
            team="press",
            members=["tom.baker", "ana.ruiz"],
            time_zone="Europe/Madrid",
            hand_over=time(9),
            weekday="mon",
            length="2 weeks",
            starts=date(2026, 3, 2),
        )
    ]
    starts, ends = datetime(2026, 3, 24, 15), datetime(2026, 3, 27)  # noqa: DTZ001 - by the clocks of the rotation
    assert company.overrides == [OverrideEntry(rotation="weeks", member="ana.ruiz", starts=starts, ends=ends)]
    assert company.tasks == [
        TaskEntry(
            key="weekly-report",
            names=BothLanguages(es="Informe semanal", en="Weekly report"),
            member="ana.ruiz",
            starts=datetime(2026, 3, 6, 12),  # noqa: DTZ001 - by its own clocks
            time_zone="Europe/Madrid",
            recurrence="FREQ=WEEKLY",
            reminder=30,
        )
    ]
    assert company.company.holidays == "ES-MD" and company.teams[0].holidays == "none"
    assert [member.holidays for member in company.members] == ["MX", "MX"]
    assert (company.roles[0].on_holidays, company.roles[0].outside_hours) == (None, Rest.OFF)
    assert len(company.members[0].absences) == 1


def test_a_sheet_of_absences_alone_says_nothing_about_the_rest(tmp_path: Path) -> None:
    read = _read(tmp_path, [{"Persona": "ana.ruiz", "Desde": "2026-08-01", "Hasta": "2026-08-15"}])
    assert read.company is not None
    assert (read.company.rotations, read.company.tasks, read.company.company.holidays) == ([], [], None)


@pytest.mark.parametrize(
    ("row", "cell", "reason"),
    [
        ({**ROTATION, "Clave": ""}, "F2", "está vacía"),
        ({**ROTATION, "Persona": ""}, "A2", "está vacía"),
        ({**ROTATION, "Persona": "Pepe"}, "A2", "Pepe no es nadie de la hoja Equipos y tareas"),
        ({**ROTATION, "Rol": "lead"}, "I2", "tiene que ser de uno: Equipo, Rol"),
        ({**ROTATION, "Equipo": ""}, "2", "tiene que ser de uno: Equipo, Rol"),
        ({**ROTATION, "Equipo": "cocina"}, "H2", "cocina no es un equipo de la hoja Equipos y tareas"),
        ({**ROTATION, "Relevo": "luns 25:00"}, "M2", "no es un relevo"),
        ({**ROTATION, "Relevo": "9 y pico"}, "M2", "no es un relevo"),
        ({**ROTATION, "Duración": "un rato"}, "N2", "no es una duración de hasta un año"),
        ({**ROTATION, "Duración": "3 días"}, "M2", "un relevo en un día de la semana pide turnos de semanas enteras"),
        ({**ROTATION, "Franjas": "lun-vie"}, "U2", "no son franjas de un día"),
        ({**ROTATION, "Franjas": "vie-lun 08:00-20:00"}, "U2", "no son franjas de un día"),
        ({**OVERRIDE, "Franjas": "lun 08:00-20:00"}, "U2", "no vale para sustitución"),
        ({**ROTATION, "Desde": "2026-03-02 09:00"}, "C2", "no es un día"),
        ({**ROTATION, "Hasta": "2026-03-02"}, "D2", "acaba antes de empezar"),
        ({**ROTATION, "Zona horaria": "Marte"}, "L2", "no es una zona horaria"),
        ({**ROTATION, "En festivos": "quizá"}, "S2", "no es una opción"),
        ({**ROTATION, "Aviso": 5}, "Q2", "no vale para rotación"),
        (OVERRIDE, "G2", "weeks no es una rotación de esta hoja"),
        ({**TASK, "Rol": "lead"}, "I2", "tiene que ser de uno: Persona, Rol"),
        ({**TASK, "Persona": "", "Rol": "reina"}, "I2", "reina no es un rol de la hoja Protocolo"),
        ({**TASK, "Persona": "Ana Ruiz; Tom Baker"}, "A2", "varias personas en una celda con datos personales"),
        ({**TASK, "Repetición": "a veces"}, "O2", "no es una repetición"),
        ({**TASK, "Desde": "2026-03-29 02:30"}, "C2", "los relojes saltan esa hora en Europe/Madrid"),
        ({**TASK, "Desde": "2026-03-29T12:00:00+02:00"}, "C2", "dice una zona horaria"),
        ({**TASK, "Aviso": "pronto"}, "Q2", "no es un número entero de 0 a 40320"),
        ({"Qué": "festivos", "Festivos": "Narnia"}, "R2", "no se conocen sus festivos"),
        ({"Qué": "festivos"}, "R2", "está vacía"),
        ({"Qué": "fiesta", "Festivos": "ES"}, "B2", "no es una opción"),
    ],
)
def test_each_fault_is_told_by_its_cell(tmp_path: Path, row: dict[str, object], cell: str, reason: str) -> None:
    read = _read(tmp_path, [row])
    assert read.company is None
    assert (cell, reason) in [(fault.cell, fault.reason) for fault in read.faults]


@pytest.mark.parametrize(
    "said",
    [
        "lun-vie 08:00-20:00; sáb-dom 22:00-06:00",
        "mon-fri 8:00 to 20:00\nsat-sun 22h-6h",
        "de lunes a viernes, de 8 a 20; sábado a domingo: 22:00–06:00",
    ],
)
def test_shifts_are_written_as_hours_are_and_may_pass_midnight(tmp_path: Path, said: str) -> None:
    read = _read(tmp_path, [{**ROTATION, "Franjas": said}])
    assert read.company is not None
    assert read.company.rotations[0].shifts == [
        ShiftEntry(days="mon-fri", starts=time(8), ends=time(20)),
        ShiftEntry(days="sat-sun", starts=time(22), ends=time(6)),
    ]


def test_whose_holidays_and_who_works_stand_in_rows_of_their_own(tmp_path: Path) -> None:
    whose = "unos festivos son de una persona, de un equipo o de la empresa, y lo de trabajar, de un rol"
    for row in (
        {"Qué": "festivos", "Rol": "lead", "Festivos": "ES"},
        {"Qué": "festivos", "Equipo": "press", "En festivos": "libra"},
        {"Qué": "festivos", "Equipo": "press", "Persona": "ana.ruiz", "Festivos": "ES"},
    ):
        read = _read(tmp_path, [row])
        assert [(fault.row, fault.reason) for fault in read.faults] == [(2, whose)]


def test_rows_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    later = {**OVERRIDE, "Desde": "2026-03-26 23:00", "Hasta": "2026-03-28"}
    twice = {"Qué": "festivos", "Festivos": "ES"}
    read = _read(tmp_path, [ROTATION, ROTATION, OVERRIDE, later, twice, twice])
    assert [(fault.cell, fault.reason) for fault in read.faults] == [
        ("F3", "la clave está también en la fila 2"),
        ("C5", "coincide con la sustitución de la fila 4"),
        ("R7", "lo dice ya la fila 6"),
    ]
