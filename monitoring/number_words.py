"""Numbers, spans and hours as people read them, in English and in Spanish."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))
_SPANISH_UNITS = {
    "day": ("el último día", "los últimos {} días"),
    "hour": ("la última hora", "las últimas {} horas"),
    "minute": ("el último minuto", "los últimos {} minutos"),
}
_SPANISH_SPANS = {"day": ("día", "días"), "hour": ("hora", "horas"), "minute": ("minuto", "minutos")}
# What rules usually count. Another word stays as the rule has it: better one foreign word than no sentence.
_SPANISH_COUNTED = {
    "calls": "llamadas",
    "comments": "comentarios",
    "complaints": "quejas",
    "contacts": "contactos",
    "e-mails": "correos",
    "inquiries": "consultas",
    "mentions": "menciones",
    "negative mentions": "menciones negativas",
    "queries": "consultas",
    "readings": "lecturas",
    "reviews": "reseñas",
    "tickets": "incidencias",
}
_BARS = "▁▂▃▄▅▆▇█"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SPANISH_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def amount(value: float) -> str:
    """A count as people read it: `1,254`, `12`, `0.4`."""
    return f"{value:,.0f}" if value >= 10 or float(value).is_integer() else f"{value:.1f}"


def bars(values: Sequence[float]) -> str:
    """A picture of some counts in one line of text: `▁▁▂▁▇█`; the highest is as high as a letter."""
    highest = max(values, default=0.0)
    if highest <= 0:
        return _BARS[0] * len(values)
    return "".join(_BARS[min(int(max(value, 0.0) / highest * len(_BARS)), len(_BARS) - 1)] for value in values)


def multiple(ratio: float) -> str:
    """A ratio with one decimal, rounded down, so that it never shows a limit that was not reached."""
    return f"{math.floor(ratio * 10) / 10:,.1f}"


def last(span: timedelta) -> str:
    """`the last hour`, `the last 15 minutes`, `the last 3 days`, in the largest unit that fits; whole minutes."""
    number, unit = measured(span)
    return f"the last {unit}" if number == 1 else f"the last {number} {unit}s"


def last_in_spanish(span: timedelta) -> str:
    """`la última hora`, `los últimos 15 minutos`."""
    number, unit = measured(span)
    one, many = _SPANISH_UNITS[unit]
    return one if number == 1 else many.format(number)


def during(span: timedelta) -> str:
    """`1 hour`, `9 days`."""
    number, unit = measured(span)
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def during_in_spanish(span: timedelta) -> str:
    """`1 hora`, `9 días`."""
    number, unit = measured(span)
    return f"{number} {_SPANISH_SPANS[unit][number != 1]}"


def whole(span: timedelta) -> timedelta | None:
    """A span as people say it, rounded down: whole days from two on, else whole hours; None for one below two hours."""
    for unit in (timedelta(days=1), timedelta(hours=1)):
        if span >= 2 * unit:
            return span // unit * unit
    return None


def roughly(span: timedelta) -> str:
    """`7 h 15 min`, `−5 min`: a span of either direction, in whole minutes."""
    minutes = round(abs(span) / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else ""]
    return ("−" if span < timedelta(0) and minutes else "") + " ".join(part for part in parts if part)


def hour_of_week(at: datetime) -> str:
    """`Tuesday 18:00 UTC`: the hour that a moment lies in."""
    return f"{_DAYS[at.weekday()]} {at:%H}:00 UTC"


def hour_of_week_in_spanish(at: datetime) -> str:
    """`martes a las 18:00 UTC`."""
    return f"{_SPANISH_DAYS[at.weekday()]} a las {at:%H}:00 UTC"


def counted_in_spanish(unit: str) -> str:
    """What is counted, in Spanish where it is known."""
    return _SPANISH_COUNTED.get(unit, unit)


def measured(span: timedelta) -> tuple[int, str]:
    """A span in the largest unit that fits it exactly, in whole minutes and at least one."""
    seconds = max(60, round(span.total_seconds() / 60) * 60)
    unit, length = next((unit, length) for unit, length in _UNITS if seconds % length == 0)
    return seconds // length, unit


def comma(number: str) -> str:
    """An English number with the Spanish marks: `1.254`, `0,4`."""
    return number.translate({ord(","): ".", ord("."): ","})
