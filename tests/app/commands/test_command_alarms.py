"""Whoever is at the server lists the alarms, says whether one is real, and sees how right the rules are."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from app.asking import ask_about_alarms
from monitoring.intake import take_in
from monitoring.opening import opener
from monitoring.readings import ReadingValue
from monitoring.rows import MonitoringRule
from tests.fakes.terminal import Terminal

RULES = """
rules:
  - key: many-inquiries
    series: inquiries.brand-aurora
    playbook: social-firestorm
    subject: brand-aurora
    kind: static
    actions: {yellow: ask, orange: open}
    asks: monitoring-lead
    answer_within: 5m
    parameters: {unit: inquiries, levels: {yellow: 100, orange: 300}}
"""


@pytest.fixture
def asked(any_terminal: Terminal, tmp_path: Path) -> Terminal:
    """A terminal at a store where the duty officer has just been asked about alarm 1."""
    file = tmp_path / "rules.yaml"
    file.write_text(RULES)
    assert any_terminal.says("load", "--rules", file) == "Rules: 1 loaded."
    count(any_terminal, 120)
    return any_terminal


def count(terminal: Terminal, value: float) -> None:
    """So many inquiries now, and a supervisor looks."""
    works = terminal.works()
    now = works.clock.now()
    with works.store.write() as session:
        take_in(session, [ReadingValue("inquiries.brand-aurora", now, value, str(value))], now, opener(now))
    ask_about_alarms(works)
    works.store.close()


def test_alarms_are_listed_with_what_they_came_to(asked: Terminal) -> None:
    (line,) = asked("alarms", "--json").json
    expected = {"number": 1, "rule": "many-inquiries", "level": "yellow", "action": "ask", "verdict": None, "asked": 1}
    assert {key: line[key] for key in expected} == expected
    assert (line["incident"], line["ended"], line["unanswered"]) == (None, None, False)
    table = asked.says("alarms")
    assert "120 inquiries in the last hour" in table and "asked 1 person" in table and "burning" in table


def test_the_number_of_an_alarm_alone_is_answered_with_what_can_be_done(terminal: Terminal) -> None:
    assert terminal.refuses("alarms", "99") == (
        "An alarm is not shown by itself: `crisis alarms` lists them all, and `crisis alarms answer 99 "
        "real|false-alarm --member MEMBER` says what this one is."
    )


def test_a_false_alarm_opens_nothing_and_is_remembered(asked: Terminal) -> None:
    said = asked.says("alarms", "answer", "1", "false-alarm", "--member", "sergio.molina", "--note", "a joke")
    assert said == "Alarm 1 is a false alarm; nothing was opened."
    assert asked.says("status") == "No incident is open."
    assert "dismissed" in asked.says("alarms")
    again = asked.says("alarms", "answer", "1", "real", "--member", "ana.ruiz")
    assert again == "Alarm 1 was answered already: a false alarm. Nothing changed."
    (record,) = asked("alarms", "report", "--json").json
    assert {key: record[key] for key in ("rule", "alarms", "asked", "real", "false_alarms", "unanswered")} == {
        **{"rule": "many-inquiries", "alarms": 1, "asked": 1, "real": 0, "false_alarms": 1, "unanswered": 0}
    }
    assert (record["false_per_week"], record["precision"]) == (1.0, 0.0)
    assert record["median_answer"] >= 0
    assert "many-inquiries" in asked.says("alarms", "report")


def test_real_opens_and_the_status_says_what_burns(asked: Terminal) -> None:
    said = asked.says("alarms", "answer", "1", "real", "--member", "kate.young")  # who was not even asked
    assert said == "Alarm 1 is real: INC-1 is open."
    status = asked.says("status", "1")
    assert "Monitoring: still yellow (rule many-inquiries)." in status
    assert "Kate Young answered through a person at the server about the alarm of rule many-inquiries" in status
    assert asked("status", "1", "--json").json["monitoring"] == ["Monitoring: still yellow (rule many-inquiries)."]
    count(asked, 300)
    assert "level orange" in asked.says("status", "1")
    assert [line["joined"] for line in asked("alarms", "--json").json] == [True, False]


def test_a_word_about_an_alarm_that_opened_is_noted_there(asked: Terminal) -> None:
    count(asked, 300)
    said = asked.says("alarms", "answer", "2", "false-alarm", "--member", "sergio.molina")
    assert said == "Alarm 2 is a false alarm; noted in INC-1. Nothing closes by itself."


def test_the_after_action_report_says_what_people_said_of_each_alarm(asked: Terminal, tmp_path: Path) -> None:
    asked.says("alarms", "answer", "1", "real", "--member", "sergio.molina")
    count(asked, 300)
    for language, words in (("en", ("Real", "Not asked", "still burning")), ("es", ("Sin preguntar", "sigue activa"))):
        asked.says("report", "1", "--lang", language, "--out", tmp_path / language)
        html = (tmp_path / language).read_text()
        assert all(word in html for word in words) and "many-inquiries" in html
    assert "120 consultas en la última hora; el límite es 100." in html


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("9", "real", "--member", "ana.ruiz"), "There is no alarm 9; `crisis alarms` lists those there are."),
        (
            ("1", "real", "--member", "nobody"),
            'No member "nobody" in the protocol; `crisis who --all` lists them.',
        ),
        (
            ("1", "real", "--member", "ana.ruiz", "--note", "x" * 501),
            "The note is too long; say it in 500 characters.",
        ),
    ],
)
def test_what_cannot_be_answered_is_told(asked: Terminal, words: tuple[str, ...], remedy: str) -> None:
    assert asked.refuses("alarms", "answer", *words) == remedy


def test_without_alarms_that_is_said(terminal: Terminal) -> None:
    assert terminal.says("alarms") == terminal.says("alarms", "report") == "No rule has raised an alarm."


def test_only_those_since_a_moment_are_listed(asked: Terminal) -> None:
    works = asked.works()
    later = works.clock.now() + timedelta(minutes=1)
    works.store.close()
    assert asked("alarms", "--since", later.isoformat(), "--json").json == []
    assert asked("alarms", "report", "--since", later.isoformat(), "--json").json == []


def test_the_check_says_that_nobody_can_be_asked(asked: Terminal) -> None:
    assert "asks the duty officer" not in asked("check").out
    works = asked.works()
    with works.store.write() as session:
        session.execute(update(MonitoringRule).values(asks="listening-lead"))
    works.store.close()
    (found,) = [
        one
        for one in asked("check", "--json").json
        if one["where"] == "rule many-inquiries" and one["severity"] == "error"
    ]
    assert found["what"] == ('it asks the duty officer, and the protocol has no role or team "listening-lead".')
