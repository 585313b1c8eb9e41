"""What a model finds wrong with a rule, by the column that it stands in, in both languages."""

import re
from collections.abc import Mapping, Sequence

from pydantic_core import ErrorDetails

from monitoring.describing import LEVEL_WORDS
from protocol.workbook.columns import Words

_BY_TYPE: Mapping[str, Words] = {
    "greater_than": Words("tiene que ser mayor que {gt:g}", "it must be above {gt:g}"),
    "greater_than_equal": Words("tiene que ser {ge:g} o más", "it must be {ge:g} or more"),
    "less_than_equal": Words("no puede pasar de {le:g}", "it must be at most {le:g}"),
    "string_too_long": Words("es más largo que {max_length} letras", "it is longer than {max_length} letters"),
}
_SPANISH: Sequence[tuple[str, str]] = (
    (
        "a level cannot be left above the score at which it is entered",
        "no se puede salir de un nivel por encima de donde se entra",
    ),
    ("(.+): the limits must rise from yellow to red", "{0}: los límites tienen que subir de amarillo a rojo"),
    ("green has no limit; begin with yellow", "verde no tiene límite; empiece por amarillo"),
    ("a multiple of the usual must be above 1", "un múltiplo de lo habitual tiene que ser mayor que 1"),
    (
        "the baseline must be at least 1d, and 2 to (.+) times the window",
        "lo habitual se saca de al menos 1d, y de 2 a {0} veces la ventana",
    ),
    ("the half-life must be 2 to (.+) times the window", "la media vida tiene que ser de 2 a {0} veces la ventana"),
    ("a share is at most 100 per cent", "un porcentaje es como mucho 100"),
    (
        "(.+): the spans must be at least 1m and rise from yellow to red",
        "{0}: los espacios tienen que ser de al menos 1m y subir de amarillo a rojo",
    ),
    ("green has no span; begin with yellow", "verde no tiene espacio; empiece por amarillo"),
    (
        "there are (.+) signals, so no more can be needed",
        "hay {0} señales, así que no pueden hacer falta más",
    ),
)
"""The sentences of monitoring/parameters.py; a test keeps them complete."""

_WHERE = (("baseline", "baseline"), ("half-life", "half_life"), ("signals", "need"))


def explained(error: ErrorDetails) -> Words:
    """What is wrong, as the middle of a sentence."""
    by_type = _BY_TYPE.get(error["type"])
    context = error.get("ctx", {})
    if by_type is not None:
        return Words(by_type.es.format(**context), by_type.en.format(**context))
    english = error["msg"].removeprefix("Value error, ")
    return Words(in_spanish(english) or english, english)


def in_spanish(english: str) -> str | None:
    """A sentence of the parameters in Spanish; None for one that is not known."""
    for pattern, spanish in _SPANISH:
        if found := re.fullmatch(pattern, english):
            return spanish.format(*map(_levels_in_spanish, found.groups()))
    return None


def _levels_in_spanish(text: str) -> str:
    for level, word in LEVEL_WORDS.items():
        text = text.replace(f"{level} ", f"{word} ")
    return text


def column_of_error(error: ErrorDetails, columns: Sequence[str]) -> str:
    """The column that an error is about: that of its place, of what it names, or the first level that is said."""
    for part in reversed(error["loc"]):
        if part in columns:
            return str(part)
    named = next((column for word, column in _WHERE if word in error["msg"]), "")
    return named or next((level for level in ("yellow", "orange", "red") if level in columns), "yellow")
