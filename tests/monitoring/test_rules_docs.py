"""What docs/rules.md shows is what the product takes."""

import re
from pathlib import Path

import yaml

from checks.rules import KINDS as FINDINGS
from monitoring.building import KINDS
from monitoring.definitions import RuleDefinition, checked
from monitoring.parameters import Levelled

TEXT = Path("docs/rules.md").read_text()


def rules() -> list[RuleDefinition]:
    blocks = re.findall(r"```yaml\n(.*?)```", TEXT, re.S)
    return [checked("docs/rules.md", entry) for block in blocks for entry in yaml.safe_load(block)["rules"]]


def test_every_example_builds_and_each_kind_has_one() -> None:
    built = rules()
    assert {rule.kind for rule in built} == set(KINDS)
    assert len({rule.key for rule in built}) == len(built)


def test_each_kind_is_explained_under_its_name() -> None:
    assert [kind for kind in KINDS if f"**{kind}**: " not in TEXT] == []


def test_every_parameter_is_named() -> None:
    names = {name for model in KINDS.values() for name in model.model_fields} | set(Levelled.model_fields)
    assert [name for name in sorted(names) if f"`{name}`" not in TEXT and f"{name}:" not in TEXT] == []


def test_what_the_check_finds_is_counted_up() -> None:
    found = TEXT.split("finds ")[1].split(".")[0]
    assert found.count(",") + 1 == len(FINDINGS)
