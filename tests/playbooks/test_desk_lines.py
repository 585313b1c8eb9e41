"""What a playbook gives customer service is read, checked, and stands in both library playbooks for every phase."""

import shutil
from pathlib import Path

import pytest

from playbooks.format import Playbook
from playbooks.library import FOLDER, read_library
from playbooks.references import phases_of
from protocol.words import Language, Remedy

LIBRARY = read_library()
FILE = "social-firestorm/playbook.yaml"
WHERE = f"{FILE}, pre_crisis, desk"


@pytest.mark.parametrize("playbook", LIBRARY.playbooks, ids=lambda playbook: str(playbook.key))
def test_every_phase_of_the_library_has_lines_and_what_not_to_say_in_both_languages(playbook: Playbook) -> None:
    for _, plan in phases_of(playbook):
        assert plan.desk is not None
        assert plan.desk.lines
        assert plan.desk.do_not_say
        for texts in (*plan.desk.lines, *plan.desk.do_not_say):
            assert texts.es != texts.en
            assert all(getattr(texts, language).strip() for language in Language)


def error_of(tmp_path: Path, old: str, new: str) -> str:
    """Changes one place of the firestorm; the error, without the folder's name."""
    folder = tmp_path / "library"
    shutil.copytree(FOLDER, folder)
    content = (folder / FILE).read_text(encoding="utf-8")
    assert old in content
    (folder / FILE).write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Remedy) as error:
        read_library(folder)
    return str(error.value).replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (
            "lo confirmado está en {{ press_page }}",
            "lo confirmado está en {{ page }}",
            f'{WHERE}, line 1, es: unknown variable "page". Use one of: company, playbook, press_page, subject.',
        ),
        (
            "No names of people affected, nor of colleagues.",
            "'{% if %}'",
            f"{WHERE}, do_not_say 3, en: Expected an expression, got 'end of statement block'. Correct the text.",
        ),
        (
            "No names of people affected, nor of colleagues.",
            "' '",
            f"{WHERE}, do_not_say 3, en: it says nothing. Write it in both languages.",
        ),
        (
            "reason: harmed",
            "reason: is-it-true",
            f'{WHERE}: the reason "is-it-true" has 2 lines. Keep one, so that all say the same.',
        ),
    ],
)
def test_a_fault_says_where_what_and_what_to_do(tmp_path: Path, old: str, new: str, error: str) -> None:
    assert error_of(tmp_path, old, new) == error


def test_a_playbook_without_lines_is_as_good_as_before() -> None:
    document = LIBRARY.playbooks[0].model_dump(mode="json")
    for phase in document["phases"].values():
        del phase["desk"]
    assert Playbook.model_validate(document).phases.crisis.desk is None
