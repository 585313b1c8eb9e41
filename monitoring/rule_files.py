"""Rules in files: read from YAML, a workbook or a folder of CSV files, and written as YAML."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from monitoring.definitions import Known, RuleDefinition, read_rules
from monitoring.workbook.reading import UnderstoodRules, read_rules_book
from protocol.words import Language, Remedy

YAML = (".yaml", ".yml")
_HEADER = "# Monitoring rules, as `crisis rules export` wrote them; `crisis rules import` reads them back.\n"


def read_rules_file(path: Path, known: Known | None = None) -> UnderstoodRules:
    """The rules of a file of any kind. Raises Remedy for one that is none, and for the first fault of a YAML file."""
    if path.suffix.lower() in YAML:
        return UnderstoodRules(read_rules(path, known), [], Language.EN)
    if not path.is_dir() and path.suffix.lower() != ".xlsx":
        raise Remedy(f"{path}: name a file that ends in .yaml or .xlsx, or a folder of CSV files.")
    return read_rules_book(path, known)


def yaml_of(definitions: Sequence[RuleDefinition]) -> str:
    """The rules as a file that `read_rules` reads back."""
    entries = {"rules": [one.written for one in definitions]}
    return _HEADER + yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120)
