"""Spans of time and urgencies as people read them, in both languages."""

from datetime import timedelta

from protocol.words import Language, Urgency

_URGENCIES = {
    Language.ES: {Urgency.LOW: "baja", Urgency.MEDIUM: "media", Urgency.HIGH: "alta", Urgency.CRITICAL: "crítica"},
    Language.EN: {urgency: urgency.value for urgency in Urgency},
}


def urgency_word(urgency: Urgency, language: Language) -> str:
    """What an urgency is called."""
    return _URGENCIES[language][urgency]


def span_words(span: timedelta) -> str:
    """`25 min`, `2 h 5 min` or `3 d 4 h`: the same in both languages."""
    minutes = max(0, int(span.total_seconds() // 60))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"
