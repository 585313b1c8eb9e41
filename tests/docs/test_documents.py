"""The documents run: commands, settings and links that they name are there."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from app.cli import crisis
from wiring.settings import SETTINGS

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "GLOSSARY.md", *(ROOT / "docs").rglob("*.md")]
COMMANDS = get_command(crisis).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    named = set(
        re.findall(r"`?\bcrisis ([a-z][a-z-]+)\b", "\n".join(re.findall(r"`[^`]*`|```[^`]*```", document.read_text())))
    )
    assert named <= set(COMMANDS)


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / "README.md").read_text()))
    assert targets <= set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M)) | {"is"}


def test_every_setting_that_the_readme_names_is_one() -> None:
    named = set(re.findall(r"\b(?:CRISIS|TWILIO|SENDGRID)_[A-Z_]+\b", (ROOT / "README.md").read_text()))
    assert named <= {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(((?!http)[^)#]+)\)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_glossary_is_in_order_and_each_word_is_used_in_the_code() -> None:
    words = re.findall(r"^\| ([a-z][a-z -]+?)(?: \([^)]*\))? \|", (ROOT / "GLOSSARY.md").read_text(), re.M)[1:]
    assert words == sorted(words)
    rooms = (
        "incidents",
        "notifiers",
        "flows",
        "playbooks",
        "protocol",
        "app",
        "reports",
        "drills",
        "monitoring",
        "desk",
    )
    files = [file for room in rooms for file in (ROOT / room).rglob("*") if file.suffix in (".py", ".yaml")]
    code = "\n".join(file.read_text() for file in files).lower()
    spellings = {word: (word, word.replace(" ", "_"), word.replace("-", " ")) for word in words}
    assert [word for word in words if not any(spelled in code for spelled in spellings[word])] == []


def test_every_setting_says_what_it_means() -> None:
    assert all(setting.meaning.endswith((".", ")")) for setting in SETTINGS)
