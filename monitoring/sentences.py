"""How a rule says its numbers, in English and in Spanish."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitoring.number_words import (
    amount,
    comma,
    counted_in_spanish,
    during,
    during_in_spanish,
    hour_of_week,
    hour_of_week_in_spanish,
    last,
    last_in_spanish,
    multiple,
    whole,
)
from protocol.words import Language

Reasons = dict[str, str]
"""One sentence by language."""


@dataclass(frozen=True)
class Usual:
    """What a count is compared with: the mean per window over `known`, and the least count that a rule asks for."""

    count: float
    known: timedelta
    minimum: float


def both(english: str, spanish: str) -> Reasons:
    """A sentence in the two languages."""
    return {Language.EN.value: english, Language.ES.value: spanish}


def counted(unit: str, observed: float, window: timedelta, limit: float) -> Reasons:
    """`1,254 complaints in the last 15 minutes; the limit is 1,000.`"""
    english, spanish = _counts(unit, observed, window)
    return both(f"{english}; the limit is {amount(limit)}.", f"{spanish}; el límite es {comma(amount(limit))}.")


def compared(unit: str, observed: float, window: timedelta, limit: float, usual: Usual) -> Reasons:
    """`3,041 mentions in the last hour, 5.5 × the usual 552 (mean of the last 3 days); the limit is 4 ×.`"""
    english, spanish = _counts(unit, observed, window)
    asked, pedido = f"; the limit is {limit:g} ×", f"; el límite es {comma(f'{limit:g}')} ×"
    if usual.minimum > limit * usual.count:
        asked += f" and at least {amount(usual.minimum)}"
        pedido += f" y al menos {comma(amount(usual.minimum))}"
    mean = f" (mean of {last(usual.known)})"
    media = f" (media de {last_in_spanish(usual.known)})".replace(" de el ", " del ")
    if usual.count == 0:
        return both(
            f"{english}, where none are usual{mean}{asked}.", f"{spanish}, cuando lo habitual es cero{media}{pedido}."
        )
    times, habitual = multiple(observed / usual.count), comma(amount(usual.count))
    return both(
        f"{english}, {times} × the usual {amount(usual.count)}{mean}{asked}.",
        f"{spanish}, {comma(times)} × lo habitual: {habitual}{media}{pedido}.",
    )


def standing_out(
    unit: str, observed: float, window: timedelta, usual: float | None, highest_in: timedelta | None, at: datetime
) -> Reasons:
    """`812 mentions in the last 15 minutes: the highest such count in 9 days, 6.0 × the usual for a Tuesday 18:00 UTC.`

    How rare a count is stands in the numbers behind it; "1 in N" would promise what nobody knows.
    """
    english, spanish = _counts(unit, observed, window)
    record, marca = [], []
    span = whole(highest_in) if highest_in else None
    if span:
        record.append(f"the highest such count in {during(span)}")
        marca.append(f"la cifra más alta en {during_in_spanish(span)}")
    if usual:
        times = multiple(observed / usual)
        record.append(f"{times} × the usual for a {hour_of_week(at)}")
        marca.append(f"{comma(times)} × lo habitual un {hour_of_week_in_spanish(at)}")
    if not record:
        return both(f"{english}, far more than is usual.", f"{spanish}, muy por encima de lo habitual.")
    return both(f"{english}: {', '.join(record)}.", f"{spanish}: {', '.join(marca)}.")


def deviating(unit: str, observed: float, window: timedelta, score: float, usual: float, limit: float) -> Reasons:
    """`812 mentions in the last 30 minutes, 7.1 standard deviations above the usual 96; the limit is 5.`"""
    english, spanish = _counts(unit, observed, window)
    return both(
        f"{english}, {multiple(score)} standard deviations above the usual {amount(usual)}; the limit is {limit:g}.",
        f"{spanish}, {comma(multiple(score))} desviaciones típicas por encima de lo habitual "
        f"({comma(amount(usual))}); el límite es {comma(f'{limit:g}')}.",
    )


def shared(unit: str, part: float, whole: float, window: timedelta, limit: float) -> Reasons:
    """`41.2 % of 310 mentions in the last hour are negative mentions (128); the limit is 30 %.`"""
    percent = multiple(100 * part / whole)
    return both(
        f"{percent} % of {amount(whole)} in {last(window)} are {unit} ({amount(part)}); the limit is {limit:g} %.",
        f"El {comma(percent)} % de {comma(amount(whole))} en {last_in_spanish(window)} son {counted_in_spanish(unit)} "
        f"({comma(amount(part))}); el límite es el {comma(f'{limit:g}')} %.",
    )


def silent(since: datetime, span: timedelta) -> Reasons:
    """`No reading since 14:05 UTC, for 20 minutes: nobody listens there just now.`"""
    return both(
        f"No reading since {since:%Y-%m-%d %H:%M} UTC, for {during(span)}: nobody listens there just now.",
        f"Sin lecturas desde el {since:%Y-%m-%d %H:%M} UTC, hace {during_in_spanish(span)}: "
        "ahora mismo nadie está escuchando ahí.",
    )


def combined(parts: Sequence[Reasons], of: int) -> Reasons:
    """`2 of 2 signals. 812 mentions …; 128 inquiries ….`"""
    english = "; ".join(part[Language.EN.value].rstrip(".") for part in parts)
    spanish = "; ".join(part[Language.ES.value].rstrip(".") for part in parts)
    return both(f"{len(parts)} of {of} signals. {english}.", f"{len(parts)} de {of} señales. {spanish}.")


def back_to_green(since: datetime) -> Reasons:
    """`Back to green: below the limit since 2026-03-03 18:10 UTC.`"""
    return both(
        f"Back to green: below the limit since {since:%Y-%m-%d %H:%M} UTC.",
        f"De vuelta a verde: por debajo del límite desde el {since:%Y-%m-%d %H:%M} UTC.",
    )


def _counts(unit: str, observed: float, window: timedelta) -> tuple[str, str]:
    return (
        f"{amount(observed)} {unit} in {last(window)}",
        f"{comma(amount(observed))} {counted_in_spanish(unit)} en {last_in_spanish(window)}",
    )
