"""The drop-downs of the sheet of rules."""

from protocol.workbook.columns import Choice, Choices, Words


def _choice(value: str, es: str, en: str, *others: str) -> Choice:
    return Choice(value, Words(es, en), others)


KIND_WORDS: Choices = (
    _choice("static", "fija", "static", "fijo", "límite fijo", "fixed"),
    _choice("ratio", "múltiplo", "ratio", "proporción", "multiple"),
    _choice("ewma", "media móvil", "moving average", "media"),
    _choice("seasonal", "estacional", "seasonal", "horario"),
    _choice("burst", "ráfaga", "burst", "pico"),
    _choice("share", "porcentaje", "share", "parte", "per cent"),
    _choice("absence", "silencio", "absence", "ausencia", "silence"),
    _choice("combination", "combinación", "combination"),
)
ACTION_WORDS: Choices = (
    _choice("signal", "anotar", "note", "señalar", "solo anotar", "record"),
    _choice("ask", "preguntar", "ask", "preguntar a la guardia"),
    _choice("open", "abrir", "open", "abrir incidente", "open an incident"),
)
NEED_WORDS: Choices = (
    _choice("all", "todas", "all", "todos"),
    _choice("any", "alguna", "any", "cualquiera", "una"),
)
"""What a combination may need, beside a number."""
