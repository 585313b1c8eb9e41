"""Promises of the library: what ships is whole, and every fault is told by file, place and remedy."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy import select

from playbooks.format import Clock, Convene, Notify, Playbook, Publish, StepKind
from playbooks.library import FOLDER, LoadResult, check_against_protocol, load_library, read_library
from playbooks.references import phases_of
from playbooks.templates import template_environment, texts_of
from playbooks.variables import variables_of
from playbooks.versions import newest
from protocol.company import load_company, read_company
from protocol.messages import MessageTemplate
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Language, Remedy

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
COMPANY = Path(__file__).parents[2] / "examples" / "company.yaml"
LIBRARY = read_library()


def test_the_library_holds_two_playbooks_and_their_first_step_wakes_communications() -> None:
    assert [playbook.key for playbook in LIBRARY.playbooks] == ["data-breach", "social-firestorm"]
    for playbook in LIBRARY.playbooks:
        first = playbook.phases.pre_crisis.steps[0]
        assert isinstance(first, Notify)
        assert first.to.roles == ["communications-lead", "monitoring-lead"]
        assert first.acknowledge is not None
        assert first.acknowledge.within.total_seconds() == 300


@pytest.mark.parametrize("playbook", LIBRARY.playbooks, ids=lambda playbook: str(playbook.key))
def test_every_playbook_has_the_steps_of_the_table(playbook: Playbook) -> None:
    before, during, after = (plan for _, plan in phases_of(playbook))
    convened = next(step for step in before.steps if isinstance(step, Convene))
    assert (convened.quorum, len(convened.roles), convened.within.total_seconds()) == (3, 5, 900)
    assert {step.kind for step in before.steps} == set(StepKind)
    assert all(step.source for _, plan in phases_of(playbook) for step in plan.steps if isinstance(step, Clock))
    sitrep = next(step for step in during.steps if step.key == "sitrep")
    assert isinstance(sitrep, Notify)
    assert sitrep.repeat is not None
    assert sitrep.repeat.every.total_seconds() == 3600
    published = {step.key for step in during.steps if isinstance(step, Publish)}
    assert {"full-statement", "partners"} <= published
    spans = {step.key: step.after.days for step in after.steps if step.after}
    assert spans["hotwash-survey"] == 1
    assert spans["after-action-report"] == 7


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[str, str, str], str]:
    """Changes one place in a copy of the library and gives the error, with the folder's name cut off."""

    def change(file: str, old: str, new: str) -> str:
        folder = tmp_path / "library"
        shutil.copytree(FOLDER, folder)
        path = folder / file
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(Remedy) as error:
            read_library(folder)
        return str(error.value).replace(f"{folder}/", "")

    return change


BREACH = "data-breach/playbook.yaml"
GATE = "messages/gate-code.yaml"


def test_broken_yaml_names_file_and_line(copied: Callable[[str, str, str], str]) -> None:
    sentence = copied(BREACH, "key: data-breach\n", "key: [data-breach\n")
    assert sentence.startswith("data-breach/playbook.yaml, line 5: this is not YAML (")
    assert sentence.endswith("); correct it.")


