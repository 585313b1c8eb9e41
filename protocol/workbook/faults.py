"""What is wrong with a workbook: by sheet, row and column, with the value, the reason and the remedy."""

from dataclasses import dataclass

from protocol.words import Language
from protocol.workbook.calendar_sentences import CALENDAR_SENTENCES
from protocol.workbook.columns import Sheet, said


@dataclass(frozen=True)
class Fault:
    """One fault. `row` is 0 for a whole sheet, `column` is a letter or empty for a whole row."""

    sheet: str
    row: int
    column: str
    heading: str
    value: str
    reason: str
    remedy: str

    @property
    def cell(self) -> str:
        """`C14`, or the row's number alone, or a dash for a whole sheet."""
        return f"{self.column}{self.row}" if self.row else "–"


class Unreadable(ValueError):  # noqa: N818 - it says what the text is
    """A text that cannot be understood: `code` says which sentence, `words` what its remedy may name."""

    def __init__(self, code: str, **words: str | int) -> None:
        super().__init__(code)
        self.code, self.words = code, words


def sentences(code: str, language: Language, sheet: Sheet | None = None, /, **words: str | int) -> tuple[str, str]:
    """Reason and remedy in one language; a sheet may have sentences of its own."""
    reason, remedy = (sheet.faults.get(code) if sheet else None) or SENTENCES[code]
    return reason.told(language).format(**words), remedy.told(language).format(**words)


