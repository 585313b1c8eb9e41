"""Rules at the terminal: listed, shown, changed, exported and imported again, all or nothing."""

import json
import shlex
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook
from sqlalchemy import delete, select

from monitoring.intake import take_in
from monitoring.opening import opener
from monitoring.readings import ReadingValue
from monitoring.rows import MonitoringRule, RuleChange, RuleSeries, RuleState
from tests.fakes.terminal import Terminal

RULES = Path(__file__).parent / "one_rule.yaml"

SERIES = "mentions.brand-aurora"
RATIO = """
rules:
  - key: mentions-burst
    series: mentions.brand-aurora
    playbook: social-firestorm
    subject: brand-aurora
    kind: ratio
    parameters: {minimum: 500, levels: {yellow: 4, orange: 6}}
"""
SILENCE = """
rules:
  - key: mentions-silence
    series: mentions.brand-aurora
    playbook: social-firestorm
    subject: brand-aurora
    kind: absence
    actions: {yellow: signal}
    parameters: {levels: {yellow: 20m}}
"""


@pytest.fixture
def any_terminal(any_terminal: Terminal) -> Terminal:
    return only_the_first(any_terminal)


@pytest.fixture
def terminal(terminal: Terminal) -> Terminal:
    return only_the_first(terminal)


def only_the_first(terminal: Terminal) -> Terminal:
    """Of the rules of the sample the one of mentions, as if there had never been another."""
    works = terminal.works()
    with works.store.write() as session:
        others = select(MonitoringRule.id).where(MonitoringRule.key != "mentions-burst")
        for rows in (RuleState, RuleSeries):
            session.execute(delete(rows).where(rows.rule_id.in_(others)))
        session.execute(delete(RuleChange).where(RuleChange.rule_key != "mentions-burst"))
        session.execute(delete(MonitoringRule).where(MonitoringRule.key != "mentions-burst"))
    works.store.close()
    return terminal


def ratio(terminal: Terminal) -> Terminal:
    """The rule of the sample as one of so many times the usual."""
    terminal.says("rules", "import", _file(terminal.home, RATIO), "--by", "Ana")
    return terminal


def post(terminal: Terminal, calm: int, burst: int = 0) -> None:
    """Counts of ten every five minutes up to now, the newest so many of them of a thousand."""
    works = terminal.works()
    now = works.clock.now()
    number = calm + burst
    values = [10.0] * calm + [1000.0] * burst
    readings = [
        ReadingValue(SERIES, now - (number - 1 - place) * timedelta(minutes=5), value)
        for place, value in enumerate(values)
    ]
    with works.store.write() as session:
        take_in(session, readings, now, opener(now))
    works.store.close()


def rules(terminal: Terminal) -> dict[str, dict[str, object]]:
    return {one["key"]: one for one in terminal("rules", "list", "--json").json}


def test_a_rule_is_listed_with_what_it_does_and_how_it_stands(any_terminal: Terminal) -> None:
    before = rules(ratio(any_terminal))["mentions-burst"]
    assert (before["learned"], before["level"], before["newest"]) == (False, "green", None)
    post(any_terminal, 400)
    calm = rules(any_terminal)["mentions-burst"]
    assert (calm["learned"], calm["level"]) == (True, "green")
    assert calm["levels"] == {"yellow": "4", "orange": "6"}
    printed = any_terminal.says("rules", "list")
    assert "mentions-burst" in printed and printed.endswith("1 rule.")


def test_what_is_heard_is_shown_with_its_last_day(any_terminal: Terminal) -> None:
    ratio(any_terminal)
    post(any_terminal, 400, 2)
    printed = any_terminal.says("listening")
    assert "orange" in printed and "mentions-burst" in printed and "█" in printed
    (found,) = json.loads(any_terminal.says("listening", "--json"))["rules"]
    assert (found["rule"], found["standing"]["level"], len(found["hours"])) == ("mentions-burst", "orange", 24)
    assert found["standing"]["near"] > 1


def test_without_rules_listening_says_what_to_do(terminal: Terminal) -> None:
    terminal.says("rules", "remove", "mentions-burst")
    assert "crisis rules load" in terminal.says("listening")


