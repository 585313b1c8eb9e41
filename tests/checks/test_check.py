"""The playbook compiler finds what would go wrong in the fire, and stays quiet about the sample company."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import delete, update

from playbooks.format import Playbook
from playbooks.versions import keep, newest
from protocol.messages import MessageTemplate
from protocol.people import Contact, Member
from protocol.words import Channel, Language
from tests.fakes.terminal import COMPANY, Terminal

Company = dict[str, Any]


def load(terminal: Terminal, tmp_path: Path, change: Callable[[Company], None]) -> None:
    """Loads the sample company with one thing changed."""
    company = yaml.safe_load(COMPANY.read_text())
    change(company)
    file = tmp_path / "company.yaml"
    file.write_text(yaml.safe_dump(company, allow_unicode=True))
    terminal.says("load", "--company", file)


def findings(terminal: Terminal, severity: str) -> dict[str, str]:
    """What was found, by place."""
    found = terminal("check", "--json").json
    return {one["where"]: f"{one['what']} {one['remedy']}" for one in found if one["severity"] == severity}


def of_key(company: Company, kind: str, key: str) -> Company:
    return next(entry for entry in company[kind] if entry["key"] == key)


def test_the_sample_company_has_no_errors(any_terminal: Terminal) -> None:
    printed = any_terminal("check")
    assert printed.code == 0
    assert "0 errors" in printed.out


def test_absences_of_everybody_leave_a_gap_that_is_told_to_the_hour(any_terminal: Terminal, tmp_path: Path) -> None:
    def leave(company: Company) -> None:
        for key in ("marta.vidal", "tom.baker"):
            of_key(company, "members", key)["absences"] = [{"starts": "2020-01-01T00:00Z", "ends": "2099-01-01T00:00Z"}]

    load(any_terminal, tmp_path, leave)
    errors = findings(any_terminal, "error")
    where = "social-firestorm, pre_crisis, step 2 (freeze-publishing)"
    assert errors[where].startswith("it reaches nobody from 20")
    assert errors[where].endswith("Add somebody with a contact to social-lead, or move an absence.")
    assert findings(any_terminal, "warning")["role social-lead"].startswith("everybody who holds it is absent from")
    assert any_terminal("check").code == 1


def test_an_absence_in_two_weeks_is_found_today(terminal: Terminal, tmp_path: Path) -> None:
    def leave(company: Company) -> None:
        for key in ("carmen.leal", "pablo.serra"):
            of_key(company, "members", key)["absences"] = [
                {"starts": _in_days(terminal, 14), "ends": _in_days(terminal, 16)}
            ]

    load(terminal, tmp_path, leave)
    gap = findings(terminal, "warning")["role data-protection-officer"]
    starts, ends = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", gap)
    assert datetime.fromisoformat(ends) - datetime.fromisoformat(starts) == timedelta(days=2)


def test_a_role_of_one_person_is_a_warning_and_one_of_none_an_error(terminal: Terminal, tmp_path: Path) -> None:
    load(terminal, tmp_path, lambda company: of_key(company, "roles", "hr-lead").update(holders=["andrew.cole"]))
    warnings = findings(terminal, "warning")
    assert warnings["role hr-lead"].startswith("only Andrew Cole holds it, and nobody deputises.")
    assert terminal("check").code == 0


def test_signers_who_are_the_same_person_cannot_sign_twice(terminal: Terminal, tmp_path: Path) -> None:
    def unite(company: Company) -> None:
        for role in ("communications-lead", "legal-lead", "crisis-lead"):
            of_key(company, "roles", role)["holders"] = ["elena.castro"]

    load(terminal, tmp_path, unite)
    error = findings(terminal, "error")["social-firestorm, pre_crisis, step 7 (holding-statement)"]
    assert error.startswith("it cannot collect 2 sign-offs by different people from 20")


def test_a_person_without_a_working_contact_is_found(any_terminal: Terminal) -> None:
    works = any_terminal.works()
    with works.store.write() as session:
        member = session.query(Member).filter_by(key="pablo.serra").one()
        session.execute(update(Contact).where(Contact.member_id == member.id).values(opted_out_at=works.clock.now()))
    assert findings(any_terminal, "error")["member pablo.serra"].startswith(
        "they hold a role, and have no working contact."
    )


def test_a_gate_that_nobody_can_decide_ends_nowhere(terminal: Terminal) -> None:
    works = terminal.works()
    with works.store.write() as session:
        people = [session.query(Member).filter_by(key=key).one().id for key in ("javier.ortega", "robert.hayes")]
        chief = session.query(Member).filter_by(key="elena.castro").one().id
        gone = Contact.member_id.in_([*people, chief])
        session.execute(update(Contact).where(gone).values(opted_out_at=works.clock.now()))
    errors = findings(terminal, "error")
    assert errors["data-breach, crisis, gate"].startswith("nobody can decide from 20")
    assert errors["social-firestorm, crisis"].startswith("from here the incident can never be closed.")


def test_a_missing_text_is_found(terminal: Terminal) -> None:
    works = terminal.works()
    with works.store.write() as session:
        session.execute(
            delete(MessageTemplate).where(
                MessageTemplate.key == "signal-alert",
                MessageTemplate.language == Language.EN,
                MessageTemplate.channel == Channel.SMS,
            )
        )
    error = findings(terminal, "error")["social-firestorm, pre_crisis, step 1 (alert)"]
    assert error == 'the message "signal-alert" has no sms text in en. Write it in the library, and run `crisis load`.'


def test_a_person_whose_only_channel_has_no_text_is_found(terminal: Terminal) -> None:
    works = terminal.works()
    with works.store.write() as session:
        member = session.query(Member).filter_by(key="raquel.pena").one()
        session.execute(
            update(Contact)
            .where(Contact.member_id == member.id, Contact.channel == Channel.EMAIL)
            .values(opted_out_at=works.clock.now())
        )
    error = findings(terminal, "error")["social-firestorm, pre_crisis, step 4 (open-log)"]
    assert error.startswith('raquel.pena has only sms, and the message "open-log" has no text for it.')


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{{ nonsense }}", "A message cannot be rendered: 'nonsense' is undefined; give the variable"),
        ("{% if deputy_for %}{{ nonsense }}{% endif %}", "A message cannot be rendered: 'nonsense' is undefined;"),
        ("{% if due %}{{ quorum }}{% endif %}", "A message cannot be rendered: 'quorum' is undefined;"),
        ("{% if %}", "A message template is broken:"),
    ],
)
def test_a_text_that_does_not_render_is_found_in_every_branch(terminal: Terminal, body: str, sentence: str) -> None:
    _rewrite(terminal, "signal-alert", body)
    assert findings(terminal, "error")["message signal-alert, en sms"].startswith(sentence)


def test_a_long_sms_is_a_warning(terminal: Terminal) -> None:
    _rewrite(terminal, "signal-alert", "я" * 400)
    assert findings(terminal, "warning")["message signal-alert, en sms"].startswith(
        "UCS-2, 7 segments (409 characters), because of я; each segment is paid."
    )


def test_an_sms_is_counted_as_it_leaves_in_plain_letters(terminal: Terminal) -> None:
    _rewrite(terminal, "signal-alert", "á" * 400)  # 3 segments as GSM-7, 7 as it stands in the library
    assert "message signal-alert, en sms" not in findings(terminal, "warning")


def test_a_call_that_takes_too_long_or_reads_a_link_is_a_warning(terminal: Terminal) -> None:
    _rewrite(terminal, "signal-alert", "word " * 200, Channel.VOICE)
    said = findings(terminal, "warning")["message signal-alert, en voice"]
    assert said.startswith(
        "it takes about 80 s to read aloud; people hang up before they are asked. Shorten it to 60 s."
    )
    _rewrite(terminal, "signal-alert", "Open {{ link }}", Channel.VOICE)
    said = findings(terminal, "warning")["message signal-alert, en voice"]
    assert said == "it reads a link aloud. Say where to look instead."


ALERT = "social-firestorm, pre_crisis, step 1 (alert)"
LINES = "social-firestorm, pre_crisis, step 8 (front-line-lines)"


def test_a_rung_or_wave_of_nobody_who_is_there_is_found(any_terminal: Terminal, tmp_path: Path) -> None:
    def leave(company: Company) -> None:
        for key in ("beatriz.soto", "andrew.cole"):
            of_key(company, "members", key)["absences"] = [{"starts": "2020-01-01T00:00Z", "ends": "2099-01-01T00:00Z"}]

    rung = {"after": "5m", "to": {"roles": ["hr-lead"]}}
    wave = {"fewer_than": 2, "within": "15m", "to": {"teams": ["hr"]}}
    _change_step(any_terminal, "alert", acknowledge={"within": "5m", "chain": [rung]})
    _change_step(any_terminal, "front-line-lines", waves=[wave])
    assert findings(any_terminal, "error") == {}
    load(any_terminal, tmp_path, leave)
    errors = findings(any_terminal, "error")
    assert errors[f"{ALERT}, rung 1"].startswith("it reaches nobody from 20")
    assert errors[f"{ALERT}, rung 1"].endswith("Add somebody with a contact to hr-lead, or move an absence.")
    assert errors[f"{LINES}, wave 1"].startswith("it reaches nobody from 20")


def test_a_rung_or_wave_of_an_unknown_role_team_or_member_is_found(any_terminal: Terminal) -> None:
    chain = [{"after": "5m", "to": {"roles": ["pilot"]}}, {"after": "9m", "to": {"members": ["nobody"]}}]
    _change_step(any_terminal, "alert", acknowledge={"within": "5m", "chain": chain})
    wave = {"fewer_than": 2, "within": "15m", "to": {"teams": ["fleet"]}}
    _change_step(any_terminal, "front-line-lines", waves=[wave])
    errors = findings(any_terminal, "error")
    assert errors[f"{ALERT}, rung 1"].startswith('No role "pilot" in the protocol. Add it, or use one of: ')
    assert errors[f"{ALERT}, rung 2"].startswith('No member "nobody" in the protocol; `crisis who --all` lists them.')
    assert errors[f"{LINES}, wave 1"].startswith('No team "fleet" in the protocol. Add it, or use one of: ')


def test_times_that_do_not_grow_and_channels_without_a_text_are_found(any_terminal: Terminal) -> None:
    chain = [{"after": "5m"}, {"after": "5m", "channels": ["chat"]}]
    _change_step(any_terminal, "alert", acknowledge={"within": "5m", "chain": chain})
    found = any_terminal("check", "--json").json
    said = [f"{one['what']} {one['remedy']}" for one in found if one["where"] == f"{ALERT}, rung 2"]
    assert said == [
        "it comes after 5m, and rung 1 after 5m. Let the times grow from rung to rung.",
        'the message "signal-alert" has no chat text in es. Write it in the library, and run `crisis load`.',
        'the message "signal-alert" has no chat text in en. Write it in the library, and run `crisis load`.',
    ]


def test_numbers_that_can_never_be_reached_are_found(any_terminal: Terminal) -> None:
    _change_step(any_terminal, "alert", quorum=3)
    wave = {"fewer_than": 5, "within": "15m", "to": {"teams": ["hr"]}}
    _change_step(any_terminal, "front-line-lines", waves=[wave])
    errors = findings(any_terminal, "error")
    assert errors[f"{ALERT}, quorum"] == (
        "3 people are to acknowledge, and only 2 are told. Lower it, or add people to communications-lead, "
        "monitoring-lead."
    )
    assert errors[f"{LINES}, wave 1"] == (
        "it wants 5 answers, and only 4 people were asked before. Lower `fewer_than`, or tell more people first."
    )


def test_an_empty_store_is_told(terminal: Terminal, tmp_path: Path) -> None:
    terminal.settings["CRISIS_HOME"] = str(tmp_path / "fresh")
    terminal.says("migrate")
    assert findings(terminal, "error") == {"protocol store": "no playbook is loaded. Run `crisis load`."}


def test_a_playbook_for_another_company_is_found(terminal: Terminal, tmp_path: Path) -> None:
    terminal.settings["CRISIS_HOME"] = str(tmp_path / "fresh")
    terminal.says("migrate")
    load(terminal, tmp_path, lambda company: None)
    terminal.says("load")
    works = terminal.works()
    with works.store.write() as session:
        session.connection().exec_driver_sql("UPDATE role SET key = 'press-chief' WHERE key = 'communications-lead'")
    error = findings(terminal, "error")["social-firestorm, pre_crisis, step 1 (alert)"]
    assert error.startswith('No role "communications-lead" in the protocol. Add it, or use one of: chief-executive,')


def _change_step(terminal: Terminal, key: str, **changes: Any) -> None:
    """A newer version of the playbook, with one step of pre-crisis changed."""
    works = terminal.works()
    with works.store.write() as session:
        document = newest(session, "social-firestorm").playbook.model_dump(mode="json")
        next(step for step in document["phases"]["pre_crisis"]["steps"] if step["key"] == key).update(changes)
        keep(session, Playbook.model_validate(document), works.clock.now())


def _rewrite(terminal: Terminal, key: str, body: str, channel: Channel = Channel.SMS) -> None:
    with terminal.works().store.write() as session:
        session.execute(
            update(MessageTemplate)
            .where(
                MessageTemplate.key == key,
                MessageTemplate.language == Language.EN,
                MessageTemplate.channel == channel,
            )
            .values(body=body)
        )


def _in_days(terminal: Terminal, days: int) -> str:
    return (terminal.works().clock.now() + timedelta(days=days)).isoformat()
