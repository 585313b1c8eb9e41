"""The sheet about people: teams and tasks."""

from protocol.workbook.choices import AUDIENCES, LANGUAGES, YES_NO
from protocol.workbook.columns import KEY_NOTE, Sheet, Words, column_of
from protocol.workbook.kept_columns import KEPT, TEAM_KEPT
from protocol.workbook.raci_columns import RACI

_PHONES = ("Uno o varios números. Sin prefijo son del país.", "One or more numbers. Without a prefix, of the country.")

TEAMS = Sheet(
    "teams",
    Words("Equipos y tareas", "Teams and tasks"),
    Words("equipos-y-tareas", "teams-and-tasks"),
    (
        column_of("team", ("Clave del equipo", "Team key"), KEY_NOTE, ("equipo", "team", "departamento", "department")),
        column_of(
            "team_es",
            ("Equipo en español", "Team in Spanish"),
            ("Su nombre; basta en la primera fila.", "Its name; once is enough, in the first row."),
            ("nombre del equipo", "equipo español"),
            width=24,
        ),
        column_of(
            "team_en",
            ("Equipo en inglés", "Team in English"),
            ("Su nombre; basta en la primera fila.", "Its name; once is enough, in the first row."),
            ("name of the team", "team name", "equipo inglés"),
            width=24,
        ),
        column_of(
            "functions",
            ("Funciones", "Functions"),
            ("Qué hace el equipo.", "What the team does."),
            ("función", "function"),
            width=36,
        ),
        column_of(
            "outside",
            ("Externo", "Outside"),
            ("Sí: gente de fuera, como la prensa.", "Yes: people outside the company, such as the press."),
            ("de fuera", "external", "externa"),
            YES_NO,
            width=10,
        ),
        column_of(
            "member",
            ("Clave de la persona", "Member key"),
            ("Como ana.ruiz. Vacía, se saca del nombre.", "Like ana.ruiz. Empty, it is made from the name."),
            ("miembro", "member", "clave persona", "persona", "clave", "key"),
        ),
        column_of(
            "name",
            ("Nombre", "Name"),
            (
                "Nombre y apellidos. Los datos de una persona bastan en su primera fila.",
                "Full name. A person's data are enough once, in their first row.",
            ),
            ("nombre y apellidos", "nombre completo", "full name"),
            width=26,
        ),
        column_of("title", ("Cargo", "Title"), ("Su puesto.", "Their post."), ("puesto", "position", "job"), width=28),
        column_of(
            "language",
            ("Idioma", "Language"),
            ("En cuál se le escribe.", "The one they are written to in."),
            ("lengua",),
            LANGUAGES,
            width=11,
        ),
        column_of(
            "time_zone",
            ("Zona horaria", "Time zone"),
            ("Como Europe/Madrid.", "Like Europe/Madrid."),
            ("huso horario", "timezone", "zona"),
        ),
        column_of(
            "sms",
            ("Móvil", "Mobile"),
            _PHONES,
            ("sms", "teléfono móvil", "teléfono", "phone", "mobile phone", "celular", "tel"),
            many=True,
        ),
        column_of(
            "email",
            ("Correo", "E-mail"),
            ("Una o varias direcciones.", "One or more addresses."),
            ("correo electrónico", "email", "mail", "dirección de correo", "e mail address"),
            many=True,
            width=30,
        ),
        column_of("voice", ("Voz", "Voice"), _PHONES, ("llamadas", "teléfono fijo", "fijo", "landline"), many=True),
        column_of(
            "chat",
            ("Chat", "Chat"),
            ("Direcciones de Apprise, una por línea.", "Apprise addresses, one a line."),
            ("mensajería",),
            many=True,
        ),
        column_of(
            "shared",
            ("Contactos compartidos", "Shared contacts"),
            ("Los que también tienen otras personas.", "Those that other people have as well."),
            ("compartido", "compartidos", "shared"),
            width=22,
        ),
        column_of(
            "verified",
            ("Confirmados", "Confirmed"),
            (
                "Contacto y día en que la persona lo confirmó: +34 600 000 001 2026-03-01.",
                "A contact and the day its person confirmed it: +34 600 000 001 2026-03-01.",
            ),
            ("verificado", "verificados", "verified"),
            width=30,
        ),
        column_of(
            "hours",
            ("Horario", "Working hours"),
            ("Como lun-vie 09:00-18:30; sáb 10:00-14:00.", "Like mon-fri 09:00-18:30; sat 10:00-14:00."),
            ("horarios", "hours", "jornada", "turno"),
            width=26,
        ),
        column_of(
            "responsibilities",
            ("Responsabilidades", "Responsibilities"),
            ("De qué responde.", "What they answer for."),
            ("responsabilidad", "responsibility"),
            width=36,
        ),
        *RACI,
        column_of(
            "drill_roster",
            ("En simulacros", "In drills"),
            ("Sí: los simulacros pueden llegarle.", "Yes: drills may reach them."),
            ("simulacro", "simulacros", "drill", "drills", "drill roster"),
            YES_NO,
            width=13,
        ),
        column_of(
            "quiet_hours",
            ("Horas de silencio", "Quiet hours"),
            (
                "Su noche, como 22:00-07:00; si no, la de la empresa.",
                "Their night, like 22:00-07:00; or the company's.",
            ),
            ("silencio", "horas tranquilas"),
            width=16,
        ),
        column_of(
            "tasks",
            ("Tareas", "Tasks"),
            ("Qué hace en este equipo.", "What they do in this team."),
            ("tarea", "task"),
            width=36,
        ),
        column_of(
            "roles",
            ("Roles y orden", "Roles and order"),
            (
                "Como crisis-lead 1; spokesperson 2. Solo si la hoja Protocolo no dice quién lo tiene.",
                "Like crisis-lead 1; spokesperson 2. Only if the sheet Protocol does not say who holds it.",
            ),
            ("roles", "rol", "role"),
        ),
        column_of(
            "audience",
            ("Audiencia", "Audience"),
            (
                "En qué turno se le informa. Vacía: empleados si es de la empresa; si no, el último.",
                "In whose turn it is told. Empty: employees inside the company, or else last.",
            ),
            ("público", "tipo de público", "audience kind", "turno de información"),
            AUDIENCES,
            width=13,
        ),
        *KEPT,
        *TEAM_KEPT,
    ),
    ("equipos", "teams", "miembros", "members", "personas", "people"),
)
