"""Moments and spans of time as the report writes them."""

from datetime import datetime, timedelta, tzinfo

from protocol.words import Language

LONG_MONTHS = {
    Language.EN: (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    Language.ES: (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"),
        *("agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
}
MONTHS = {language: tuple(month[:3] for month in months) for language, months in LONG_MONTHS.items()}


def span(value: timedelta) -> str:
    """`40 s`, `12 min`, `1 h 05 min` or `2 d 3 h`: the two largest units, the same in both languages."""
    seconds = round(value.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min {seconds % 60:02d} s" if minutes < 10 and seconds % 60 else f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min" if minutes % 60 else f"{minutes // 60} h"
    hours = minutes % 1440 // 60
    return f"{minutes // 1440} d {hours} h" if hours else f"{minutes // 1440} d"


def since(value: timedelta) -> str:
    """`T+0:12`, or `T+2d 3:10` after a day."""
    minutes = int(abs(value.total_seconds())) // 60
    days = f"{minutes // 1440}d " if minutes >= 1440 else ""
    sign = "−" if value < timedelta(0) else "+"
    return f"T{sign}{days}{minutes % 1440 // 60}:{minutes % 60:02d}"


def day(at: datetime, zone: tzinfo, language: Language) -> str:
    """`3 Mar 2015` or `3 mar 2015`."""
    local = at.astimezone(zone)
    return f"{local.day} {MONTHS[language][local.month - 1]} {local.year}"


def long_day(at: datetime, zone: tzinfo, language: Language) -> str:
    """`3 March 2015` or `3 de marzo de 2015`."""
    local = at.astimezone(zone)
    month = LONG_MONTHS[language][local.month - 1]
    return f"{local.day} de {month} de {local.year}" if language == Language.ES else f"{local.day} {month} {local.year}"


def moment(at: datetime, zone: tzinfo, language: Language) -> str:
    """`3 Mar 2015, 21:02`."""
    return f"{day(at, zone, language)}, {at.astimezone(zone):%H:%M}"


def percent(part: int, whole: int) -> str:
    """`87 %`, rounded down so that 100 % means all; a dash when there is nothing to divide by."""
    return f"{100 * part // whole} %" if whole else "–"