def test_a_key_said_twice_is_refused(copied: Callable[[str, str, str], str]) -> None:
    sentence = copied(BREACH, "format: 1\n", "format: 1\nformat: 1\n")
    assert sentence == (
        'data-breach/playbook.yaml, line 4: this is not YAML (the key "format" stands twice); correct it.'
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "        to: {roles: [social-lead]}",
            "        to: {rols: [social-lead]}",
            'pre_crisis, step 3 (freeze-publishing): to: unknown key "rols". Use one of: members, roles, teams.',
        ),
        (
            "        within: 15m\n",
            "        within: 15 minutes\n",
            "pre_crisis, step 5 (convene-cabinet): within: '15 minutes' is not a span of time; "
            "write it like 5m, 2h or 3d.",
        ),
        (
            "        kind: convene\n",
            "        kind: convoke\n",
            'pre_crisis, step 5 (convene-cabinet): has the kind "convoke", which is not known; '
            "use one of: notify, convene, record, publish, clock.",
        ),
        (
            "        quorum: 3\n",
            "",
            'pre_crisis, step 5 (convene-cabinet): needs the key "quorum"; write it.',
        ),
        (
            "        quorum: 3\n",
            "        quorum: 6\n",
            "pre_crisis, step 5 (convene-cabinet): a quorum of 6 out of 5 roles is impossible. Lower it, or add roles.",
        ),
        (
            "        sign_offs: 2\n",
            "        sign_offs: 4\n",
            "pre_crisis, step 7 (holding-statement): 4 sign-offs by 3 roles are impossible. Lower it, or add some.",
        ),
        (
            "      - key: open-log\n",
            "      - key: alert\n",
            "pre_crisis, step 4 (alert): the key stands twice in this phase. Give it another one.",
        ),
        (
            "        to: {roles: [social-lead]}",
            "        to: {}",
            "pre_crisis, step 3 (freeze-publishing): it tells nobody. Give `to` roles, teams or members.",
        ),
        (
            "        message: open-log\n        channels: [email]\n",
            "        message: open-log\n",
            'pre_crisis, step 4 (open-log): the message "open-log" has no sms text in es. Write it in its file.\n'
            'data-breach/playbook.yaml, pre_crisis, step 4 (open-log): the message "open-log" has no sms text in en. '
            "Write it in its file.",
        ),
        (
            "        message: data-breach-holding-statement\n",
            "        message: data-breach-front-line\n",
            'pre_crisis, step 7 (holding-statement): the message "data-breach-front-line" is not public. '
            "Use another one, or write `public: true` in its file.",
        ),
        (
            "        acknowledge: {within: 5m}\n",
            "",
            "pre_crisis, step 1 (alert): nobody has to answer. Give it roles and acknowledge: {within: 5m}.",
        ),
        (
            "        to: {roles: [communications-lead, monitoring-lead]}\n",
            "        to: {roles: [communications-lead, monitoring-lead]}\n        level: red\n",
            "pre_crisis: the first step must tell people at once. Put a notify step without after and level first.",
        ),
    ],
)
def test_a_faulty_playbook_names_file_step_and_remedy(
    copied: Callable[[str, str, str], str], old: str, new: str, sentence: str
) -> None:
    assert copied(BREACH, old, new) == f"{BREACH}, {sentence}"


STORM = "social-firestorm/playbook.yaml"
ALERT, LINES = "pre_crisis, step 1 (alert)", "pre_crisis, step 8 (front-line-lines)"
NEXT = "            - {after: 5m, to: next-deputy}\n"
WAVE = "          - {fewer_than: 3, within: 15m, to: {teams: [communications]}}\n"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            NEXT,
            "            - {after: 10m, to: next-deputy}\n",
            f"{ALERT}, rung 2: it comes after 10m, and rung 1 after 10m. Let the times grow from rung to rung.",
        ),
        (
            NEXT,
            "            - {after: 5m, to: next-deputy, repeat: 3}\n",
            f"{ALERT}, rung 1: it tells 3 times, and does not say how far apart. Write `every: 5m` beside `repeat`.",
        ),
        (
            NEXT,
            "            - {after: 5m, to: {}}\n",
            f"{ALERT}, rung 1: it tells nobody. Give `to` roles, teams or members.",
        ),
        (
            NEXT,
            "            - {after: 5m, to: {turn: next-deputy, roles: [crisis-lead]}}\n",
            f"{ALERT}, rung 1: it names people and next-deputy at once. Keep one of them; make the other a rung.",
        ),
        (
            NEXT,
            "            - {after: 5m, to: {rols: [crisis-lead]}}\n",
            f'{ALERT}, acknowledge, chain 1: to: unknown key "rols". Use one of: members, roles, teams, turn.',
        ),
        (
            NEXT,
            "            - {after: 5m, to: next-deputi}\n",
            f'{ALERT}, acknowledge, chain 1: to, turn: is "next-deputi", which is not known; '
            "use one of: next-deputy, last-told.",
        ),
        (
            "          within: 5m\n          chain:\n",
            "          within: 5m\n          escalate: false\n          chain:\n",
            f"{ALERT}, chain: it stands beside `escalate: false`. Take one of them away.",
        ),
        (
            WAVE,
            "          - {fewer_than: 3, within: 15m, to: {teams: [communications]}, channels: [voice]}\n",
            f'{LINES}, wave 1: the message "firestorm-front-line" has no voice text in es. Write it in its file.\n'
            f'{STORM}, {LINES}, wave 1: the message "firestorm-front-line" has no voice text in en. '
            "Write it in its file.",
        ),
        (
            WAVE,
            WAVE + "        quorum: 2\n",
            f"{LINES}, quorum: nobody is given a time to answer in. Write acknowledge: {{within: 5m}}.",
        ),
        (
            WAVE,
            WAVE + "        acknowledge: {within: 5m, chain: [{after: 5m}]}\n",
            f"{LINES}, rung 1: the step tells no role, so that nobody has a deputy. Name roles, teams or members.",
        ),
        (
            "        acknowledge: {within: 5m}\n      - key: record-scenarios",
            "        acknowledge: {within: 5m}\n"
            "        waves: [{fewer_than: 3, within: 5m, to: {teams: [legal]}}]\n      - key: record-scenarios",
            "pre_crisis, step 5 (convene-cabinet), wave 1: only a role has a seat in the cabinet. "
            "Name roles instead of teams and members.",
        ),
    ],
)
def test_a_faulty_chain_or_wave_names_step_rung_and_remedy(
    copied: Callable[[str, str, str], str], old: str, new: str, sentence: str
) -> None:
    assert copied(STORM, old, new) == f"{STORM}, {sentence}"