def test_a_rule_is_shown_in_words_with_what_it_measures(terminal: Terminal) -> None:
    assert (
        ratio(terminal)
        .says("rules", "show", "mentions-burst")
        .endswith("It has not learned enough to speak; no reading yet.")
    )
    post(terminal, 400, 2)
    english, spanish, measured = terminal.says("rules", "show", "mentions-burst").splitlines()
    assert english.startswith("mentions-burst: Counts mentions (mentions.brand-aurora) in the last hour against the")
    assert spanish.startswith("mentions-burst: Cuenta menciones (mentions.brand-aurora) en la última hora frente a la")
    assert measured.startswith("Just now orange: score ")
    assert measured.endswith("; orange was told.")
    numbers = terminal("rules", "show", "mentions-burst", "--json").json["standing"]
    assert numbers["observed"] == 2100
    assert numbers["limit"] == pytest.approx(4 * numbers["usual"])
    assert (numbers["level"], numbers["told"]) == ("orange", "orange")


def test_an_unknown_rule_is_refused_everywhere(terminal: Terminal) -> None:
    told = 'There is no rule "burst". Use one of: mentions-burst.'
    assert terminal.refuses("rules", "show", "burst") == told
    assert terminal.refuses("rules", "remove", "burst") == told
    assert terminal.refuses("rules", "set", "burst", "--level", "yellow=5") == told


def test_one_rule_is_changed_by_command_and_says_what_changed(any_terminal: Terminal) -> None:
    words = ("--level", "yellow=5", "--level", "orange=8/6", "--level", "red=20", "--parameter", "minimum=800")
    said = ratio(any_terminal).says(
        "rules", "set", "mentions-burst", *words, "--action", "yellow=ask", "--subject", "product-oat-drink"
    )
    assert set(said.splitlines()) == {
        "mentions-burst, subject: brand-aurora → product-oat-drink.",
        "mentions-burst, levels.yellow: 4 → 5.",
        "mentions-burst, levels.orange: 6 → 8, left below 6.",
        "mentions-burst, levels.red: – → 20.",
        "mentions-burst, minimum: 500 → 800.",
        "mentions-burst, actions.yellow: – → ask.",
    }
    again = any_terminal.says("rules", "set", "mentions-burst", *words)
    assert again == "mentions-burst says that already."
    back = any_terminal.says(
        "rules", "set", "mentions-burst", "--level", "red=", "--action", "yellow=", "--field", "opens=false"
    )
    assert set(back.splitlines()) == {
        "mentions-burst, levels.red: 20 → –.",
        "mentions-burst, actions.yellow: ask → –.",
        "mentions-burst, opens: true → false.",
    }


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--level", "yellow=9"), "levels: yellow 9, orange 6: the limits must rise from yellow to red; correct it."),
        (("--level", "yellow=lots"), None),
        (("--level", "yellow"), None),
        (
            ("--parameter", "windows=2h"),
            'ratio has no parameter "windows"; use one of: sustained, hold, clear, levels, unit, window, minimum, '
            "baseline.",
        ),
        (("--level", "purple=3"), 'no level "purple"; use yellow, orange or red.'),
        (("--action", "purple=ask"), 'no level "purple"; use yellow, orange or red.'),
        (
            ("--field", "severity=red"),
            'a rule has no parameter "severity"; use one of: key, series, playbook, subject, opens, actions, asks, '
            "answer_within, raises, kind, parameters.",
        ),
        (
            ("--playbook", "none"),
            'no playbook "none" in the protocol store. Use one of: data-breach, social-firestorm.',
        ),
        (
            ("--subject", "none"),
            'no subject "none" in the protocol store. Use one of: {subjects}.',
        ),
        (("--field", "key=other"), "a rule keeps its key; export it, and import it under the other one."),
    ],
)
def test_a_bad_change_is_refused_in_one_sentence(terminal: Terminal, words: tuple[str, ...], told: str | None) -> None:
    said = ratio(terminal).refuses("rules", "set", "mentions-burst", *words)
    expected = {
        "yellow=lots": "--level: lots is not a limit; write a number, 8/6 to leave it below 6, or a span like 20m.",
        "yellow": "--level yellow: write it as NAME=VALUE, like yellow=4.",
    }
    subjects = ", ".join(
        sorted(one["key"] for one in yaml.safe_load(Path("examples/company.yaml").read_text())["subjects"])
    )
    assert said == (expected[words[1]] if told is None else f"mentions-burst: {told.format(subjects=subjects)}")


@pytest.mark.parametrize("name", ["rules.yaml", "rules.xlsx", "sheets"])
def test_what_is_exported_is_imported_again_without_a_difference(
    any_terminal: Terminal, tmp_path: Path, name: str
) -> None:
    any_terminal.says("rules", "load", _file(tmp_path, SILENCE))
    assert any_terminal.says("rules", "export", tmp_path / name) == f"2 rules are in {tmp_path / name}."
    assert any_terminal("rules", "diff", tmp_path / name).out == "An import would change nothing."
    assert any_terminal.says("rules", "import", tmp_path / name) == "Rules: 0 added, 0 changed, 0 removed."
    assert any_terminal.refuses("rules", "export", tmp_path / name).endswith(
        "it is there already; name another one, or pass --overwrite."
    )


