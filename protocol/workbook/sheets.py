"""The five sheets of the workbook, in order; here are support and messages."""

from protocol.workbook.calendar_sheet import CALENDAR
from protocol.workbook.choices import CHANNELS, CUSTOMERS, LANGUAGES, SUPPORT_KINDS, URGENCIES, YES_NO
from protocol.workbook.columns import KEY_NOTE, TEAM_NOTE, Sheet, Words, column_of
from protocol.workbook.kept_columns import KEPT
from protocol.workbook.people_sheets import TEAMS
from protocol.workbook.practice_sheets import PROTOCOL

SUPPORT = Sheet(
    "support",
    Words("Soporte", "Support"),
    Words("soporte", "support"),
    (
        column_of("key", ("Clave", "Key"), KEY_NOTE, ("código",)),
        column_of(
            "kind",
            ("Tipo", "Kind"),
            ("Consulta o incidencia.", "Query or incident."),
            ("clase", "type"),
            SUPPORT_KINDS,
            width=12,
        ),
        column_of("channel", ("Canal", "Channel"), ("Por dónde llega.", "Where it comes in."), ("vía",), width=12),
        column_of(
            "urgency", ("Urgencia", "Urgency"), ("Cuánta prisa.", "How urgent."), ("prioridad",), URGENCIES, width=11
        ),
        column_of(
            "customer",
            ("Cliente", "Customer"),
            ("Actual, potencial o cualquiera.", "Current, potential or any."),
            ("tipo de cliente", "client"),
            CUSTOMERS,
            width=12,
        ),
        column_of(
            "question",
            ("Pregunta", "Question"),
            ("Qué dice el cliente.", "What the customer says."),
            ("consulta", "query", "consulta o incidencia", "query or incident"),
            width=40,
        ),
        column_of(
            "answer_es",
            ("Respuesta en español", "Answer in Spanish"),
            ("La respuesta tipo.", "The standard answer."),
            ("respuesta", "respuesta español"),
            width=50,
        ),
        column_of(
            "answer_en",
            ("Respuesta en inglés", "Answer in English"),
            ("La respuesta tipo.", "The standard answer."),
            ("answer", "respuesta inglés"),
            width=50,
        ),
        column_of("team", ("Equipo", "Team"), TEAM_NOTE, ("quién responde", "handled by", "responsable")),
        *KEPT,
    ),
    ("atención", "atención al cliente", "customer service"),
)
MESSAGES = Sheet(
    "messages",
    Words("Mensajes tipo", "Messages"),
    Words("mensajes-tipo", "messages"),
    (
        column_of(
            "key",
            ("Clave", "Key"),
            ("Del mensaje; los pasos lo llaman así.", "Of the message; steps call it so."),
            ("mensaje", "message", "código"),
            width=24,
        ),
        column_of(
            "language", ("Idioma", "Language"), ("Uno por fila.", "One a row."), ("lengua",), LANGUAGES, width=11
        ),
        column_of("channel", ("Canal", "Channel"), ("Uno por fila.", "One a row."), ("vía",), CHANNELS, width=11),
        column_of(
            "public",
            ("Público", "Public"),
            ("Sí: puede salir de la empresa, ya firmado.", "Yes: it may leave the company, once signed."),
            ("pública",),
            YES_NO,
            width=10,
        ),
        column_of(
            "subject",
            ("Asunto", "Subject"),
            ("Solo de los correos.", "Only of e-mails."),
            ("título", "title"),
            width=36,
        ),
        column_of(
            "body",
            ("Texto", "Text"),
            ("Las palabras, con sus {{ variables }}.", "The words, with their {{ variables }}."),
            ("cuerpo", "body", "mensaje tipo"),
            width=80,
        ),
        column_of(
            "segments",
            ("# Segmentos SMS", "# SMS segments"),
            ("Como cuántos SMS se paga, en el caso más largo. No se lee.", "As how many it is paid at most. Not read."),
            width=14,
        ),
        *KEPT,
    ),
    ("mensajes", "textos", "texts", "standard messages"),
)
SHEETS = (TEAMS, CALENDAR, PROTOCOL, SUPPORT, MESSAGES)
NEEDED = (TEAMS, CALENDAR, PROTOCOL)
"""What a workbook must have: a calendar that is not there would say that nobody is away."""