SENTENCES = {
    **CALENDAR_SENTENCES,
    # of the workbook
    "sheet_missing": said("falta la hoja", "añádala", "the sheet is missing", "add it"),
    "sheet_unknown": said(
        "no se sabe qué hoja es",
        "llámela {choices}, o ponga # delante de su nombre para dejarla fuera",
        "this sheet is not known",
        "call it {choices}, or put # before its name to leave it out",
    ),
    "sheet_twice": said("la hoja está dos veces", "deje una", "the sheet stands twice", "keep one"),
    "no_headings": said(
        "no hay una fila con los títulos de las columnas",
        "escriba los títulos, como en la plantilla",
        "there is no row with the headings of the columns",
        "write the headings, as in the template",
    ),
    "heading_unknown": said(
        "no se sabe qué columna es",
        "corrija el título ({choices}), o ponga # delante para dejarla fuera",
        "this column is not known",
        "correct the heading ({choices}), or put # before it to leave it out",
    ),
    "heading_twice": said("la columna está dos veces", "deje una", "the column stands twice", "keep one"),
    "formula": said(
        "la fórmula da un error",
        "corríjala o escriba el valor",
        "the formula is an error",
        "correct it, or write the value",
    ),
    "control": said(
        "hay caracteres que no se pueden imprimir",
        "quítelos",
        "it holds characters that cannot be printed",
        "remove them",
    ),
    # of one cell
    "missing": said("está vacía", "escríbala", "it is empty", "write it"),
    "choice": said("no es una opción", "escriba una de: {choices}", "it is not a choice", "write one of: {choices}"),
    "phone": said(
        "no es un número de teléfono",
        "escríbalo con su prefijo, como +34 600 000 001",
        "it is not a phone number",
        "write it with its country, like +34 600 000 001",
    ),
    "email": said(
        "no es una dirección de correo",
        "corríjala, como ana@example.com",
        "it is not an e-mail address",
        "correct it, like ana@example.com",
    ),
    "chat": said(
        "no es una dirección de Apprise",
        "escríbala con su esquema, como tgram://TOKEN/CHAT",
        "it is not an Apprise address",
        "write it with its scheme, like tgram://TOKEN/CHAT",
    ),
    "confirmed": said(
        "no dice contacto y día",
        "escríbalo como +34 600 000 001 2026-03-01",
        "it is not a contact and a day",
        "write it like +34 600 000 001 2026-03-01",
    ),
    "not_theirs": said(
        "{item} no es un contacto de esta persona",
        "añádalo a sus contactos, o quítelo de aquí",
        "{item} is no contact of this person",
        "add it to their contacts, or remove it here",
    ),
    "area": said(
        "no es un área",
        "escriba una línea corta por área, como relación con medios",
        "it is not an area",
        "write one short line for each area, like media relations",
    ),
    "zone": said("no es una zona horaria", "escriba {choices}", "it is not a time zone", "write {choices}"),
    "hours": said(
        "no es un horario",
        "escríbalo como lun-vie 09:00-18:30",
        "these are not working hours",
        "write them like mon-fri 09:00-18:30",
    ),
    "hours_backwards": said(
        "el horario acaba antes de empezar",
        "escriba una noche en dos partes, la primera hasta 23:59",
        "the hours end before they start",
        "write a night as two parts, the first until 23:59",
    ),
    "night": said(
        "no son unas horas", "escríbalas como 22:00-07:00", "these are not hours", "write them like 22:00-07:00"
    ),
    "night_empty": said(
        "las horas de silencio acaban cuando empiezan",
        "escriba una noche, como 22:00-07:00, o nada",
        "the quiet hours end when they start",
        "write a night, like 22:00-07:00, or nothing",
    ),
    "moment": said(
        "no es una fecha",
        "escríbala como 2026-08-01 o 01/08/2026 12:00",
        "it is not a date",
        "write it like 2026-08-01 or 2026-08-01 12:00",
    ),
    "absence_backwards": said(
        "la ausencia acaba antes de empezar",
        "cambie Desde y Hasta",
        "the absence ends before it starts",
        "exchange From and Until",
    ),
    "number": said(
        "no es un número entero de {least} a {most}",
        "escriba uno",
        "it is not a whole number from {least} to {most}",
        "write one",
    ),
    "key": said(
        "no puede ser una clave",
        "escriba minúsculas, cifras y guiones, como {choices}",
        "it cannot be a key",
        "use small letters, digits and hyphens, like {choices}",
    ),
    "value_twice": said("{item} está dos veces", "deje uno", "{item} stands twice", "keep one"),
    "unknown_member": said(
        "{item} no es nadie de la hoja Equipos y tareas",
        "añada a la persona, o escriba su clave: {choices}",
        "{item} is nobody of the sheet Teams and tasks",
        "add the person, or write their key: {choices}",
    ),
    "unknown_team": said(
        "{item} no es un equipo de la hoja Equipos y tareas",
        "añádalo, o use uno de: {choices}",
        "{item} is no team of the sheet Teams and tasks",
        "add it, or use one of: {choices}",
    ),
    "unknown_role": said(
        "{item} no es un rol de la hoja Protocolo",
        "añádalo, o use uno de: {choices}",
        "{item} is no role of the sheet Protocol",
        "add it, or use one of: {choices}",
    ),
    "unknown_owner": said(
        "{item} no es un rol ni una persona del libro",
        "añádalo, o use por ejemplo: {choices}",
        "{item} is no role and no person of the workbook",
        "add it, or use for example: {choices}",
    ),
    "outside_tells": said(
        "un equipo externo no puede informar por sí solo",
        "ponga un equipo de la empresa, o deje las fases vacías",
        "a team outside the company cannot tell by itself",
        "name a team of the company, or leave the phases empty",
    ),
    "kept_differs": said(
        "la fila {other} dice otra cosa de la misma ficha",
        "escriba lo mismo, o déjela vacía aquí",
        "row {other} says otherwise about the same entry",
        "write the same, or leave it empty here",
    ),
    "role_order": said(
        "no dice rol y orden",
        "escríbalo como crisis-lead 1",
        "it is not a role and its order",
        "write it like crisis-lead 1",
    ),
    "role_contradiction": said(
        "la hoja Protocolo dice otra cosa de {item}",
        "corrija una de las dos, o vacíe esta celda",
        "the sheet Protocol says otherwise about {item}",
        "correct one of them, or empty this cell",
    ),
    # of one row
    "key_twice": said(
        "la clave está también en la fila {other}",
        "dé otra clave",
        "the key stands in row {other} too",
        "give it another",
    ),
    "contradiction": said(
        "la fila {other} dice otra cosa: {item}",
        "escriba lo mismo, o déjela vacía aquí",
        "row {other} says otherwise: {item}",
        "write the same, or leave it empty here",
    ),
    "place_twice": said(
        "la persona está ya en este equipo, en la fila {other}",
        "quite una de las filas",
        "the person is in this team already, in row {other}",
        "remove one of the rows",
    ),
    "unreachable": said(
        "no hay cómo llegar a esta persona",
        "escriba un móvil o un correo",
        "there is no way to reach this person",
        "write a mobile number or an e-mail address",
    ),
    "several_described": said(
        "varias personas en una celda con datos personales",
        "dé a cada persona su fila",
        "several people in one cell with personal data",
        "give each person a row",
    ),
    "nobody": said("nadie tiene el rol", "escriba quién", "nobody holds the role", "write who"),
    "not_for": said("no vale para {item}", "vacíe la celda", "it says nothing about a {item}", "empty the cell"),
    "company_missing": said(
        "ninguna fila dice la empresa",
        "añada una fila con Qué: empresa y su nombre",
        "no row says the company",
        "add a row with What: company and its name",
    ),
    "people_missing": said(
        "no hay ninguna persona o ningún equipo",
        "escriba una fila por persona",
        "there is no person or no team",
        "write one row for each person",
    ),
    # of messages
    "subject_not_email": said(
        "solo los correos tienen asunto", "vacíe la celda", "only e-mails have a subject", "empty the cell"
    ),
    "public_differs": said(
        "la fila {other} dice otra cosa del mismo mensaje",
        "escriba lo mismo en todas sus filas",
        "row {other} says otherwise about the same message",
        "write the same in all of its rows",
    ),
    "template": said(
        "la plantilla no se entiende: {item}", "corríjala", "the template cannot be understood: {item}", "correct it"
    ),
    "variable": said(
        "la variable {item} no existe", "use una de: {choices}", "there is no variable {item}", "use one of: {choices}"
    ),
    "variable_name": said(
        "no puede ser el nombre de una variable",
        "escriba minúsculas, cifras y _, como help_line",
        "it cannot be the name of a variable",
        "use small letters, digits and _, like help_line",
    ),
    "feed": said(
        "{item} no es la dirección de una fuente RSS",
        "escríbala como https://noticias.example.com/rss.xml",
        "{item} is not the address of a feed",
        "write it like https://news.example.com/rss.xml",
    ),
    "feeds_of_others": said(
        "solo un canal de monitorización tiene fuentes RSS",
        "páselas a uno, o vacíe la celda",
        "only a monitoring channel has feeds",
        "move them to one, or empty the cell",
    ),
    "protocol": said("{item}", "corríjalo", "{item}", "correct it"),
}
