"""Promises of the published JSON Schema."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from playbooks.library import FOLDER
from playbooks.schema import FILE, schema_text


def test_the_published_schema_is_the_models() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run `python -m playbooks.schema`"


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/playbook.yaml")), ids=lambda path: path.parent.name)
def test_every_shipped_playbook_satisfies_it(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    jsonschema.validate(document, json.loads(schema_text()))
