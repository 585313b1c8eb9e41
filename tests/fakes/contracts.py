"""The providers' OpenAPI documents as closed schemas: an unknown name is as wrong as a missing one."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import FormatChecker
from openapi_schema_validator import OAS30Validator

CONTRACTS = Path(__file__).parents[1] / "contracts"
_FORMATS = FormatChecker(["email", "date-time"])


@cache
def load(name: str) -> dict[str, Any]:
    """One document, its references resolved and its defects mended."""
    document = json.loads((CONTRACTS / name).read_text())
    if name == "sendgrid_mail_v3.json":
        body = document["components"]["requestBodies"]["PostMailSend"]["content"]["application/json"]["schema"]
        # The document says "string"; the API takes an object, as its own prose and library do.
        body["properties"]["custom_args"] = {"type": "object", "additionalProperties": {"type": "string"}}
    return _resolved(document, document["components"])


def _resolved(node: Any, components: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_resolved(item, components) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        _, _, kind, name = node["$ref"].split("/")
        node = {**components[kind][name], **{key: value for key, value in node.items() if key != "$ref"}}
        return _resolved(node, components)
    return {key: _resolved(value, components) for key, value in node.items() if key not in ("example", "examples")}


def closed(schema: Any) -> Any:
    """The schema, with no property allowed that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        shut.setdefault("additionalProperties", False)
    return shut


class Operation:
    """One operation of a document: says what is wrong with a request, and keeps the fake's own answers honest."""

    def __init__(self, document: str, method: str, path: str) -> None:
        self.operation = load(document)["paths"][path][method.lower()]
        self.path = re.compile(re.sub(r"\{\w+\}", "([^/]+)", path).replace(".json", r"\.json"))

    @cache  # noqa: B019 (one per operation, for the life of the tests)
    def _validator(self, *keys: str) -> OAS30Validator:
        node = self.operation
        for key in keys:
            node = node[key]
        return OAS30Validator(closed(node["schema"]), format_checker=_FORMATS)

    def wrong_body(self, media_type: str, body: Any) -> list[str]:
        """Sentences about a request's body; none when it keeps the contract."""
        return _sentences(self._validator("requestBody", "content", media_type), body)

    def typed_form(self, form: dict[str, list[str]]) -> dict[str, Any]:
        """Form values in the types of the contract, where they can be read so."""
        schema = self.operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
        return {name: _typed(schema["properties"].get(name, {}), values) for name, values in form.items()}

    def wrong_query(self, query: dict[str, list[str]]) -> list[str]:
        """Sentences about a query: unknown names, and values that break their schema (dates are checked by day)."""
        known = {item["name"]: item["schema"] for item in self.operation["parameters"] if item["in"] == "query"}
        wrong = [f"unknown parameter {name}" for name in query if name not in known]
        for name in query.keys() & known.keys():
            schema = {key: value for key, value in known[name].items() if key != "format"}
            wrong += _sentences(OAS30Validator(schema), _typed(schema, query[name]))
        return wrong

    def assert_answer(self, status: int, body: Any) -> None:
        """Fails the test when the fake says what the provider cannot say."""
        validator = self._validator("responses", str(status), "content", "application/json")
        assert not (wrong := _sentences(validator, body)), wrong


def _sentences(validator: OAS30Validator, value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _typed(schema: dict[str, Any], values: list[str]) -> Any:
    kind, value = schema.get("type"), values[-1]
    if kind == "array":
        return values
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value)
    return {"true": True, "false": False}.get(value, value) if kind == "boolean" else value
