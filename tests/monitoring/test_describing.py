"""A rule is said in words, in both languages."""

from typing import Any

import pytest

from monitoring.definitions import RuleDefinition, checked
from monitoring.describing import described
from protocol.words import Language

CALM = "One alarm speaks for 12 hours; it is green again after 30 minutes of calm."
CALMA = "Un aviso vale por 12 horas; vuelve a verde tras 30 minutos de calma."
OPENS = "it opens social-firestorm about brand-aurora, or joins it."
ABRE = "abre social-firestorm sobre brand-aurora, o se suma si ya está abierto."


def rule(kind: str, parameters: dict[str, Any], **more: Any) -> RuleDefinition:
    said = {"key": "one", "playbook": "social-firestorm", "subject": "brand-aurora", "kind": kind}
    series = {} if kind == "combination" else {"series": "m"}
    return checked("here", {**said, **series, "parameters": parameters, **more})


@pytest.mark.parametrize(
    ("kind", "parameters", "english", "spanish"),
    [
        (
            "static",
            {"unit": "complaints", "window": "15m", "levels": {"yellow": 1500}},
            "Counts complaints (m) in the last 15 minutes: yellow from 1,500.",
            "Cuenta quejas (m) en los últimos 15 minutos: amarillo desde 1.500.",
        ),
        (
            "ratio",
            {"minimum": 500, "levels": {"yellow": 4.5}},
            "Counts mentions (m) in the last hour against the mean of the last 3 days: yellow from 4.5 × the usual, "
            "and never below 500.",
            "Cuenta menciones (m) en la última hora frente a la media de los últimos 3 días: amarillo desde 4,5 × lo "
            "habitual, y nunca por debajo de 500.",
        ),
        (
            "ewma",
            {"minimum": 50, "levels": {"yellow": 5}},
            "Counts mentions (m) in the last 30 minutes against a mean that forgets half in 1 day: yellow from 5 "
            "standard deviations above it, and never below 50.",
            "Cuenta menciones (m) en los últimos 30 minutos frente a una media que olvida la mitad en 1 día: amarillo "
            "desde 5 desviaciones típicas por encima, y nunca por debajo de 50.",
        ),
        (
            "seasonal",
            {"minimum": 50, "levels": {"yellow": 3}},
            "Counts mentions (m) in the last hour against what is usual at this hour of the week: yellow from a score "
            "of 3, and never below 50.",
            "Cuenta menciones (m) en la última hora frente a lo habitual a esta hora de la semana: amarillo desde una "
            "puntuación de 3, y nunca por debajo de 50.",
        ),
        (
            "burst",
            {"levels": {"yellow": 5}},
            "Counts mentions (m) over spans of five minutes to three hours, and weighs how improbable they are: yellow "
            "from a score of 5.",
            "Cuenta menciones (m) en ventanas de cinco minutos a tres horas y mide lo improbables que son: amarillo "
            "desde una puntuación de 5.",
        ),
        (
            "share",
            {"unit": "negative mentions", "of": "all", "minimum": 100, "levels": {"yellow": 30}},
            "Counts negative mentions (m) in the last hour as a part of all: yellow from 30 %, and never below 100 of "
            "the whole.",
            "Cuenta menciones negativas (m) en la última hora como parte de all: amarillo desde el 30 %, y nunca por "
            "debajo de 100 del total.",
        ),
        (
            "absence",
            {"levels": {"yellow": "20m"}},
            "Speaks when m has no reading: yellow after 20 minutes.",
            "Avisa cuando m no tiene lecturas: amarillo tras 20 minutos.",
        ),
    ],
)
def test_each_kind_has_its_sentence(kind: str, parameters: dict[str, Any], english: str, spanish: str) -> None:
    words = described(rule(kind, parameters))
    assert words[Language.EN] == f"{english} At yellow {OPENS} {CALM}"
    assert words[Language.ES] == f"{spanish} En amarillo {ABRE} {CALMA}"


def test_what_each_level_does_is_said_together() -> None:
    parameters = {"minimum": 500, "sustained": "15m", "levels": {"yellow": 4, "orange": 6, "red": 9}}
    words = described(rule("ratio", parameters, actions={"yellow": "ask"}))
    assert f"At yellow it asks the duty officer; at orange and red {OPENS}" in words[Language.EN]
    assert f"En amarillo pregunta a la guardia; en naranja y rojo {ABRE}" in words[Language.ES]
    assert f"A level must stand for 15 minutes first. {CALM}" in words[Language.EN]


def test_a_rule_that_opens_nothing_says_so() -> None:
    words = described(rule("static", {"levels": {"yellow": 9}}, opens=False, actions={"yellow": "ask"}))
    assert "At yellow it is noted and nobody is told." in words[Language.EN]


def test_a_combination_says_its_signals() -> None:
    signals = [
        {"series": name, "kind": "static", "parameters": {"levels": {"yellow": limit}}}
        for name, limit in (("a", 10), ("b", 20))
    ]
    words = described(rule("combination", {"signals": signals, "need": "any"}))
    assert words[Language.EN].startswith(
        "Speaks when 1 of 2 signals reach a level within 30 minutes. (1) Counts mentions (a) in the last hour: yellow "
        "from 10. (2) Counts mentions (b) in the last hour: yellow from 20. At yellow, orange and red it opens"
    )
    assert words[Language.ES].startswith(
        "Avisa cuando 1 de 2 señales alcanzan un nivel en 30 minutos. (1) Cuenta menciones (a) en la última hora: "
        "amarillo desde 10. (2) Cuenta menciones (b) en la última hora: amarillo desde 20. En amarillo, naranja y rojo"
    )