def test_a_difference_is_shown_and_ends_with_1(terminal: Terminal, tmp_path: Path) -> None:
    terminal.says("rules", "export", tmp_path / "rules.xlsx", "--lang", "en")
    book = load_workbook(tmp_path / "rules.xlsx")
    headings = [cell.value for cell in book["Rules"][1]]
    book["Rules"].cell(2, headings.index("Minimum") + 1).value = 900
    book.save(tmp_path / "rules.xlsx")
    printed = terminal("rules", "diff", tmp_path / "rules.xlsx")
    assert printed.code == 1
    assert printed.out.endswith("1 difference.")
    assert terminal.says("rules", "import", tmp_path / "rules.xlsx") == "Rules: 0 added, 1 changed, 0 removed."


def test_an_import_is_all_or_nothing_and_tells_every_fault_at_once(terminal: Terminal, tmp_path: Path) -> None:
    terminal.says("rules", "export", tmp_path / "reglas.xlsx")
    book = load_workbook(tmp_path / "reglas.xlsx")
    sheet = book["Reglas"]
    good = [cell.value for cell in sheet[2]]
    sheet.append(["another", *good[1:]])
    sheet.append(["bad", "adivina", *good[2:]])
    book.save(tmp_path / "reglas.xlsx")
    told = terminal.refuses("rules", "import", tmp_path / "reglas.xlsx")
    assert "no es una opción" in told
    assert told.endswith(f"{tmp_path / 'reglas.xlsx'}: 1 fallo; nada se ha escrito. Corríjalo.")
    assert set(rules(terminal)) == {"mentions-burst"}


def test_to_replace_removes_what_is_not_in_the_file_after_asking(any_terminal: Terminal, tmp_path: Path) -> None:
    file = _file(tmp_path, SILENCE)
    assert any_terminal.says("rules", "import", file) == "Rules: 1 added, 0 changed, 0 removed."
    assert set(rules(any_terminal)) == {"mentions-burst", "mentions-silence"}
    asked = any_terminal("rules", "import", file, "--replace", typed="n\n")
    assert asked.code == 1
    assert asked.out.endswith("Remove 1 rule? [y/N]: Nothing was changed.")
    assert set(rules(any_terminal)) == {"mentions-burst", "mentions-silence"}
    assert any_terminal("rules", "import", file, "--replace", typed="y\n").code == 0
    assert set(rules(any_terminal)) == {"mentions-silence"}
    back = any_terminal.says("rules", "import", RULES, "--replace", "--yes")
    assert back == "Rules: 1 added, 0 changed, 1 removed."


def test_levels_that_a_rule_leaves_unsaid_stay_when_one_is_changed(terminal: Terminal) -> None:
    assert terminal.says("rules", "set", "mentions-burst", "--level", "yellow=2.5") == (
        "mentions-burst, levels.yellow: 2.1 → 2.5."
    )
    assert rules(terminal)["mentions-burst"]["levels"] == {"yellow": "2.5", "orange": "3", "red": "4"}


def test_what_the_docs_tell_to_change_is_taken_for_the_rules_of_the_sample(terminal: Terminal) -> None:
    terminal.says("rules", "import", Path("examples/rules.yaml"))
    block = Path("docs/rules.md").read_text().split("**By command**")[1].split("```")[1]
    commands = [shlex.split(line)[1:] for line in block.strip().splitlines()]
    assert len(commands) == 4
    said = [terminal.says(*command) for command in commands]
    assert said[0].splitlines() == [
        "mentions-burst, levels.yellow: 2.1 → 2.5.",
        "mentions-burst, levels.orange: 3 → 3.5, left below 2.8.",
    ]


def test_limits_that_do_not_rise_are_named_with_those_that_were_left_unsaid(terminal: Terminal) -> None:
    told = terminal.refuses("rules", "set", "mentions-burst", "--level", "yellow=5", "--level", "orange=8/6")
    assert told == (
        "mentions-burst: levels: yellow 5, orange 8, red 4: the limits must rise from yellow to red; correct it."
    )


