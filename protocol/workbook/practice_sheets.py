"""The sheet *protocol*: the company, its roles, tools, resources, flows, measurements, channels, subjects, limits."""

from protocol.workbook.choices import CHANNELS, KINDS, LEVELS, PHASES, WHATS, YES_NO
from protocol.workbook.columns import KEY_NOTE, TEAM_NOTE, Sheet, Words, column_of
from protocol.workbook.kept_columns import KEPT
from protocol.workbook.raci_columns import RACI

_LIST = ("Varias, separadas por punto y coma.", "Several, separated by semicolons.")

PROTOCOL = Sheet(
    "protocol",
    Words("Protocolo", "Protocol"),
    Words("protocolo", "protocol"),
    (
        column_of(
            "what",
            ("Qué", "What"),
            ("De qué trata la fila.", "What the row is about."),
            ("elemento", "item", "tipo de fila"),
            WHATS,
            width=13,
        ),
        column_of("key", ("Clave", "Key"), KEY_NOTE, ("código",), width=24),
        column_of(
            "kind",
            ("Tipo", "Kind"),
            (
                "De recurso, medición, canal o asunto; en un límite, su canal.",
                "Of resource, measurement, channel or subject; of a limit, its channel.",
            ),
            ("clase", "type"),
            tuple(choice for kinds in KINDS.values() for choice in kinds),
        ),
        column_of(
            "name",
            ("Nombre", "Name"),
            (
                "De empresa, herramienta, medición, canal o asunto; las palabras de una variable, en ambas lenguas.",
                "Of company, tool, measurement, channel or subject; the words of a variable, in both languages.",
            ),
            ("denominación",),
            width=26,
        ),
        column_of(
            "name_es",
            ("Nombre en español", "Name in Spanish"),
            ("De un rol, un recurso o una variable.", "Of a role, a resource or a variable."),
            ("título en español", "title in spanish"),
            width=28,
        ),
        column_of(
            "name_en",
            ("Nombre en inglés", "Name in English"),
            ("De un rol, un recurso o una variable.", "Of a role, a resource or a variable."),
            ("título en inglés", "title in english"),
            width=28,
        ),
        column_of(
            "description",
            ("Descripción", "Description"),
            (
                "Responsabilidades del rol, para qué la herramienta, cuándo el flujo.",
                "Responsibilities of the role, purpose of the tool, when of the flow.",
            ),
            ("para qué", "cuándo", "when", "purpose", "responsabilidades", "responsibilities"),
            width=36,
        ),
        column_of("team", ("Equipo", "Team"), TEAM_NOTE, ("de equipo", "from team", "del equipo")),
        column_of("to_team", ("Al equipo", "To team"), TEAM_NOTE, ("a equipo", "equipo destino", "hacia")),
        column_of(
            "phases",
            ("Fases", "Phases"),
            (
                "De un flujo: al empezar cuáles se avisa solo, como precrisis; crisis. Vacía: solo documenta.",
                "Of a flow: when which begin it happens by itself, like pre-crisis; crisis. Empty: it only documents.",
            ),
            ("fase", "phase", "en las fases"),
            PHASES,
            many=True,
        ),
        column_of(
            "message",
            ("Mensaje", "Message"),
            (
                "De un flujo: clave de un mensaje tipo. Vacía: las palabras de siempre.",
                "Of a flow: key of a standard message. Empty: the usual words.",
            ),
            ("mensaje tipo", "standard message", "con el mensaje"),
            width=24,
        ),
        column_of(
            "channels",
            ("Por canales", "By channels"),
            (
                "De un flujo: uno o varios, separados por punto y coma. Vacía: SMS y correo.",
                "Of a flow: one or several, separated by semicolons. Empty: SMS and e-mail.",
            ),
            ("canales", "channels", "vías"),
            CHANNELS,
            many=True,
        ),
        column_of(
            "from_level",
            ("Desde el nivel", "From level"),
            ("De un flujo: solo en este nivel y por encima.", "Of a flow: only at this level and above."),
            ("nivel mínimo", "minimum level", "a partir del nivel"),
            LEVELS,
            width=14,
        ),
        column_of(
            "people",
            ("Personas", "People"),
            ("Quién tiene el rol; los siguientes le suplen.", "Who holds the role; the next ones deputise."),
            ("titulares", "holders", "quién", "who", "titular y suplentes"),
            width=34,
        ),
        column_of(
            "cabinet",
            ("Gabinete", "Cabinet"),
            ("Sí: el rol está en el gabinete de crisis.", "Yes: the role sits in the crisis cabinet."),
            ("gabinete de crisis", "crisis cabinet"),
            YES_NO,
            width=10,
        ),
        *RACI,
        column_of(
            "frequency", ("Frecuencia", "Frequency"), ("Cada cuánto se mide.", "How often it is due."), ("cada",)
        ),
        column_of(
            "address",
            ("Dirección", "Address"),
            ("Del recurso; de la empresa, su página de prensa.", "Of the resource; of the company, its press page."),
            ("enlace", "link", "url", "página de prensa", "press page"),
            width=34,
        ),
        column_of("keywords", ("Palabras clave", "Keywords"), _LIST, many=True, width=28),
        column_of("competitors", ("Competidores", "Competitors"), _LIST, ("competencia",), many=True, width=24),
        column_of("personalities", ("Personalidades", "Personalities"), _LIST, ("personajes",), many=True, width=24),
        column_of("trends", ("Tendencias", "Trends"), _LIST, many=True, width=24),
        column_of(
            "feeds",
            ("Fuentes RSS", "Feeds"),
            (
                "De un canal de monitorización: direcciones RSS o Atom, separadas por punto y coma.",
                "Of a monitoring channel: addresses of RSS or Atom, separated by semicolons.",
            ),
            ("rss", "atom", "feed", "canales rss"),
            many=True,
            width=34,
        ),
        column_of(
            "quiet_hours",
            ("Horas de silencio", "Quiet hours"),
            ("De la empresa, como 22:00-07:00.", "Of the company, like 22:00-07:00."),
            ("silencio",),
            width=16,
        ),
        column_of(
            "quiet_below",
            ("Silencio hasta", "Quiet below"),
            ("Desde este nivel ya no hay silencio.", "From this level on quiet hours no longer hold."),
            ("nivel", "level"),
            LEVELS,
            width=14,
        ),
        column_of(
            "count",
            ("Cuántos", "How many"),
            ("De un límite: mensajes a una persona.", "Of a limit: messages to one person."),
            ("mensajes", "count", "número"),
            width=10,
        ),
        column_of(
            "minutes", ("Minutos", "Minutes"), ("De un límite: en cuántos.", "Of a limit: within so many."), width=10
        ),
        *KEPT,
    ),
)
