"""The coordinator looks up who changed what, and says what was looked at."""

from datetime import UTC, datetime
from pathlib import Path

import yaml

from tests.fakes.terminal import COMPANY, Terminal


def changed_company(folder: Path) -> Path:
    """The sample company with another press page and another title."""
    document = yaml.safe_load(COMPANY.read_text(encoding="utf-8"))
    document["company"]["press_page"] = "https://press.example.com/new"
    document["members"][0]["title"] = "Directora"
    document["tools"][0] |= {"owner": "communications-lead", "review": "2026-01-31"}
    file = folder / "changed.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return file


def test_each_load_is_a_version_with_who_and_why_and_what(any_terminal: Terminal, tmp_path: Path) -> None:
    file = changed_company(tmp_path)
    said = any_terminal.says("load", "--company", file, "--by", "Nuria Campos", "--why", "the yearly look")
    assert said.splitlines()[-1] == "It is version 2 of the protocol."
    versions = any_terminal("protocol", "history", "--json").json
    assert [(one["version"], one["by"], one["why"], one["source"]) for one in versions] == [
        (2, "Nuria Campos", "the yearly look", "crisis load changed.yaml"),
        (1, "the tests", "", "crisis load"),
    ]
    assert versions[0]["changed"].startswith("1 company, 1 member (lucia.romero), 1 tool (")
    assert "the yearly look" in any_terminal.says("protocol", "history")
    assert "version" not in any_terminal.says("load", "--company", file)


def test_the_changes_of_a_version_and_of_an_entry_are_shown_field_by_field(
    any_terminal: Terminal, tmp_path: Path
) -> None:
    any_terminal.says("load", "--company", changed_company(tmp_path), "--by", "Nuria")
    of_version = any_terminal("protocol", "history", "--version", "2", "--json").json
    assert ("member", "lucia.romero", "title", "Directora de comunicación", "Directora") in [
        (one["kind"], one["key"], one["field"], one["before"], one["after"]) for one in of_version
    ]
    assert "Directora de comunicación" in any_terminal.says("protocol", "history", "member", "lucia.romero")
    of_company = any_terminal("protocol", "history", "company", "--json").json
    assert [one["field"] for one in of_company] == ["", "press_page"]
    assert any_terminal.refuses("protocol", "history", "member", "nobody") == (
        'The history knows no member "nobody"; crisis protocol export shows what there is.'
    )
    assert any_terminal.refuses("protocol", "history", "persons", "nobody").startswith(
        '"persons" is nothing that the protocol keeps. Use one of: company, team, member, role, '
    )
    assert any_terminal.refuses("protocol", "history", "--version", "9") == (
        "There is no version 9 of the protocol; `crisis protocol history` lists them."
    )


def test_the_protocol_of_a_moment_comes_out_and_can_be_compared(any_terminal: Terminal, tmp_path: Path) -> None:
    before = datetime.now(UTC).isoformat()
    any_terminal.says("load", "--company", changed_company(tmp_path))
    file = tmp_path / "before.xlsx"
    any_terminal.says("protocol", "export", file, "--at", before)
    shown = any_terminal("protocol", "diff", file)
    assert (shown.code, shown.out.splitlines()[-1]) == (1, "4 differences.")
    assert any_terminal.refuses("protocol", "export", tmp_path / "x.xlsx", "--at", "2020-01-01").startswith(
        "The history of the protocol begins on "
    )


def test_what_is_stale_is_listed_until_somebody_says_that_they_looked(any_terminal: Terminal, tmp_path: Path) -> None:
    any_terminal.says("load", "--company", changed_company(tmp_path))
    listed = any_terminal("protocol", "stale")
    assert listed.code == 1
    assert "communications-lead (lucia.romero)" in listed.out and "2026-01-31" in listed.out
    first = any_terminal("protocol", "stale", "--json").json[0]
    assert (first["kind"], first["review"]) == ("tool", "2026-01-31")
    tool = first["key"]
    said = any_terminal.says("protocol", "reviewed", "tool", tool, "--next", "2099-01-31", "--by", "Lucía")
    assert said == (
        f"Tool {tool}: kept by communications-lead, it is due again on 2099-01-31. It is version 3 of the protocol."
    )
    assert "tool" not in [one["kind"] for one in any_terminal("protocol", "stale", "--json").json]


def test_only_what_there_is_can_be_looked_at(any_terminal: Terminal) -> None:
    assert any_terminal.refuses("protocol", "reviewed", "tool", "hammer", "--next", "2099-01-31").startswith(
        'No tool "hammer" in the protocol. Use one of: '
    )
    assert any_terminal.refuses("protocol", "reviewed", "message", "sitrep", "--owner", "nobody") == (
        '"nobody" is no role and no member of the company; `crisis who --all` lists them.'
    )
    assert any_terminal.refuses("protocol", "reviewed", "message", "sitrep") == (
        "Say --next DATE, the day of its next review, or --owner KEY, who keeps it."
    )


def test_an_incident_goes_by_the_newest_version_when_somebody_says_so(any_terminal: Terminal, tmp_path: Path) -> None:
    any_terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    assert any_terminal.refuses("protocol", "adopt", "1") == (
        "INC-1 goes by the newest version of the protocol already."
    )
    any_terminal.says("load", "--company", changed_company(tmp_path))
    said = any_terminal.says("protocol", "adopt", "INC-1", "--by", "Javier", "--why", "the press page moved")
    assert said == "INC-1 goes by version 2 of the protocol from here on."