def test_whoever_a_rung_or_wave_names_must_be_in_the_protocol(store: Store, vault: Vault, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(FOLDER, folder)
    path = folder / STORM
    changed = path.read_text("utf-8").replace(NEXT, "            - {after: 5m, to: {members: [nobody]}}\n")
    path.write_text(changed.replace(WAVE, WAVE.replace("communications", "press-list")), "utf-8")
    with store.write() as session:
        load_company(session, vault, read_company(COMPANY))
    with store.read() as session, pytest.raises(Remedy) as error:
        check_against_protocol(session, read_library(folder))
    rung, wave = str(error.value).splitlines()
    assert f'{STORM}, {ALERT}, rung 1: no member "nobody" in the protocol. Add it, or use one of: ' in rung
    assert wave.endswith(
        f'{STORM}, {LINES}, wave 1: the team "press-list" is outside the company. Tell it by a publish step.'
    )


def test_an_unknown_message_lists_those_there_are(copied: Callable[[str, str, str], str]) -> None:
    sentence = copied(BREACH, "        message: data-breach-secure\n", "        message: data-breach-secur\n")
    choices = ", ".join(message.key for message in LIBRARY.messages)
    assert sentence == (
        'data-breach/playbook.yaml, pre_crisis, step 2 (secure): no message "data-breach-secur" in the library. '
        f"Add it, or use one of: {choices}."
    )


def test_an_unknown_variable_lists_those_there_are(copied: Callable[[str, str, str], str]) -> None:
    choices = ", ".join(sorted(variables_of("gate-code", public=False)))
    assert copied(GATE, "Tu clave {{ code }}", "Tu clave {{ nmae }}") == (
        f'messages/gate-code.yaml, es sms: unknown variable "nmae". Use one of: {choices}.'
    )


def test_a_public_text_may_use_nothing_personal(copied: Callable[[str, str, str], str]) -> None:
    file = "data-breach/messages/data-breach-holding-statement.yaml"
    assert copied(file, "        We know what", "        {{ first_name }}, we know what") == (
        f'{file}, en email: unknown variable "first_name". '
        "Use one of: company, next_update, playbook, press_page, subject."
    )


def test_a_jinja_error_names_file_language_channel_and_line(copied: Callable[[str, str, str], str]) -> None:
    assert copied(GATE, "        1. Look at the board", "        {% if %}1. Look at the board") == (
        "messages/gate-code.yaml, en email, line 9: Expected an expression, got 'end of statement block'. "
        "Correct the template."
    )


def test_an_unknown_filter_is_a_jinja_error(copied: Callable[[str, str, str], str]) -> None:
    assert copied(GATE, "Your code {{ code }}", "Your code {{ code | shout }}") == (
        "messages/gate-code.yaml, en sms, line 1: No filter named 'shout'. Correct the template."
    )


def test_a_message_that_the_product_sends_must_be_whole(copied: Callable[[str, str, str], str]) -> None:
    assert copied("messages/deadline-missed.yaml", "key: deadline-missed", "key: deadline-miss") == (
        'messages/deadline-missed.yaml: its key is "deadline-miss". '
        "Name the file deadline-miss.yaml, or change the key.\n"
        "messages/deadline-missed.yaml: it must have sms and email in es and en. Write them."
    )


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(Remedy) as error:
        read_library(tmp_path)
    assert str(error.value) == f"{tmp_path}: there is no playbook. Put one into a folder as playbook.yaml."


def test_loading_twice_changes_nothing(store: Store, vault: Vault) -> None:
    texts = sum(len(list(texts_of(message))) for message in LIBRARY.messages)
    with store.write() as session:
        load_company(session, vault, read_company(COMPANY))
        assert load_library(session, LIBRARY, NOW) == LoadResult(2, 0, texts, 0)
    with store.write() as session:
        assert load_library(session, LIBRARY, NOW) == LoadResult(0, 2, 0, texts)
        assert newest(session, "data-breach").playbook == LIBRARY.playbooks[0]


def test_a_changed_text_is_a_new_version_and_the_old_one_stays(store: Store, vault: Vault, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(FOLDER, folder)
    path = folder / "messages" / "thanks.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Thank you, truly.", "Truly, thank you."), "utf-8")
    with store.write() as session:
        load_company(session, vault, read_company(COMPANY))
        load_library(session, LIBRARY, NOW)
        result = load_library(session, read_library(folder), NOW)
        assert (result.new_texts, result.new_playbooks) == (1, 0)
    with store.read() as session:
        rows = session.scalars(
            select(MessageTemplate)
            .where(MessageTemplate.key == "thanks", MessageTemplate.language == Language.EN)
            .order_by(MessageTemplate.version)
        ).all()
    assert [row.version for row in rows] == [1, 2]
    assert "Thank you, truly." in rows[0].body
    assert "Truly, thank you." in rows[1].body


