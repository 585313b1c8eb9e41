"""How a rule says its numbers, in English and in Spanish."""

import math
from dataclasses import dataclass
from datetime import timedelta

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))
_SPANISH_UNITS = {
    "day": ("el último día", "los últimos {} días"),
    "hour": ("la última hora", "las últimas {} horas"),
    "minute": ("el último minuto", "los últimos {} minutos"),
}
# What rules usually count. Another word stays as the rule has it: better one foreign word than no sentence.
_SPANISH_COUNTED = {
    "calls": "llamadas",
    "comments": "comentarios",
    "complaints": "quejas",
    "contacts": "contactos",
    "mentions": "menciones",
    "negative mentions": "menciones negativas",
    "queries": "consultas",
    "reviews": "reseñas",
    "tickets": "incidencias",
}


@dataclass(frozen=True)
class Usual:
    """What a count is compared with: the mean per window over `known`, and the least count that a rule asks for."""

    count: float
    known: timedelta
    minimum: float


@dataclass(frozen=True)
class Facts:
    """The numbers of one alarm. `limit` is a multiple where there is something usual, else a count."""

    observed: float
    unit: str
    window: timedelta
    limit: float
    usual: Usual | None = None


def english(facts: Facts) -> str:
    """`3,041 mentions in the last hour, 5.5 × the usual 552 (mean of the last 3 days); the limit is 4 ×.`"""
    start = f"{amount(facts.observed)} {facts.unit} in {last(facts.window)}"
    usual = facts.usual
    if usual is None:
        return f"{start}; the limit is {amount(facts.limit)}."
    limit = f"(mean of {last(usual.known)}); the limit is {facts.limit:g} ×"
    if usual.minimum > facts.limit * usual.count:
        limit += f" and at least {amount(usual.minimum)}"
    if usual.count == 0:
        return f"{start}, where none are usual {limit}."
    return f"{start}, {multiple(facts.observed / usual.count)} × the usual {amount(usual.count)} {limit}."


def spanish(facts: Facts) -> str:
    """`3.041 menciones en la última hora, 5,5 × lo habitual: 552 (media de los últimos 3 días); el límite es 4 ×.`"""
    counted = _SPANISH_COUNTED.get(facts.unit, facts.unit)
    start = f"{_comma(amount(facts.observed))} {counted} en {_last_in_spanish(facts.window)}"
    usual = facts.usual
    if usual is None:
        return f"{start}; el límite es {_comma(amount(facts.limit))}."
    mean = f"media de {_last_in_spanish(usual.known)}".replace(" de el ", " del ")
    limit = f"({mean}); el límite es {_comma(f'{facts.limit:g}')} ×"
    if usual.minimum > facts.limit * usual.count:
        limit += f" y al menos {_comma(amount(usual.minimum))}"
    if usual.count == 0:
        return f"{start}, cuando lo habitual es cero {limit}."
    times = _comma(multiple(facts.observed / usual.count))
    return f"{start}, {times} × lo habitual: {_comma(amount(usual.count))} {limit}."


def amount(value: float) -> str:
    """A count as people read it: `1,254`, `12`, `0.4`."""
    return f"{value:,.0f}" if value >= 10 or float(value).is_integer() else f"{value:.1f}"


def multiple(ratio: float) -> str:
    """A ratio with one decimal, rounded down, so that it never shows a limit that was not reached."""
    return f"{math.floor(ratio * 10) / 10:,.1f}"


def last(span: timedelta) -> str:
    """`the last hour`, `the last 15 minutes`, `the last 3 days`, in the largest unit that fits; whole minutes."""
    number, unit = _measured(span)
    return f"the last {unit}" if number == 1 else f"the last {number} {unit}s"


def _last_in_spanish(span: timedelta) -> str:
    number, unit = _measured(span)
    one, many = _SPANISH_UNITS[unit]
    return one if number == 1 else many.format(number)


def _measured(span: timedelta) -> tuple[int, str]:
    seconds = round(span.total_seconds() / 60) * 60
    for unit, length in _UNITS:
        if seconds % length == 0:
            return seconds // length, unit
    raise ValueError(f"{span} has no name")


def _comma(number: str) -> str:
    """An English number with the Spanish marks: `1.254`, `0,4`."""
    return number.translate({ord(","): ".", ord("."): ","})
