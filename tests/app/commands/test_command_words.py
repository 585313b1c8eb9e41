"""Public words from the server: read, edited, signed, published; never without their signatures."""

from pathlib import Path

import pytest
import yaml

from tests.fakes.terminal import Terminal

STEP = "holding-statement"


@pytest.fixture
def desk(any_terminal: Terminal) -> Terminal:
    """An incident in pre-crisis whose holding statement is up for sign-off."""
    any_terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    any_terminal.begin()
    return any_terminal


def sign(desk: Terminal, member: str) -> str:
    return desk.says("sign-off", "1", STEP, "--as", member, "--code", desk.code(member, STEP))


def test_the_words_are_shown_in_each_language_with_hash_and_signatures(desk: Terminal) -> None:
    said = desk.says("words", "1")
    assert "[es] Aurora Foods: primera declaración sobre Aurora" in said
    assert "[en] Aurora Foods: first statement about Aurora" in said
    assert "Signed by nobody yet: 0 of 2 roles, not published." in said
    sign(desk, "pablo.serra")
    assert "Signed by Pablo Serra as legal-lead at " in desk.says("words", "1", STEP)
    assert desk.refuses("words", "1", "alert") == ('INC-1 has no public text "alert". Use one of: holding-statement.')


def test_two_signatures_publish_and_one_does_not(desk: Terminal) -> None:
    before = desk.rows()["message"]
    assert sign(desk, "pablo.serra").endswith("1 of 2 sign-offs.")
    sent = [line for line in desk.says("timeline", "1").splitlines() if "press" in line and "published" in line]
    assert sent == []
    assert sign(desk, "lucia.romero").endswith("2 of 2 sign-offs.\nEnqueued 3 messages to press-list.")
    codes_sent = 0  # the codes were printed, not sent
    assert desk.rows()["message"] == before + 3 + codes_sent
    refused = desk.refuses("sign-off", "1", STEP, "--as", "lucia.romero", "--code", "1")
    assert refused.endswith("UTC; nothing is left to sign.")


def test_a_wrong_code_does_not_sign(desk: Terminal) -> None:
    printed = desk("sign-off", "1", STEP, "--as", "pablo.serra", "--code", "00000000")
    assert (printed.code, printed.err) == (2, "The code is wrong. Type the eight digits of the newest message.")
    assert desk.rows()["sign_off"] == 0


def test_an_edit_voids_the_approvals_and_asks_anew(desk: Terminal, tmp_path: Path) -> None:
    sign(desk, "pablo.serra")
    file = tmp_path / "words.yaml"
    desk.says("words", "1", STEP, "--export", file)
    unchanged = desk.says("words", "1", STEP, "--edit", file, "--as", "lucia.romero")
    assert unchanged.endswith("nothing was changed.")
    said = yaml.safe_load(file.read_text())
    said["en"]["body"] += "\n\nWe are sorry."
    file.write_text(yaml.safe_dump(said))
    edited = desk.says("words", "1", STEP, "--edit", file, "--as", "lucia.romero")
    assert edited.endswith("earlier approvals are void, and 3 signers asked anew.")
    shown = desk.says("words", "1", STEP)
    assert "We are sorry." in shown
    assert "0 of 2 roles" in shown


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("es: {subject: a, body: b}", '{file}: needs the key "en"; write it.'),
        ("es: {subject: a, body: b}\nen: {subject: a, body: ' '}", "{file}, en: the body is empty; write the words."),
        (
            "es: {body: b}\nen: {subject: a, body: b}",
            "{file}, es: an e-mail needs a subject, and an SMS has none; correct it.",
        ),
        (
            "es: [",
            "{file}, line 1: this is not YAML (expected the node content, but found '<stream end>'); correct it.",
        ),
    ],
)
def test_a_bad_file_of_words_changes_nothing(desk: Terminal, tmp_path: Path, text: str, remedy: str) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(text)
    assert desk.refuses("words", "1", STEP, "--edit", file, "--as", "lucia.romero") == remedy.format(file=file)


def test_an_export_overwrites_nothing(desk: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    desk.says("words", "1", STEP, "--export", file)
    assert desk.refuses("words", "1", STEP, "--export", file) == f"{file} exists already; name another file."


def test_editing_needs_somebody_who_answers_for_it(desk: Terminal, tmp_path: Path) -> None:
    printed = desk("words", "1", STEP, "--edit", tmp_path / "words.yaml")
    assert printed.code == 2
    assert "--edit needs --as MEMBER." in printed.err
