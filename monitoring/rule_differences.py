"""What differs between two sets of rules: what was added, changed or removed, and where."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from pydantic import ValidationError

from monitoring.definitions import RuleDefinition
from monitoring.levels import LEAVE
from protocol.words import Level, Remedy
from protocol.workbook.differences import Change, Difference

WHAT = "rule"


def rule_differences(before: Sequence[RuleDefinition], after: Sequence[RuleDefinition]) -> list[Difference]:
    """Everything that differs, in the order of `after`. Ways of writing that mean the same are no difference."""
    old, new = ({one.key: said_by(one.meant) for one in rules} for rules in (before, after))
    found = [change for key, said in new.items() for change in _changes(key, old.get(key), said)]
    return found + [Difference(Change.REMOVED, WHAT, key) for key in old if key not in new]


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between two ways in which the history keeps one rule: as `rule_differences`, field by field."""
    return list(_changes(str(after["key"]), said_by(_meant(before)), said_by(_meant(after))))


def said_by(rule: Mapping[str, Any]) -> dict[str, str]:
    """What a rule says, field by field, as text: `levels.yellow`, `window`, `actions.orange`."""
    found: dict[str, str] = {}
    for name, value in rule.items():
        parts = value if name in ("parameters", "actions") and isinstance(value, dict) else {name: value}
        for part, inner in parts.items():
            if part == "levels" and isinstance(inner, dict):
                ranked = sorted(inner.items(), key=lambda pair: Level(pair[0]).rank)
                found |= {f"levels.{level}": _shown(band) for level, band in ranked}
            else:
                found[f"actions.{part}" if name == "actions" else part] = _shown(inner)
    return found


def _meant(written: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return RuleDefinition.model_validate(written).meant
    except (ValidationError, Remedy):  # kept by a former version that took what this one does not
        return written


def _changes(key: str, old: Mapping[str, str] | None, new: Mapping[str, str]) -> Iterator[Difference]:
    if old is None:
        yield Difference(Change.ADDED, WHAT, key)
        return
    for name in dict.fromkeys([*new, *old]):
        was, is_now = old.get(name, ""), new.get(name, "")
        if was != is_now:
            yield Difference(Change.CHANGED, WHAT, key, name, was, is_now)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()  # as YAML writes it
    if isinstance(value, dict) and set(value) == {"enter", "leave"}:
        usual = value["leave"] == value["enter"] * LEAVE
        return f"{value['enter']:g}" if usual else f"{value['enter']:g}, left below {value['leave']:g}"
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return f"{value:g}" if isinstance(value, float) else str(value)
