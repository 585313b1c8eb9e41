"""Public words as a YAML file that a person edits: {es: {subject, body}, en: {subject, body}}."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, create_model

from incidents.rows import PublicText
from protocol.documents import read_document
from protocol.words import Remedy


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str = ""
    body: str


def read_words(file: Path, standing: PublicText) -> dict[str, dict[str, str]]:
    """The words in the file, in the languages of those that are up. Raises Remedy with one line per fault."""
    fields: Any = dict.fromkeys(standing.texts, (_Said, ...))
    shape = create_model("Words", __config__=ConfigDict(extra="forbid"), **fields)
    document = read_document(file, shape, str(file)).model_dump()
    texts: dict[str, dict[str, str]] = {}
    for language, said in document.items():
        subject, body = said["subject"].strip(), said["body"].strip()
        if not body:
            raise Remedy(f"{file}, {language}: the body is empty; write the words.")
        if bool(subject) != bool(standing.texts[language]["subject"]):
            raise Remedy(f"{file}, {language}: an e-mail needs a subject, and an SMS has none; correct it.")
        texts[language] = {"subject": subject, "body": body}
    return texts


def write_words(file: Path, text: PublicText) -> None:
    """Writes the words to a new file. Raises Remedy when it is there already, or cannot be written."""
    said = {language: dict(words) for language, words in text.texts.items()}
    try:
        with file.open("x", encoding="utf-8") as out:
            yaml.dump(said, out, Dumper=_Blocks, allow_unicode=True, sort_keys=False, width=110)
    except FileExistsError:
        raise Remedy(f"{file} exists already; name another file.") from None
    except OSError as error:
        raise Remedy(f"{file} cannot be written ({error.strerror}); name a file in a folder that can.") from None


def _languages(standing: PublicText) -> dict[str, object]:
    return dict.fromkeys(standing.texts, (_Said, ...))


class _Blocks(yaml.SafeDumper):
    """Writes text of several lines as it reads."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Blocks.add_representer(str, _block)
