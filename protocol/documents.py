"""YAML documents that people write: read strictly, and every fault told by file, place and remedy."""

import re
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from protocol.words import Remedy

Model = TypeVar("Model", bound=BaseModel)
Schema = dict[str, Any]
Place = Sequence[int | str]

_SENTENCES = {
    "missing": 'needs the key "{last}"; write it',
    "string_type": "must be text; put it in quotes",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list; start each entry with a dash",
    "model_type": "must be a group of keys; write `key: value` lines",
    "model_attributes_type": "must be a group of keys; write `key: value` lines",
    "dict_type": "must be a group of keys; write `key: value` lines",
    "too_short": "is empty; give at least {min_length}",
    "greater_than_equal": "is {input}; it must be {ge} or more",
    "less_than_equal": "is {input}; it must be {le} or less",
    "enum": 'is "{input}", which is not known; use one of: {expected}',
    "literal_error": 'is "{input}", which is not known; use {expected}',
    "union_tag_invalid": 'has the kind "{tag}", which is not known; use one of: {expected_tags}',
    "union_tag_not_found": 'needs the key "kind"; write it',
    "string_pattern_mismatch": 'is "{input}"; use small letters, digits and hyphens',
}
_NO_PLURAL = ("sms", "hours")


def read_document(path: Path, model: type[Model], shown: str, skip: Iterable[str] = ()) -> Model:
    """One file as a value. `shown` names it in errors; `skip` are keys that errors need not mention.

    Raises Remedy with one sentence per fault, each on its own line.
    """
    document = read_yaml(path, shown)
    try:
        return model.model_validate(document)
    except ValidationError as error:
        faults = _faults(error, document, model.model_json_schema(), shown, frozenset(skip))
        raise Remedy("\n".join(faults)) from None


def read_yaml(path: Path, shown: str) -> object:
    """The document in the file. Raises Remedy with file and line when it is not YAML, or says a key twice."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)
    except FileNotFoundError:
        raise Remedy(f"{shown}: there is no such file; check its name.") from None
    except UnicodeDecodeError:
        raise Remedy(f"{shown}: this is not UTF-8 text; save it as UTF-8.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Remedy(f"{shown}, line {line}: this is not YAML ({error.problem}); correct it.") from None
    except yaml.YAMLError:
        raise Remedy(f"{shown}: it holds characters that YAML does not allow; write it again as plain text.") from None


def name_place(document: object, place: Place, skip: frozenset[str] = frozenset()) -> str:
    """Where in the document, for people: `pre_crisis, step 3 (freeze-publishing): to: roles`."""
    entries: list[str] = []
    rest: list[str] = []
    node: Any = document
    for part in place:
        if isinstance(part, str) and _is_tag(node, part):
            continue
        node = _child(node, part)
        if isinstance(part, int):
            entries += [*rest[:-1], _entry(rest[-1] if rest else "entry", part, node)]
            rest = []
        elif part not in skip:
            rest.append(part)
    return ": ".join(text for text in (", ".join(entries), ", ".join(rest)) if text)


def _entry(collection: str, index: int, node: object) -> str:
    key = node.get("key") if isinstance(node, dict) else None
    noun = collection if collection in _NO_PLURAL else collection.removesuffix("s")
    return f"{noun} {index + 1}" + (f" ({key})" if key else "")


def _is_tag(node: Any, part: str) -> bool:
    return isinstance(node, dict) and part not in node and node.get("kind") == part


def _child(node: Any, part: int | str) -> Any:
    if isinstance(node, dict):
        return node.get(part)
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return node[part]
    return None


def _faults(error: ValidationError, document: object, schema: Schema, shown: str, skip: frozenset[str]) -> list[str]:
    sentences = []
    for fault in error.errors(include_url=False):
        place: Place = fault["loc"]
        kind = fault["type"]
        if kind in ("extra_forbidden", "missing"):
            place = place[:-1]
        where = name_place(document, place, skip)
        text = _unknown_key(schema, fault["loc"]) if kind == "extra_forbidden" else _sentence(dict(fault))
        sentences.append(f"{shown}, {where}: {text}." if where else f"{shown}: {text}.")
    return list(dict.fromkeys(sentences))


def _sentence(fault: dict[str, Any]) -> str:
    context = {key: _plain(str(value)) for key, value in fault.get("ctx", {}).items()}
    last = fault["loc"][-1] if fault["loc"] else ""
    template = _SENTENCES.get(fault["type"])
    if template is None:
        return str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    return template.format(**context, input=fault["input"], last=last)


def _plain(text: str) -> str:
    """pydantic's `<StepKind.NOTIFY: 'notify'>, 'a' or 'b'` as `notify, a, b`."""
    return re.sub(r"<[\w.]+: ([^>]*)>", r"\1", text).replace("'", "").replace(" or ", ", ")


def _unknown_key(schema: Schema, place: Place) -> str:
    known = ", ".join(sorted(_node(schema, place[:-1]).get("properties", {})))
    return f'unknown key "{place[-1]}". Use one of: {known}'


def _node(schema: Schema, place: Place) -> Schema:
    node = _resolve(schema, schema)
    for part in place:
        if isinstance(part, int):
            node = node.get("items", {})
        elif part in node.get("properties", {}):
            node = node["properties"][part]
        elif "discriminator" in node:
            node = {"$ref": node["discriminator"]["mapping"].get(part, "")}
        else:
            extra = node.get("additionalProperties")
            node = extra if isinstance(extra, dict) else {}
        node = _resolve(schema, node)
    return node


def _resolve(schema: Schema, node: Schema) -> Schema:
    if "$ref" in node:
        return _resolve(schema, schema["$defs"].get(str(node["$ref"]).rsplit("/", 1)[-1], {}))
    for choice in node.get("anyOf", ()):
        if choice.get("type") != "null":
            return _resolve(schema, choice)
    return node


class _StrictLoader(yaml.SafeLoader):
    """A SafeLoader that refuses a key said twice, where YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f'the key "{key}" stands twice', key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)
