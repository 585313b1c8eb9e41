"""What a rule watches, when it speaks and what then happens, in a few sentences of each language."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from monitoring.building import checked_parameters
from monitoring.definitions import RuleDefinition
from monitoring.number_words import amount, comma, counted_in_spanish, during, during_in_spanish, last, last_in_spanish
from monitoring.parameters import (
    AbsenceParameters,
    BurstParameters,
    CombinationParameters,
    EwmaParameters,
    Levelled,
    RatioParameters,
    SeasonalParameters,
    ShareParameters,
    StaticParameters,
    Waiting,
)
from monitoring.rows import Action
from monitoring.sentences import Reasons, both
from protocol.words import Language, Level

LEVEL_WORDS = {Level.YELLOW: "amarillo", Level.ORANGE: "naranja", Level.RED: "rojo"}
_ACTIONS = {
    Action.SIGNAL: ("it is noted and nobody is told", "se anota y no se avisa a nadie"),
    Action.ASK: ("it asks the duty officer", "pregunta a la guardia"),
    Action.OPEN: (
        "it opens {playbook} about {subject}, or joins it",
        "abre {playbook} sobre {subject}, o se suma si ya está abierto",
    ),
}


def described(definition: RuleDefinition) -> Reasons:
    """The rule in words, by language."""
    checked = checked_parameters(definition.kind, definition.parameters)
    parts = [_watched(checked, definition.series or ""), _acted(definition, checked), _patience(checked)]
    return both(*(" ".join(part[language] for part in parts) for language in (Language.EN, Language.ES)))


def _watched(checked: Any, series: str) -> Reasons:
    if isinstance(checked, CombinationParameters):
        return _combined(checked)
    if isinstance(checked, AbsenceParameters):
        return both(
            f"Speaks when {series} has no reading: {_levels(checked)[0]}.",
            f"Avisa cuando {series} no tiene lecturas: {_levels(checked)[1]}.",
        )
    english, spanish = _counted(checked, series)
    levels, niveles = _levels(checked)
    least = getattr(checked, "minimum", None)
    of_whole = " of the whole" if isinstance(checked, ShareParameters) else ""
    asked = f", and never below {amount(least)}{of_whole}" if least else ""
    del_total = " del total" if of_whole else ""
    pedido = f", y nunca por debajo de {comma(amount(least))}{del_total}" if least else ""
    return both(f"{english}: {levels}{asked}.", f"{spanish}: {niveles}{pedido}.")


def _counted(checked: Levelled, series: str) -> tuple[str, str]:
    what, cuenta = f"Counts {checked.unit} ({series})", f"Cuenta {counted_in_spanish(checked.unit)} ({series})"
    match checked:
        case RatioParameters():
            usual, habitual = last(checked.baseline), last_in_spanish(checked.baseline)
            return (
                f"{what} in {last(checked.window)} against the mean of {usual}",
                f"{cuenta} en {last_in_spanish(checked.window)} frente a la media de {habitual}".replace(
                    " de el ", " del "
                ),
            )
        case EwmaParameters():
            return (
                f"{what} in {last(checked.window)} against a mean that forgets half in {during(checked.half_life)}",
                f"{cuenta} en {last_in_spanish(checked.window)} frente a una media que olvida la mitad en "
                f"{during_in_spanish(checked.half_life)}",
            )
        case SeasonalParameters():
            return (
                f"{what} in {last(checked.window)} against what is usual at this hour of the week",
                f"{cuenta} en {last_in_spanish(checked.window)} frente a lo habitual a esta hora de la semana",
            )
        case BurstParameters():
            return (
                f"{what} over spans of five minutes to three hours, and weighs how improbable they are",
                f"{cuenta} en ventanas de cinco minutos a tres horas y mide lo improbables que son",
            )
        case ShareParameters():
            return (
                f"{what} in {last(checked.window)} as a part of {checked.of}",
                f"{cuenta} en {last_in_spanish(checked.window)} como parte de {checked.of}",
            )
        case StaticParameters():
            return f"{what} in {last(checked.window)}", f"{cuenta} en {last_in_spanish(checked.window)}"
    raise AssertionError(checked)


def _levels(checked: Any) -> tuple[str, str]:
    english, spanish = _UNITS.get(type(checked), ("{}", "{}"))
    said, dicho = [], []
    for level in (one for one in Level if one in checked.levels):
        band = checked.levels[level]
        if isinstance(band, timedelta):
            said.append(f"{level.value} after {during(band)}")
            dicho.append(f"{LEVEL_WORDS[level]} tras {during_in_spanish(band)}")
        else:
            said.append(f"{level.value} from {english.format(_number(band.enter))}")
            dicho.append(f"{LEVEL_WORDS[level]} desde {spanish.format(comma(_number(band.enter)))}")
    return ", ".join(said), ", ".join(dicho)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value.is_integer() else f"{value:,}"


_UNITS: dict[type, tuple[str, str]] = {
    RatioParameters: ("{} × the usual", "{} × lo habitual"),
    EwmaParameters: ("{} standard deviations above it", "{} desviaciones típicas por encima"),
    SeasonalParameters: ("a score of {}", "una puntuación de {}"),
    BurstParameters: ("a score of {}", "una puntuación de {}"),
    ShareParameters: ("{} %", "el {} %"),
}


def _combined(checked: CombinationParameters) -> Reasons:
    parts = [_watched(checked_parameters(one.kind, one.parameters), one.series) for one in checked.signals]
    number, of = checked.wanted, len(parts)
    said = {
        language: " ".join(f"({place}) {part[language]}" for place, part in enumerate(parts, 1))
        for language in (Language.EN, Language.ES)
    }
    return both(
        f"Speaks when {number} of {of} signals reach a level within {during(checked.within)}. {said[Language.EN]}",
        f"Avisa cuando {number} de {of} señales alcanzan un nivel en {during_in_spanish(checked.within)}. "
        f"{said[Language.ES]}",
    )


def _acted(definition: RuleDefinition, checked: Any) -> Reasons:
    levels = [level for level in LEVEL_WORDS if level in getattr(checked, "levels", LEVEL_WORDS)]
    acts = {level: _action(definition, level) for level in levels}
    return both(*(_acts(definition, acts, language) for language in (0, 1)))


def _acts(definition: RuleDefinition, acts: dict[Level, Action], language: int) -> str:
    words = {"playbook": definition.playbook, "subject": definition.subject}
    said = []
    for action in dict.fromkeys(acts.values()):
        named = [(level.value, LEVEL_WORDS[level])[language] for level, one in acts.items() if one is action]
        at = ("at", "en")[language]
        said.append(f"{at} {_listed(named, language)} {_ACTIONS[action][language].format(**words)}")
    sentence = "; ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _action(definition: RuleDefinition, level: Level) -> Action:
    return definition.actions.get(level, Action.OPEN) if definition.opens else Action.SIGNAL


def _listed(words: Sequence[str], language: int) -> str:
    *first, newest = words
    return f"{', '.join(first)} {('and', 'y')[language]} {newest}" if first else newest


def _patience(checked: Waiting) -> Reasons:
    sustained, hold, clear = checked.sustained, checked.hold, checked.clear
    english = f"One alarm speaks for {during(hold)}; it is green again after {during(clear)} of calm."
    spanish = f"Un aviso vale por {during_in_spanish(hold)}; vuelve a verde tras {during_in_spanish(clear)} de calma."
    if not sustained:
        return both(english, spanish)
    return both(
        f"A level must stand for {during(sustained)} first. {english}",
        f"Un nivel tiene que durar antes {during_in_spanish(sustained)}. {spanish}",
    )
