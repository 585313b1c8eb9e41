"""Commands that only read: who, preview, timeline; and load, all or nothing."""

from pathlib import Path

import pytest

from tests.fakes.terminal import COMPANY, RULES, Terminal


def test_who_says_it_in_a_sentence(any_terminal: Terminal) -> None:
    assert any_terminal.says("who", "communications-lead") == (
        "Lucía Romero holds communications-lead. Then, in order: Tom Baker, Marta Vidal."
    )
    assert any_terminal.says("who", "hr", "--at", "2026-12-24 22:00") == (
        "Of the team Human resources, Beatriz Soto, Andrew Cole at 2026-12-24 22:00 UTC."
    )
    assert any_terminal.says("who", "press-list").endswith("only signed-off words reach it.")
    assert any_terminal.says("who", "ana.ruiz").endswith("Roles, as holder or deputy: monitoring-lead.")
    assert "customer.panel.es" in any_terminal.says("who", "--all")


def test_who_names_an_absence_and_the_deputy_in_its_place(terminal: Terminal, tmp_path: Path) -> None:
    company = COMPANY.read_text().replace(
        "    email: [lucia.romero@example.com]\n",
        "    email: [lucia.romero@example.com]\n"
        '    absences:\n      - {starts: "2026-12-24T00:00:00", ends: "2026-12-27T00:00:00"}\n',
    )
    (tmp_path / "company.yaml").write_text(company)
    terminal.says("load", "--company", tmp_path / "company.yaml")
    assert terminal.says("who", "communications-lead", "--at", "2026-12-25T12:00:00+01:00") == (
        "Lucía Romero is absent until Sun 27 Dec 00:00; deputy Tom Baker acts as communications-lead. "
        "Then, in order: Marta Vidal."
    )


def test_who_refuses_what_it_does_not_know(terminal: Terminal) -> None:
    assert terminal.refuses("who", "queen").startswith('No role, team or member "queen" in the protocol. Roles: chief')
    assert (
        '"soon" is not a moment; write it like "2026-03-03 21:00" (UTC).'
        in terminal("who", "crisis-lead", "--at", "soon").err
    )


def test_preview_writes_to_a_person_in_their_language_and_counts_segments(any_terminal: Terminal) -> None:
    said = any_terminal.says("preview", "gate-code", "--to", "tom.baker", "--channel", "sms")
    assert said.startswith("gate-code, en sms, version 1\nINC-7: a decision is needed: crisis / closed.")
    assert "GSM-7, 2 segments" in said
    assert "gate-code, es" not in said
    assert "Hello Tom," in any_terminal.says("preview", "gate-code", "--to", "tom.baker")


def test_preview_counts_an_sms_as_it_leaves_in_plain_letters(terminal: Terminal) -> None:
    said = terminal.says("preview", "signal-alert", "--lang", "es", "--channel", "sms")
    assert "en los ultimos 5 minutos" in said
    assert "GSM-7, 2 segments" in said


def test_preview_says_which_characters_make_an_sms_expensive(terminal: Terminal) -> None:
    terminal.says("open", "data-breach", "--subject", "site-shop", "--level", "red", "--why", "Шум")
    said = terminal.says("preview", "signal-alert", "--incident", "1", "--lang", "en", "--channel", "sms")
    assert "UCS-2" in said
    assert "because of Ш у м" in said


def test_preview_of_a_call_says_how_long_it_takes(terminal: Terminal) -> None:
    said = terminal.says("preview", "gate-code", "--lang", "en", "--channel", "voice")
    assert "Your one-time code is: 1, 2, 3, 4, 5, 6, 7, 8." in said
    assert "Subject" not in said
    assert said.endswith(" s aloud")


def test_preview_of_a_real_incident_says_its_subject(terminal: Terminal) -> None:
    terminal.says("open", "data-breach", "--subject", "site-shop", "--level", "red", "--why", "A list is for sale.")
    said = terminal.says("preview", "signal-alert", "--incident", "1", "--lang", "en")
    assert "INC-1" in said
    assert "A list is for sale." in said
    assert "Level: red" in said


def test_preview_shows_public_words_and_refuses_unknown_ones(terminal: Terminal) -> None:
    assert "first statement about" in terminal.says("preview", "firestorm-holding-statement", "--lang", "en")
    assert terminal.refuses("preview", "nothing").startswith(
        'No message "nothing" in the protocol store. Use one of: after-action-reminder,'
    )


def test_the_timeline_is_told_exported_and_verified(any_terminal: Terminal) -> None:
    any_terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    any_terminal.begin()
    told = any_terminal.says("timeline", "1").splitlines()
    exported = any_terminal("timeline", "1", "--json").jsons
    assert len(told) == len(exported)
    assert [line["previous"] for line in exported[1:]] == [line["hash"] for line in exported[:-1]]
    assert any_terminal.says("timeline", "1", "--verify") == f"INC-1: the chain of {len(exported)} lines holds."


def test_a_changed_line_breaks_the_chain(any_terminal: Terminal) -> None:
    any_terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    with any_terminal.works().store.write() as session:
        session.connection().exec_driver_sql("UPDATE timeline_entry SET kind = 'closed' WHERE number = 2")
    printed = any_terminal("timeline", "1", "--verify")
    assert printed.out == "INC-1: the chain is broken at line 2 of 2; compare it with a backup."
    assert printed.code == 1


def test_load_says_what_changed(any_terminal: Terminal) -> None:
    said = any_terminal.says("load", "--company", COMPANY, "--playbooks", "playbooks/library", "--rules", RULES)
    company, playbooks, rules = said.splitlines()
    assert company == "Aurora Foods: 28 members, 11 teams, 12 roles, 4 subjects loaded."
    assert playbooks.startswith("Playbooks: 0 new, 2 unchanged; texts: 0 new, ")
    assert rules == "Rules: 5 loaded."
    assert any_terminal.says("load").startswith("Playbooks: 0 new, 2 unchanged")


@pytest.mark.parametrize(
    ("flag", "wrong"),
    [("--rules", "rules:\n  - {key: a, series: m, playbook: nope, subject: x, kind: ratio, parameters: {}}")],
)
def test_load_is_all_or_nothing(any_terminal: Terminal, tmp_path: Path, flag: str, wrong: str) -> None:
    company = tmp_path / "company.yaml"
    company.write_text(COMPANY.read_text().replace("name: Lucía Romero", "name: Lucía R. Romero"))
    (tmp_path / "wrong.yaml").write_text(wrong)
    refused = any_terminal.refuses("load", "--company", company, flag, tmp_path / "wrong.yaml")
    assert refused.startswith("wrong.yaml, rule 1 (a):")
    assert "Lucía Romero holds" in any_terminal.says("who", "communications-lead")


def test_load_tells_each_fault_of_a_company(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "company.yaml"
    file.write_text(COMPANY.read_text().replace("+34 600 000 001", "600"))
    assert terminal.refuses("load", "--company", file).splitlines() == [
        f'{file}, member 1 (lucia.romero), {channel} 1: "600" is not a phone number; '
        'write it with its country, like "+34 600 000 001".'
        for channel in ("sms", "voice")
    ]
