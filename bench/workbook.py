"""A workbook of very many people, none of whom is real, as people write one: in two languages and many spellings."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook

Row = Sequence[object]
TEAM_SIZE = 250
TWO_TEAMS = 20  # one person in so many stands in a second team
FIRST = ("Ana", "Tomás", "Lucía", "Íñigo", "Begoña", "Tom", "Mary", "Sinéad", "Oliver", "Grace", "José María", "Núria")
LAST = ("Ruiz", "Baker", "Peña Gil", "Ortega", "O'Neil", "Smith", "Vidal", "Müller", "Iglesias", "Taylor-Jones")
SPANISH_HOURS = ("lun-vie 09:00-18:30", "lunes a viernes de 8 a 15", "lun-jue 09:00-18:00; vie 09:00-15:00", "")
ENGLISH_HOURS = ("mon-fri 09:00-17:30", "Mon-Fri 8:30-17:00; Saturday 10h-14h", "")
HEADINGS = (
    "Equipo",
    "Equipo en español",
    "Equipo en inglés",
    "Funciones",
    "Clave de la persona",
    "Nombre y apellidos",
    "Cargo",
    "Idioma",
    "Zona horaria",
    "Móvil",
    "Correo",
    "Voz",
    "Confirmados",
    "Horario",
    "Responsabilidades",
    "Responsable de",
    "En simulacros",
    "Silencio",
    "Tareas",
)
CALENDAR = ("Persona", "Desde", "Hasta", "Motivo")
PROTOCOL = ("Qué", "Clave", "Nombre", "Nombre en español", "Nombre en inglés", "Personas", "Gabinete")


def write_people(file: Path, count: int) -> int:
    """Writes so many people; answers how many rows they stand in."""
    book = Workbook(write_only=True)
    rows = 0
    for title, lines in (
        ("Equipos y tareas", _people(count)),
        ("Calendario", _calendar(count)),
        ("Protocolo", _protocol()),
    ):
        sheet = book.create_sheet(title)
        for row in lines:
            sheet.append(list(row))
            rows += 1
    book.save(file)
    return rows - 3


def key(person: int) -> str:
    """What a person is called."""
    return f"p{person:06d}"


def _people(count: int) -> Iterator[Row]:
    yield HEADINGS
    for person in range(count):
        team, first = divmod(person, TEAM_SIZE)
        names = (f"Equipo {team}", f"Team {team}", f"Lo que hace el equipo {team}") if not first else ("", "", "")
        yield (f"team-{team}", *names, *_person(person))
        if person % TWO_TEAMS == TWO_TEAMS - 1:
            yield ("crisis-lists", "Listas de crisis", "Crisis lists", "", key(person))


def _person(person: int) -> Row:
    spanish = person % 3 > 0
    name = f"{FIRST[person % len(FIRST)]} {LAST[person // 7 % len(LAST)]}"
    zone = "Europe/Madrid" if spanish else ("Europe/London", "UTC", "america/new_york")[person // 3 % 3]
    phone = _phone(person)
    hours = SPANISH_HOURS if spanish else ENGLISH_HOURS
    return (
        key(person),
        name,
        f"Analista {person % 40}" if spanish else f"Analyst {person % 40}",
        ("español", "es")[person % 2] if spanish else ("inglés", "English")[person % 2],
        zone,
        phone,
        _addresses(person),
        phone if person % 4 == 0 else "",
        f"person-{person}@example.com 2026-0{1 + person % 9}-1{person % 10}" if person % 10 == 0 else "",
        hours[person % len(hours)],
        f"Atiende la zona {person % 500}" if person % 2 else "",
        f"zona {person % 500}; tienda {person % 90}" if person % 50 == 0 else "",
        "sí" if person % 5 == 0 else "",
        "22:00-07:00" if person % 6 == 0 else "",
        f"Llama a la tienda {person % 90}" if person % 3 == 0 else "",
    )


def _phone(person: int) -> object:
    """Numbers of lengths that exist, in ranges that nobody is given: as text, as a number, with and without prefix."""
    spanish, british = f"1{person:08d}", f"1000{person:06d}"
    spellings: tuple[object, ...] = (
        f"+34 {spanish[:3]} {spanish[3:6]} {spanish[6:]}",
        int(spanish),
        f"{spanish[:3]} {spanish[3:5]} {spanish[5:7]} {spanish[7:]}",
        f"0034{spanish}",
        f"+44 {british[:4]} {british[4:]}",
        f"{spanish[:3]}-{spanish[3:6]}-{spanish[6:]} / +44 {british}",
    )
    return spellings[person % len(spellings)]


def _addresses(person: int) -> str:
    address = f"person-{person}@example.com"
    if person % 8 == 0:
        return f"{address}; Person.{person}@Work.example.org"
    return f"mailto:{address}" if person % 9 == 0 else address


def _calendar(count: int) -> Iterator[Row]:
    yield CALENDAR
    for person in range(0, count, 25):
        yield (key(person), f"2026-08-0{1 + person % 9}", f"{10 + person % 19}/08/2026 12:00", "vacaciones")


def _protocol() -> Iterator[Row]:
    yield PROTOCOL
    yield ("empresa", "", "Aurora Foods")
    yield ("rol", "crisis-lead", "", "Líder de crisis", "Crisis lead", f"{key(0)}; {key(1)}", "sí")
