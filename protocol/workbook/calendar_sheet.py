"""The sheet *calendar*: absences, rotations, overrides, planned tasks, and whose public holidays people have."""

from protocol.workbook.choices import CALENDAR_WHATS, RESTS
from protocol.workbook.columns import KEY_NOTE, Sheet, Words, column_of
from protocol.workbook.kept_columns import KEPT, KEPT_COLUMNS

COLUMNS = {
    "absence": ("member", "starts", "ends", "reason"),
    "rotation": (
        "member",
        "key",
        "team",
        "role",
        "starts",
        "ends",
        "time_zone",
        "hand_over",
        "length",
        "shifts",
        "on_holidays",
        "outside_hours",
        *KEPT_COLUMNS,
    ),
    "override": ("member", "rotation", "starts", "ends", "reason"),
    "task": (
        "member",
        "key",
        "name_es",
        "name_en",
        "role",
        "starts",
        "time_zone",
        "place",
        "recurrence",
        "reminder",
        *KEPT_COLUMNS,
    ),
    "holidays": ("member", "team", "role", "holidays", "on_holidays", "outside_hours"),
}
"""What a row about each thing may say."""

CALENDAR = Sheet(
    "calendar",
    Words("Calendario", "Calendar"),
    Words("calendario", "calendar"),
    (
        column_of(
            "member",
            ("Persona", "Member"),
            (
                "Clave o nombre; varias si faltan a la vez. En una rotación, todas, por orden.",
                "Key or name; several if they are away together. Of a rotation all of them, in order.",
            ),
            ("quién", "who", "clave de la persona", "member key", "nombre", "name", "personas", "people", "miembro"),
            width=26,
        ),
        column_of(
            "what",
            ("Qué", "What"),
            ("De qué trata la fila; vacía, una ausencia.", "What the row is about; empty, an absence."),
            ("elemento", "item", "tipo de fila"),
            CALENDAR_WHATS,
            width=13,
        ),
        column_of(
            "starts",
            ("Desde", "From"),
            (
                "Primer día, u hora: 2026-08-01 12:00. De una tarea, la primera vez.",
                "First day, or moment: 2026-08-01 12:00. Of a task, the first time.",
            ),
            ("inicio", "start", "starts", "empieza", "fecha de inicio", "del"),
        ),
        column_of(
            "ends",
            ("Hasta", "Until"),
            (
                "Último día, incluido, u hora. De una rotación, el día de su último relevo.",
                "Last day, included, or moment. Of a rotation, the day of its last hand-over.",
            ),
            ("fin", "end", "ends", "to", "termina", "fecha de fin", "al"),
        ),
        column_of(
            "reason",
            ("Motivo", "Reason"),
            ("Por qué falta, o por qué otra persona cubre.", "Why they are away, or why somebody else covers."),
            ("causa", "why"),
            width=30,
        ),
        column_of("key", ("Clave", "Key"), KEY_NOTE, ("código",), width=20),
        column_of(
            "rotation",
            ("Rotación", "Rotation"),
            ("De una sustitución: la clave de la rotación.", "Of an override: the key of the rotation."),
            ("turno", "shift"),
            width=20,
        ),
        column_of(
            "team",
            ("Equipo", "Team"),
            ("De una rotación, o de unos festivos.", "Of a rotation, or of public holidays."),
            ("clave del equipo", "team key"),
        ),
        column_of(
            "role",
            ("Rol", "Role"),
            ("De una rotación, de una tarea, o de cómo se trabaja.", "Of a rotation, of a task, or of how it works."),
            ("papel", "clave del rol", "role key"),
        ),
        column_of(
            "name_es",
            ("Nombre en español", "Name in Spanish"),
            ("De una tarea.", "Of a task."),
            ("tarea en español", "task in spanish"),
            width=28,
        ),
        column_of(
            "name_en",
            ("Nombre en inglés", "Name in English"),
            ("De una tarea.", "Of a task."),
            ("tarea en inglés", "task in english"),
            width=28,
        ),
        column_of(
            "time_zone",
            ("Zona horaria", "Time zone"),
            ("De una rotación o tarea, como Europe/Madrid.", "Of a rotation or a task, like Europe/Madrid."),
            ("huso horario", "timezone", "zona"),
        ),
        column_of(
            "hand_over",
            ("Relevo", "Hand-over"),
            ("De una rotación, como lun 09:00 o 09:00.", "Of a rotation, like mon 09:00 or 09:00."),
            ("cambio", "handover", "hora del relevo"),
        ),
        column_of(
            "length",
            ("Duración", "Length"),
            ("De un turno, como 1 semana o 12 horas.", "Of a turn, like 1 week or 12 hours."),
            ("cada", "every"),
            width=14,
        ),
        column_of(
            "shifts",
            ("Franjas", "Shifts"),
            (
                "De una rotación: solo en estas horas, como lun-vie 08:00-20:00; sáb-dom 10:00-14:00. Vacía, siempre.",
                "Of a rotation: only within these hours, like mon-fri 08:00-20:00; sat-sun 10:00-14:00. Empty, always.",
            ),
            ("franja horaria", "franjas horarias", "horas del turno", "hours"),
            width=26,
        ),
        column_of(
            "recurrence",
            ("Repetición", "Recurrence"),
            (
                "De una tarea: cada día, cada semana, cada mes, o una RRULE. Vacía, una vez.",
                "Of a task: daily, weekly, monthly, or an RRULE. Empty, once.",
            ),
            ("rrule", "se repite", "repeats", "frecuencia", "frequency"),
            width=34,
        ),
        column_of("place", ("Lugar", "Place"), ("De una tarea.", "Of a task."), ("dónde", "where", "sitio")),
        column_of(
            "reminder",
            ("Aviso", "Reminder"),
            ("De una tarea: minutos antes.", "Of a task: minutes before."),
            ("recordatorio", "minutos antes", "minutes before"),
            width=10,
        ),
        column_of(
            "holidays",
            ("Festivos", "Public holidays"),
            (
                "País o región, como ES o ES-MD; ninguno; o heredados. Sin persona ni equipo: de la empresa.",
                "Country or region, like ES or ES-MD; none; or inherited. Without member or team: the company's.",
            ),
            ("calendario de festivos", "bank holidays", "días festivos"),
            width=16,
        ),
        column_of(
            "on_holidays",
            ("En festivos", "On public holidays"),
            ("De un rol o una rotación: trabaja o libra.", "Of a role or a rotation: work or off."),
            ("on holidays",),
            RESTS,
            width=12,
        ),
        column_of(
            "outside_hours",
            ("Fuera de horario", "Outside hours"),
            ("De un rol o una rotación: trabaja o libra.", "Of a role or a rotation: work or off."),
            ("outside working hours",),
            RESTS,
            width=15,
        ),
        *KEPT,
    ),
    ("ausencias", "absences", "vacaciones", "holidays"),
)
