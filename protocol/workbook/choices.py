"""The drop-downs: each value with its words in both languages."""

from protocol.calendar_format import INHERIT
from protocol.free_days import NONE
from protocol.workbook.columns import Choice, Choices, Words


def _choice(value: str, es: str, en: str, *others: str) -> Choice:
    return Choice(value, Words(es, en), others)


YES_NO: Choices = (
    _choice("yes", "sí", "yes", "s", "y", "x", "1", "true", "verdadero"),
    _choice("no", "no", "no", "n", "0", "false", "falso"),
)
LANGUAGES: Choices = (
    _choice("es", "español", "Spanish", "castellano", "esp", "spa"),
    _choice("en", "inglés", "English", "ing", "eng"),
)
CHANNELS: Choices = (
    _choice("sms", "SMS", "SMS", "móvil", "mobile", "texto"),
    _choice("email", "correo", "e-mail", "correo electrónico", "email"),
    _choice("voice", "voz", "voice", "llamada", "call", "teléfono", "phone"),
    _choice("chat", "chat", "chat", "push"),
)
LEVELS: Choices = (
    _choice("green", "verde", "green"),
    _choice("yellow", "amarillo", "yellow"),
    _choice("orange", "naranja", "orange"),
    _choice("red", "rojo", "red"),
)
PHASES: Choices = (
    _choice("pre_crisis", "precrisis", "pre-crisis"),
    _choice("crisis", "crisis", "crisis"),
    _choice("post_crisis", "poscrisis", "post-crisis", "postcrisis"),
    _choice("closed", "cierre", "closed", "cerrada", "closing"),
)
AUDIENCES: Choices = (
    _choice("harmed", "afectados", "harmed", "afectados y familias", "víctimas", "harmed and families", "victims"),
    _choice("employees", "empleados", "employees", "plantilla", "staff"),
    _choice("regulators", "reguladores", "regulators", "autoridades", "authorities"),
    _choice("customers", "clientes", "customers", "clients"),
    _choice("media", "medios", "media", "prensa", "press"),
)
"""In the order in which they are told."""

WHATS: Choices = (
    _choice("company", "empresa", "company", "compañía"),
    _choice("limit", "límite", "limit"),
    _choice("variable", "variable", "variable", "constante", "constant"),
    _choice("role", "rol", "role", "papel", "responsabilidad"),
    _choice("tool", "herramienta", "tool"),
    _choice("resource", "recurso", "resource"),
    _choice("flow", "flujo", "flow", "flujo de comunicación", "communication flow"),
    _choice("measurement", "medición", "measurement", "medida", "análisis o informe"),
    _choice("listening", "canal", "channel", "canal de escucha", "listening channel"),
    _choice("subject", "asunto", "subject", "tema"),
)
CALENDAR_WHATS: Choices = (
    _choice("absence", "ausencia", "absence", "vacaciones", "baja", "holiday", "leave"),
    _choice("rotation", "rotación", "rotation", "turnos", "guardia", "on call"),
    _choice("override", "sustitución", "override", "cambio de turno", "cobertura", "cover"),
    _choice("task", "tarea", "task", "tarea del protocolo", "protocol task"),
    _choice("holidays", "festivos", "public holidays", "festivo", "bank holidays"),
)
RESTS: Choices = (
    _choice("work", "trabaja", "work", "trabajar", "works"),
    _choice("off", "libra", "off", "librar", "no trabaja"),
)
PLACES: Choices = (
    _choice(NONE, "ninguno", "none", "ninguna", "sin festivos"),
    _choice(INHERIT, "heredados", "inherited", "heredado"),
)
"""What may stand instead of a country or region."""

RESOURCE_KINDS: Choices = (
    _choice("faq", "preguntas frecuentes", "FAQ", "preguntas"),
    _choice("video", "vídeo", "video"),
    _choice("download", "descarga", "download"),
)
MEASUREMENT_KINDS: Choices = (
    _choice("measurement", "medición", "measurement"),
    _choice("analysis", "análisis", "analysis"),
    _choice("report", "informe", "report"),
)
LISTENING_KINDS: Choices = (
    _choice("monitoring", "monitorización", "monitoring", "escucha"),
    _choice("customer-service", "atención al cliente", "customer service", "atención"),
)
SUBJECT_KINDS: Choices = (
    _choice("brand", "marca", "brand"),
    _choice("product", "producto", "product"),
    _choice("site", "sitio", "site", "web"),
    _choice("person", "persona", "person"),
)
KINDS: dict[str, Choices] = {
    "resource": RESOURCE_KINDS,
    "measurement": MEASUREMENT_KINDS,
    "listening": LISTENING_KINDS,
    "subject": SUBJECT_KINDS,
    "limit": CHANNELS,
}
"""What the column *kind* may say, for each *what* that has one."""

SUPPORT_KINDS: Choices = (
    _choice("query", "consulta", "query", "pregunta", "question"),
    _choice("incident", "incidencia", "incident", "incidente", "queja", "complaint"),
)
URGENCIES: Choices = (
    _choice("low", "baja", "low", "bajo"),
    _choice("medium", "media", "medium", "medio", "normal"),
    _choice("high", "alta", "high", "alto", "urgente", "urgent"),
    _choice("critical", "crítica", "critical", "crítico", "crítica"),
)
CUSTOMERS: Choices = (
    _choice("current", "actual", "current"),
    _choice("potential", "potencial", "potential"),
    _choice("any", "cualquiera", "any", "todos", "all", "ambos", "both"),
)
OWN_FILE = _choice("own-file", "(en su propio archivo)", "(in a file of its own)")
"""Stands for the people of an audience that is loaded from a file of its own."""
