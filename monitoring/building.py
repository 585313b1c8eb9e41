"""From the words of a rule to the rule."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from monitoring.gauges.absence import AbsenceGauge
from monitoring.gauges.base import Gauge
from monitoring.gauges.burst import BurstGauge
from monitoring.gauges.combination import CombinationGauge
from monitoring.gauges.counted import CountGauge, RatioGauge
from monitoring.gauges.ewma import EwmaGauge
from monitoring.gauges.seasonal import SeasonalGauge
from monitoring.gauges.share import ShareGauge
from monitoring.levels import Ladder
from monitoring.parameters import (
    AbsenceParameters,
    Band,
    BurstParameters,
    CombinationParameters,
    EwmaParameters,
    Levelled,
    RatioParameters,
    SeasonalParameters,
    ShareParameters,
    SignalParameters,
    StaticParameters,
    Waiting,
)
from monitoring.rules import Rule
from protocol.words import Level, Remedy

MOST_KEPT = 20_000
RANKS: dict[Level, float | tuple[float, float]] = {level: float(level.rank) for level in Level if level.rank}
LEVELS = "yellow, orange or red"
Parameters = Levelled | AbsenceParameters | CombinationParameters


def build(kind: str, parameters: Mapping[str, Any], name: str = "", series: str = "") -> Rule:
    """The rule that the words describe, knowing nothing yet. Raises Remedy for an unknown kind or a bad number."""
    return build_written(kind, json.dumps(parameters, sort_keys=True), name, series)


def build_written(kind: str, parameters: str, name: str = "", series: str = "") -> Rule:
    """As `build`, from parameters as JSON text; what was checked once is remembered."""
    checked = _checked(kind, parameters)
    scores = RANKS if isinstance(checked, CombinationParameters) else checked.scores
    return Rule(name, _gauge(checked, series), scores, checked.patience)


def series_of(kind: str, parameters: Mapping[str, Any], series: str) -> tuple[str, ...]:
    """Every series that a rule watches, its own first."""
    checked = checked_parameters(kind, parameters)
    match checked:
        case ShareParameters():
            found = [series, checked.of]
        case CombinationParameters():
            inner = (series_of(one.kind, one.parameters, one.series) for one in checked.signals)
            found = [name for names in inner for name in names]
        case _:
            found = [series]
    return tuple(dict.fromkeys(found))


def checked_parameters(kind: str, parameters: Mapping[str, Any]) -> Parameters:
    """The parameters as values. Raises Remedy for an unknown kind or a bad number."""
    return _checked(kind, json.dumps(parameters, sort_keys=True))


def meaning(kind: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with everything that they leave unsaid: what two ways of writing the same rule have in common."""
    checked = checked_parameters(kind, parameters)
    said: dict[str, Any] = checked.model_dump(mode="json")
    if isinstance(checked, CombinationParameters):
        said["signals"] = [one | {"parameters": meaning(one["kind"], one["parameters"])} for one in said["signals"]]
    return said


def measured_by(kind: str, parameters: Mapping[str, Any], series: str) -> str:
    """What its gauge is made of: rules that have this in common measure the same, and may take over what was learned.

    Levels and patience are not part of it, except those of the signals of a combination.
    """
    unmeasured = {"levels", *Waiting.model_fields}
    said = {name: value for name, value in meaning(kind, parameters).items() if name not in unmeasured}
    return json.dumps([kind, series, said], sort_keys=True)


def sentence(error: ValidationError, kind: str, known: type[BaseModel]) -> str:
    """What the first fault is, and where; `kind` is the kind of rule, or `a rule`, whose words are `known`."""
    first = error.errors()[0]
    place = [str(part + 1 if isinstance(part, int) else part) for part in first["loc"]]  # people count from one
    where = ".".join(place)
    if first["type"] == "extra_forbidden":
        *inside, name = place
        parts: dict[str, type[BaseModel]] = {"levels": Band, "signals": SignalParameters}
        words = parts[inside[0]] if inside else known
        owner = ".".join(inside) or kind
        return f'{owner} has no parameter "{name}"; use one of: {", ".join(words.model_fields)}.'
    if first["loc"][-1:] == ("[key]",):
        return f'no level "{first["input"]}"; use {LEVELS}.'
    what = first["msg"].removeprefix("Value error, ")
    return f"{where}: {what}; correct it." if where else f"{what}; correct it."


@lru_cache(MOST_KEPT)
def _checked(kind: str, parameters: str) -> Parameters:
    model = KINDS.get(kind)
    if model is None:
        raise Remedy(f'no kind of rule "{kind}"; use one of: {", ".join(KINDS)}.')
    try:
        checked = model.model_validate_json(parameters)
    except ValidationError as error:
        raise Remedy(sentence(error, kind, model)) from None
    if isinstance(checked, CombinationParameters):
        _check_signals(checked)
    return checked


def _check_signals(checked: CombinationParameters) -> None:
    for number, signal in enumerate(checked.signals, 1):
        if signal.kind == "combination":
            raise Remedy(f"signals.{number}: a combination holds no other combination; write its signals out.")
        try:
            _checked(signal.kind, json.dumps(signal.parameters, sort_keys=True))
        except Remedy as remedy:
            raise Remedy(f"signals.{number}: {remedy}") from None


def _gauge(checked: Parameters, series: str) -> Gauge:
    return GAUGES[type(checked)](checked, series)


def _burst(checked: BurstParameters) -> Gauge:
    gauge = BurstGauge() if checked.minimum is None else BurstGauge(minimum=checked.minimum)
    gauge.unit = checked.unit
    return gauge


def _combination(checked: CombinationParameters, _series: str) -> Gauge:
    signals = []
    for one in checked.signals:
        written = json.dumps(one.parameters, sort_keys=True)
        inner = _checked(one.kind, written)
        assert not isinstance(inner, CombinationParameters)
        names = series_of(one.kind, one.parameters, one.series)
        signals.append((names, _gauge(inner, one.series), Ladder(inner.scores)))
    return CombinationGauge(signals, checked.wanted, checked.within)


KINDS: dict[str, type[Parameters]] = {
    "static": StaticParameters,
    "ratio": RatioParameters,
    "ewma": EwmaParameters,
    "seasonal": SeasonalParameters,
    "burst": BurstParameters,
    "share": ShareParameters,
    "absence": AbsenceParameters,
    "combination": CombinationParameters,
}
"""What each kind of rule can be told."""

GAUGES: dict[type[Parameters], Callable[[Any, str], Gauge]] = {
    StaticParameters: lambda said, _: CountGauge(said.window, said.unit, said.minimum or 0.0),
    RatioParameters: lambda said, _: RatioGauge(said.window, said.baseline, said.unit, said.minimum),
    EwmaParameters: lambda said, _: EwmaGauge(said.window, said.half_life, said.unit, said.minimum),
    SeasonalParameters: lambda said, _: SeasonalGauge(said.window, said.unit, said.minimum),
    BurstParameters: lambda said, _: _burst(said),
    ShareParameters: lambda said, series: ShareGauge(series, said.of, said.window, said.unit, said.minimum),
    AbsenceParameters: lambda _, __: AbsenceGauge(),
    CombinationParameters: _combination,
}
