"""A sheet of rules understood: the rules that it says, and everything that is wrong with it at once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitoring.building import KINDS
from monitoring.definitions import Known, RuleDefinition
from monitoring.parameters import MOST_SIGNALS
from monitoring.workbook import cells
from monitoring.workbook.choices import ACTION_WORDS, KIND_WORDS
from monitoring.workbook.explaining import column_of_error, explained
from monitoring.workbook.sheet import LEVELS, RULES, action_column
from protocol.words import Language
from protocol.workbook.cells import choice
from protocol.workbook.columns import spoken
from protocol.workbook.faults import Fault
from protocol.workbook.lines import Line, known
from protocol.workbook.reading import Book, read_book

LEVEL_COLUMNS = tuple(level.value for level in LEVELS)
OF_A_RULE = ("key", "playbook", "subject", "opens", "asks", "answer_within", "raises", *map(action_column, LEVELS))
"""The columns that a signal leaves empty."""

COMMON = ("kind", "series", "combination", *OF_A_RULE)


@dataclass(frozen=True)
class UnderstoodRules:
    """What a sheet of rules says; it says nothing when there are faults."""

    definitions: Sequence[RuleDefinition]
    faults: Sequence[Fault]
    language: Language


def read_rules_book(path: Path, points_at: Known | None = None) -> UnderstoodRules:
    """The rules of a workbook or of a folder of CSV files. Raises Remedy for a file that is neither."""
    return understand_rules(read_book(path, sheets=(RULES,), needed=(RULES,)), points_at)


def understand_rules(book: Book, points_at: Known | None = None) -> UnderstoodRules:
    """The rules of a book; what they point at is checked against what is known, when that is given."""
    faults = list(book.faults)
    lines = [Line(row, book.language, faults) for row in book.rows.get(RULES.name, ())]
    definitions = _Rules(lines, points_at).definitions
    faults.sort(key=lambda fault: (fault.row, len(fault.column), fault.column))
    return UnderstoodRules([] if faults else definitions, faults, book.language)


class _Rules:
    """Reads the rows: first the signals, then the rules that some of them make up."""

    def __init__(self, lines: Sequence[Line], points_at: Known | None) -> None:
        self._points_at = points_at
        self._rows: dict[str, int] = {}
        self._signals: dict[str, list[tuple[Line, dict[str, Any]]]] = {}
        self._broken: set[str] = set()
        self._combinations: set[str] = set()
        rules = [line for line in lines if not line.said("combination")]
        for line in lines:
            if line.said("combination"):
                self._take_signal(line)
        found = [self._rule(line) for line in rules]
        self.definitions = [one for one in found if one is not None]
        self._look_for_combinations()

    def _take_signal(self, line: Line) -> None:
        owner = line.read("combination", cells.rule_key) or ""
        for name in line.said(*OF_A_RULE):
            line.fault(name, "signal_says")
        kind = _kind(line)
        if kind == "combination":
            line.fault("kind", "nested")
        series = line.needed_text("series")
        parameters = _parameters(line, kind) if kind and kind != "combination" else {}
        signal = {"series": series, "kind": kind, "parameters": parameters}
        self._signals.setdefault(owner, []).append((line, signal))
        if line.broken:
            self._broken.add(owner)

    def _rule(self, line: Line) -> RuleDefinition | None:
        key = self._key(line)
        kind = _kind(line)
        parameters = self._combined(line, key) if kind == "combination" else _parameters(line, kind) if kind else {}
        said: dict[str, Any] = {"key": key, "kind": kind, "parameters": parameters}
        said |= {"playbook": self._playbook(line), "subject": self._subject(line), "actions": _actions(line)}
        said |= _decided(line)
        if kind == "combination" and line.said("series"):
            line.fault("series", "not_for", item=spoken(KIND_WORDS, kind, line.language))
        elif kind != "combination":
            said["series"] = line.needed_text("series")
        if line.broken or key in self._broken:
            return None
        return _checked(line, said)

    def _key(self, line: Line) -> str:
        key = line.needed("key", line.read("key", cells.rule_key)) or ""
        if key in self._rows:
            line.fault("key", "key_twice", other=self._rows[key])
        elif key:
            self._rows[key] = line.number
        return key

    def _playbook(self, line: Line) -> str:
        return _one_of(line, "playbook", self._points_at.playbooks if self._points_at else None)

    def _subject(self, line: Line) -> str:
        # A protocol without subjects does not know any yet.
        return _one_of(line, "subject", (self._points_at.subjects if self._points_at else None) or None)

    def _combined(self, line: Line, key: str) -> dict[str, Any]:
        self._combinations.add(key)
        signals = [signal for _, signal in self._signals.get(key, ())]
        if key and not 2 <= len(signals) <= MOST_SIGNALS:
            line.fault("kind", "few_signals", item=len(signals), most=MOST_SIGNALS)
        return _parameters(line, "combination", signals=signals, check=key not in self._broken)

    def _look_for_combinations(self) -> None:
        for owner, signals in self._signals.items():
            for line, _ in signals if owner and owner not in self._combinations else ():
                line.fault("combination", "unknown_combination", item=owner)


def _kind(line: Line) -> str:
    return line.needed("kind", line.read("kind", choice(KIND_WORDS, line.language))) or ""


def _one_of(line: Line, name: str, keys: Sequence[str] | None) -> str:
    said = line.needed_text(name)
    found = said if keys is None else next((one for one in keys if one == said.lower()), "")
    if said and not found:
        line.fault(name, f"unknown_{name}", item=said, choices=known(keys or ()) or "–")
    return found


def _actions(line: Line) -> dict[str, str]:
    found = {
        level.value: line.read(action_column(level), choice(ACTION_WORDS, line.language))
        for level in LEVELS
        if line.said(action_column(level))
    }
    return {level: action for level, action in found.items() if action}


def _decided(line: Line) -> dict[str, Any]:
    """What the row says of opening, asking and raising; what it leaves empty is as usual."""
    found: dict[str, Any] = {name: line.yes(name) for name in ("opens", "raises")}
    found["asks"] = line.text("asks").lower() or None
    found["answer_within"] = line.read("answer_within", cells.span) if line.said("answer_within") else None
    return {name: value for name, value in found.items() if value is not None}


def _parameters(line: Line, kind: str, check: bool = True, **given: Any) -> dict[str, Any]:
    """The parameters of a row. What its kind does not know is a fault, and so is what its model finds wrong."""
    fields = KINDS[kind].model_fields
    found: dict[str, Any] = dict(given)
    for name in line.said():
        if name in LEVEL_COLUMNS and "levels" in fields:
            value = line.read(name, cells.span) if kind == "absence" else line.value(name, cells.limit)
            found.setdefault("levels", {})[name] = value
        elif name in fields:
            found[name] = _parameter(line, name)
        elif name not in COMMON:
            line.fault(name, "not_for", item=spoken(KIND_WORDS, kind, line.language))
    if check and not line.broken:
        _told(line, kind, found)
    return found


def _parameter(line: Line, name: str) -> object:
    if name == "minimum":
        return line.value(name, cells.decimal)
    return line.read(name, cells.READERS[name]) if name in cells.READERS else line.text(name)


def _told(line: Line, kind: str, parameters: Mapping[str, Any]) -> None:
    try:
        KINDS[kind].model_validate_json(json.dumps(parameters))
    except ValidationError as error:
        _fault_each(line, error)


def _checked(line: Line, said: Mapping[str, Any]) -> RuleDefinition | None:
    try:
        definition = RuleDefinition.model_validate(said)
        definition.rule()
    except ValidationError as error:
        _fault_each(line, error)
        return None
    return definition


def _fault_each(line: Line, error: ValidationError) -> None:
    columns = [column.name for column in RULES.columns]
    for one in error.errors():
        column = column_of_error(one, columns)
        if column in line.broken:
            continue
        if one["type"] == "missing":
            line.needed(column, None)
        else:
            line.fault(column, "rule", item=explained(one).told(line.language))