def test_a_role_that_the_protocol_lacks_is_named_with_its_remedy(store: Store, vault: Vault) -> None:
    company = read_company(COMPANY)
    roles = [role for role in company.roles if role.key != "social-lead"]
    with store.write() as session:
        load_company(session, vault, company.model_copy(update={"roles": roles}))
    choices = ", ".join(sorted(role.key for role in roles))
    with store.read() as session, pytest.raises(Remedy) as error:
        check_against_protocol(session, LIBRARY)
    assert str(error.value).splitlines()[0] == (
        "playbooks/library/data-breach/playbook.yaml, pre_crisis, step 3 (freeze-publishing): "
        f'no role "social-lead" in the protocol. Add it, or use one of: {choices}.'
    )


def test_an_audience_inside_the_company_is_refused_and_so_is_telling_one_outside(store: Store, vault: Vault) -> None:
    company = read_company(COMPANY)
    turned = {"press-list": False, "hr": True}
    teams = [team.model_copy(update={"outside": turned.get(team.key, team.outside)}) for team in company.teams]
    with store.write() as session:
        load_company(session, vault, company.model_copy(update={"teams": teams}))
    with store.read() as session, pytest.raises(Remedy) as error:
        check_against_protocol(session, LIBRARY)
    lines = str(error.value).splitlines()
    assert lines[0] == (
        "playbooks/library/data-breach/playbook.yaml, pre_crisis, step 7 (holding-statement): "
        'the team "press-list" is inside the company. '
        "Publish to a team with `outside: true`: customers, hr, partners."
    )
    assert lines[1] == (
        "playbooks/library/data-breach/playbook.yaml, pre_crisis, step 14 (employees): "
        'the team "hr" is outside the company. Tell it by a publish step.'
    )


def test_a_refused_load_stores_nothing(store: Store) -> None:
    with pytest.raises(Remedy), store.write() as session:
        load_library(session, LIBRARY, NOW)
    with store.read() as session:
        assert session.scalars(select(MessageTemplate)).all() == []


def test_the_environment_of_templates_is_strict_and_sandboxed() -> None:
    environment = template_environment()
    assert isinstance(environment, SandboxedEnvironment)
    assert environment.undefined is StrictUndefined