def test_a_removed_rule_leaves_its_alarms(terminal: Terminal) -> None:
    post(terminal, 400, 2)
    breaches = terminal.rows()["breach"]
    assert breaches > 0
    assert terminal.says("rules", "remove", "mentions-burst") == "mentions-burst watches no more. Its alarms stay."
    assert terminal.rows()["breach"] == breaches
    assert terminal.says("rules", "list") == "0 rules."
    assert terminal.says("report", "1", "--out", terminal.home / "report.html")


def test_the_history_says_who_changed_what_and_why(any_terminal: Terminal) -> None:
    ratio(any_terminal).says(
        "rules", "set", "mentions-burst", "--level", "yellow=5", "--by", "Nuria", "--why", "too loud"
    )
    any_terminal.says("rules", "remove", "mentions-burst", "--by", "Tom")
    any_terminal.says("load", "--rules", RULES, "--by", "Eva")
    added, removed, changed, first = any_terminal("rules", "history", "mentions-burst", "--json").json
    assert (changed["by"], changed["why"], changed["source"]) == ("Nuria", "too loud", "crisis rules set")
    assert changed["before"]["parameters"]["levels"] == {"yellow": 4, "orange": 6}
    assert changed["after"]["parameters"]["levels"] == {"yellow": 5, "orange": 6}
    assert (first["by"], first["before"]["kind"], first["after"]["kind"]) == ("Ana", "burst", "ratio")
    assert (removed["by"], removed["after"]) == ("Tom", None)
    assert (added["by"], added["before"], added["source"]) == ("Eva", None, "crisis load one_rule.yaml")
    printed = any_terminal.says("rules", "history")
    assert "levels.yellow" in printed and printed.endswith("4 changes.")
    assert any_terminal.refuses("rules", "history", "none") == (
        'The history knows no rule "none"; `crisis rules history` shows those it does.'
    )


def test_the_history_shows_the_same_changes_as_the_command(any_terminal: Terminal) -> None:
    words = ("--level", "red=", "--field", "opens=false")
    said = any_terminal.says("rules", "set", "mentions-burst", *words)
    assert set(said.splitlines()) == {
        "mentions-burst, levels.red: 4 → –.",
        "mentions-burst, opens: true → false.",
    }
    printed = any_terminal.says("rules", "history", "mentions-burst")
    rows = [line.split()[-3:] for line in printed.splitlines() if "→" not in line]
    assert ["levels.red", "4", "–"] in rows and ["opens", "true", "false"] in rows
    assert "levels.yellow" not in printed and "levels.orange" not in printed


def test_rules_are_checked_before_they_are_loaded(terminal: Terminal, tmp_path: Path) -> None:
    file = _file(tmp_path, SILENCE.replace("social-firestorm", "data-breech"))
    printed = terminal("rules", "check", file, "--json")
    assert printed.code == 1
    assert [one["severity"] for one in printed.json] == ["error", "warning"]
    assert printed.json[0]["what"].startswith('there is no playbook "data-breech"')
    spanish = terminal("rules", "check", "--lang", "es", "--json")
    assert spanish.code == 0
    assert spanish.json[0]["what"].startswith("«mentions.brand-aurora» todavía no ha contado nada")
    assert "rule mentions-burst" in {one["where"] for one in terminal("check", "--json").json}


def test_the_template_is_ready_to_be_filled(terminal: Terminal, tmp_path: Path) -> None:
    said = terminal.says("rules", "template", tmp_path / "reglas.xlsx")
    assert said == f"{tmp_path / 'reglas.xlsx'} is ready to be filled. Rows that begin with # are not read."
    assert terminal.refuses("rules", "import", tmp_path / "reglas.xlsx") == (
        f"{tmp_path / 'reglas.xlsx'}: there is no rule in it; write one row for each."
    )
    assert terminal.refuses("rules", "import", tmp_path / "reglas.txt") == (
        f"{tmp_path / 'reglas.txt'}: name a file that ends in .yaml or .xlsx, or a folder of CSV files."
    )


def test_what_is_found_is_told_in_spanish_from_the_title_to_the_count(terminal: Terminal, tmp_path: Path) -> None:
    file = _file(tmp_path, SILENCE.replace("social-firestorm", "data-breech"))
    lines = terminal("rules", "check", file, "--lang", "es").out.splitlines()
    assert lines[0].strip() == "Lo que se ha encontrado"
    assert [word for word in ("dónde", "qué pasa", "qué hacer") if word not in lines[2]] == []
    assert lines[-1] == "1 error, 1 advertencia."
    text = "\n".join(lines)
    assert "regla" in text and not any(word in text for word in ("rule ", "warning", "Findings"))


def _file(folder: Path, text: str) -> Path:
    file = folder / "some.yaml"
    file.write_text(text)
    return file
