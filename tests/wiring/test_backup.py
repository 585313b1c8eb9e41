"""A backup holds everything, goes from one kind of database to the other, and is restored whole or not at all."""

import json
import shutil
import tarfile
from pathlib import Path

import pytest

from tests.fakes.terminal import Terminal
from wiring.archive import PASSED_OVER
from wiring.tables import METADATA

OPEN = ("open", "social-firestorm", "--subject", "brand-aurora")


@pytest.fixture
def archive(any_terminal: Terminal, tmp_path: Path) -> Path:
    """A backup of a store with an incident, from either kind of database."""
    any_terminal.says(*OPEN)
    any_terminal.begin()
    file = tmp_path / "backup.tar.gz"
    said = any_terminal.says("backup", file)
    assert said.endswith(f"tables are in {file}. It holds personal data: keep it safe.")
    return file


def elsewhere(terminal: Terminal, tmp_path: Path, database: str = "") -> Terminal:
    """The same person at a machine that has nothing yet."""
    terminal.settings["CRISIS_HOME"] = str(tmp_path / "new")
    terminal.settings.pop("CRISIS_DATABASE_URL", None)
    if database:
        terminal.settings["CRISIS_DATABASE_URL"] = database
    return terminal


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_is_restored_on_either_database(
    any_terminal: Terminal, archive: Path, tmp_path: Path, target: str, request: pytest.FixtureRequest
) -> None:
    rows, timeline = any_terminal.rows(), any_terminal.says("timeline", "1", "--json")
    code = any_terminal.code("javier.ortega")
    archive.unlink()
    any_terminal.says("backup", archive)
    database = request.getfixturevalue("new_database") if target == "postgresql" else ""
    terminal = elsewhere(any_terminal, tmp_path, database)
    kept = len(METADATA.tables) - len(PASSED_OVER)
    assert f"rows of {kept} tables were restored" in terminal.says("restore", archive)
    assert {**terminal.rows(), "one_time_code": 0, "timeline_entry": 0} == {
        **rows,
        "one_time_code": 0,
        "timeline_entry": 0,
    }
    assert terminal.says("timeline", "1", "--json").startswith(timeline)
    assert "holds" in terminal.says("timeline", "1", "--verify")
    # New rows find free numbers, and the secret key came along: an earlier code still counts.
    advanced = terminal.says("advance", "1", "crisis", "--as", "javier.ortega", "--code", code)
    assert advanced.startswith("INC-1 advanced to crisis.")
    assert terminal.says("open", "data-breach", "--subject", "site-shop").startswith("Opened INC-2")


