"""The published JSON Schema of the playbook format; `python -m playbooks.schema` writes it again."""

import json
from pathlib import Path

from playbooks.format import Playbook

FILE = Path(__file__).with_name("playbook.schema.json")


def schema_text() -> str:
    """The schema as the file beside this module holds it."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Playbook.model_json_schema(),
        "title": "Crisis Playbook, format 1",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")
