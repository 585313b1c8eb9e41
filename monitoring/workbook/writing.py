"""The rows that rules make, in one language; reading them back gives the same rules."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitoring.building import KINDS
from monitoring.definitions import RuleDefinition
from monitoring.parameters import CombinationParameters
from monitoring.rows import Action
from monitoring.workbook import cells
from monitoring.workbook.choices import ACTION_WORDS, KIND_WORDS, NEED_WORDS
from monitoring.workbook.examples import EXAMPLES
from monitoring.workbook.sheet import LEVELS, RULES, action_column
from playbooks.format import write_duration
from protocol.words import Language
from protocol.workbook.choices import YES_NO
from protocol.workbook.columns import spoken
from protocol.workbook.pages import Page

Values = dict[str, object]


def rules_template(language: Language) -> list[Page]:
    """The sheet with its headings and example rows, which are not read."""
    return [_page(EXAMPLES[language], language)]


def rules_pages(definitions: Sequence[RuleDefinition], language: Language) -> list[Page]:
    """The sheet, filled."""
    return [_page([row for one in definitions for row in _rows(one, language)], language)]


def _page(rows: Sequence[Mapping[str, object]], language: Language) -> Page:
    headings = [column.heading.told(language) for column in RULES.columns]
    values = [[row.get(column.name, "") for column in RULES.columns] for row in rows]
    return Page(RULES.title.told(language), [headings, *values])


def _rows(definition: RuleDefinition, language: Language) -> Iterator[Values]:
    parameters = dict(definition.parameters)
    signals = parameters.pop("signals", [])
    yield {
        "key": definition.key,
        "series": definition.series or "",
        "playbook": definition.playbook,
        "subject": definition.subject,
        "opens": _yes_no(definition.opens, language),
        "asks": definition.asks if definition.may_ask else "",
        "answer_within": write_duration(definition.answer_within) if definition.may_ask else "",
        "raises": _yes_no(definition.raises, language),
        **_actions(definition, language),
        **_measured(definition.kind, definition.parameters, language),
    }
    for signal in signals:
        own = {"combination": definition.key, "series": signal["series"]}
        yield own | _measured(signal["kind"], signal["parameters"], language)


def _yes_no(said: bool, language: Language) -> str:
    return spoken(YES_NO, "yes" if said else "no", language)


def _actions(definition: RuleDefinition, language: Language) -> Values:
    """What each level does that the rule names; the others open."""
    named = [level for level in LEVELS if level.value in definition.parameters.get("levels", {})]
    said = dict.fromkeys(named if definition.opens else (), Action.OPEN) | dict(definition.actions)
    return {action_column(level): spoken(ACTION_WORDS, said[level], language) for level in LEVELS if level in said}


def _measured(kind: str, parameters: Mapping[str, Any], language: Language) -> Values:
    model = KINDS[kind].model_validate(dict(parameters))
    said: Values = {name: getattr(model, name) for name in model.model_fields_set}
    values: Values = {"kind": spoken(KIND_WORDS, kind, language)}
    for level, band in said.pop("levels", {}).items():  # type: ignore[attr-defined]
        values[level.value] = write_duration(band) if kind == "absence" else cells.limit_text(band)
    for name in cells.SPANS:
        if name in said:
            values[name] = write_duration(said[name])  # type: ignore[arg-type]
    for name in cells.TEXTS:
        values[name] = said.get(name, "")
    if said.get("minimum") is not None:
        values["minimum"] = cells.number_text(said["minimum"])  # type: ignore[arg-type]
    if isinstance(model, CombinationParameters):
        values["need"] = spoken(NEED_WORDS, model.need, language) if isinstance(model.need, str) else model.need
    return values