def test_the_archive_is_for_its_owner_and_holds_a_manifest(archive: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    with tarfile.open(archive) as opened:
        manifest = json.load(opened.extractfile("manifest.json") or pytest.fail("no manifest"))
        assert "secret.key" in opened.getnames()
    assert manifest["environment"] == "demo"
    assert manifest["tables"]["incident"] == 1
    assert set(manifest) == {"format", "revision", "environment", "created", "tables"}


def test_an_earlier_backup_is_not_overwritten(any_terminal: Terminal, archive: Path) -> None:
    before = archive.read_bytes()
    assert any_terminal.refuses("backup", archive) == (
        f"{archive} exists already; name another file, so that no earlier backup is lost."
    )
    assert archive.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_told(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "no" / "backup.tar.gz"
    assert terminal.refuses("backup", file) == (
        f"{file} cannot be written (No such file or directory); name a file in a folder that can."
    )


def test_a_store_with_anything_in_it_is_not_restored_into(any_terminal: Terminal, archive: Path) -> None:
    assert any_terminal.refuses("restore", archive).endswith(
        "restore into a new CRISIS_DATABASE_URL, so that nothing is overwritten."
    )


def test_a_store_that_was_only_migrated_is_empty_enough(terminal: Terminal, tmp_path: Path) -> None:
    terminal.says("backup", tmp_path / "backup.tar.gz")
    fresh = elsewhere(terminal, tmp_path)
    fresh.says("migrate")
    own_key = tmp_path / "new" / "secret.key"
    assert fresh.refuses("restore", tmp_path / "backup.tar.gz") == (
        f"{own_key} is not the key that {tmp_path}/backup.tar.gz was made with; "
        "unset it or move it away, then restore again."
    )
    own_key.unlink()
    assert "were restored" in fresh.says("restore", tmp_path / "backup.tar.gz")


def test_another_environment_refuses(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    terminal.says("backup", file)
    terminal = elsewhere(terminal, tmp_path)
    terminal.settings["CRISIS_ENVIRONMENT"] = "production"
    printed = terminal("restore", file)
    assert printed.err == (
        f"{file} belongs to demo, but CRISIS_ENVIRONMENT is production; set CRISIS_ENVIRONMENT=demo."
    )
    assert printed.code == 2
    assert not (tmp_path / "new").exists()


def test_another_release_refuses(terminal: Terminal, tmp_path: Path) -> None:
    file = _altered(terminal, tmp_path, "manifest.json", '"revision": "', '"revision": "x')
    printed = elsewhere(terminal, tmp_path)("restore", file)
    assert printed.err.startswith(f"{file} is of release x")
    assert printed.err.endswith("restore it with the program that wrote it, then run `crisis migrate` with this one.")
    assert printed.code == 2


def test_a_damaged_table_leaves_the_store_empty(terminal: Terminal, tmp_path: Path) -> None:
    terminal.says(*OPEN)
    file = _altered(terminal, tmp_path, "tables/timeline_entry.jsonl", '"kind": "phase_entered"', '"kind": ')
    fresh = elsewhere(terminal, tmp_path)
    printed = fresh("restore", file)
    assert printed.err == f"{file} is not a whole backup of Crisis Playbook; use another one."
    assert printed.code == 2
    assert not (tmp_path / "new" / "secret.key").exists()
    terminal.settings["CRISIS_SECRET_KEY"] = "any"
    assert sum(fresh.rows().values()) == 1  # the stamp of this look


def test_what_is_no_archive_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("hello")
    assert terminal.refuses("restore", file) == f"{file} is not a whole backup of Crisis Playbook; use another one."
    assert terminal.refuses("restore", tmp_path / "no") == (
        f"{tmp_path}/no cannot be read (No such file or directory); use another one."
    )


def test_half_an_archive_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    terminal.says("backup", file)
    file.write_bytes(file.read_bytes()[:8000])
    printed = elsewhere(terminal, tmp_path)("restore", file)
    assert printed.err == f"{file} is not a whole backup of Crisis Playbook; use another one."


def test_a_secret_of_the_environment_stays_out_and_is_asked_for(terminal: Terminal, tmp_path: Path) -> None:
    terminal.settings |= {"CRISIS_HOME": str(tmp_path / "other"), "CRISIS_SECRET_KEY": "kept elsewhere"}
    terminal.says("migrate")
    file = tmp_path / "backup.tar.gz"
    assert "CRISIS_SECRET_KEY is not in it" in terminal.says("backup", file)
    fresh = elsewhere(terminal, tmp_path)
    del fresh.settings["CRISIS_SECRET_KEY"]
    assert fresh("restore", file).err == (
        f"{file} holds no secret key, because it came from CRISIS_SECRET_KEY; set it as it was then."
    )
    fresh.settings["CRISIS_SECRET_KEY"] = "another"
    assert fresh("restore", file).err.startswith("CRISIS_SECRET_KEY is not the key that")
    fresh.settings["CRISIS_SECRET_KEY"] = "kept elsewhere"
    assert "were restored" in fresh.says("restore", file)


def _altered(terminal: Terminal, tmp_path: Path, member: str, old: str, new: str) -> Path:
    """A backup with one text in it replaced."""
    file = tmp_path / "altered.tar.gz"
    terminal.says("backup", tmp_path / "whole.tar.gz")
    with tarfile.open(tmp_path / "whole.tar.gz") as whole:
        whole.extractall(tmp_path / "unpacked", filter="data")
    target = tmp_path / "unpacked" / member
    target.write_text(target.read_text().replace(old, new))
    with tarfile.open(file, "w:gz") as out:
        for path in sorted((tmp_path / "unpacked").rglob("*")):
            if path.is_file():
                out.add(path, path.relative_to(tmp_path / "unpacked").as_posix())
    shutil.rmtree(tmp_path / "unpacked")
    return file


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_inquiries_come_back_and_answers_are_found_again(
    any_terminal: Terminal, tmp_path: Path, target: str, request: pytest.FixtureRequest
) -> None:
    ask = ("inquiry", "Quiero devolver el producto", "--channel", "phone", "--id")
    any_terminal.says(*ask, "T-1")
    archive = tmp_path / "backup.tar.gz"
    any_terminal.says("backup", archive)
    database = request.getfixturevalue("new_database") if target == "postgresql" else ""
    terminal = elsewhere(any_terminal, tmp_path, database)
    terminal.says("restore", archive)
    assert "INQ-1: refund" in terminal.says(*ask, "T-1")
    assert "INQ-2: refund" in terminal.says(*ask, "T-2")
