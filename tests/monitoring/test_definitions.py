"""Rules come from YAML; what is wrong with one is said by file and rule."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from monitoring.building import build
from monitoring.definitions import load_rules
from monitoring.gauges.burst import BurstGauge
from monitoring.gauges.counted import CountGauge
from monitoring.rows import MonitoringRule, Reading, RuleState
from playbooks.versions import PlaybookVersion
from protocol.people import Team
from protocol.store import Store
from protocol.words import Remedy
from tests.fakes.room import Room

NOW = datetime(2015, 3, 3, tzinfo=UTC)
EXAMPLE = Path("examples/rules.yaml")
GOOD = """
rules:
  - key: mentions-burst
    series: mentions.brand-aurora
    playbook: social-firestorm
    subject: brand-aurora
    kind: ratio
    parameters: {minimum: 500, levels: {yellow: 4, orange: 6}}
"""


def know_the_playbook(session: Session) -> None:
    session.add(PlaybookVersion(key="social-firestorm", version=1, hash="", document={}, loaded_at=NOW))
    session.flush()


def sentence(store: Store, file: Path, text: str) -> str:
    file.write_text(text)
    with pytest.raises(Remedy) as error, store.write() as session:
        know_the_playbook(session)
        load_rules(session, file)
    return str(error.value)


def test_the_example_loads_and_loading_again_changes_nothing(store: Store) -> None:
    for _ in range(2):
        with store.write() as session:
            if not session.scalar(select(PlaybookVersion.id)):
                know_the_playbook(session)
                session.add(Team(key="monitoring", names={"es": "Escucha", "en": "Monitoring"}))
            row, *others = load_rules(session, EXAMPLE)
    with store.read() as session:
        assert {one.kind for one in others} == {"ratio", "share", "combination", "absence"}
        row = session.scalars(select(MonitoringRule).order_by(MonitoringRule.id)).first()
        assert row is not None
        assert (row.key, row.series, row.subject, row.opens) == (
            "mentions-burst",
            "mentions.brand-aurora",
            "brand-aurora",
            True,
        )
        assert isinstance(build(row.kind, row.parameters, row.key).gauge, BurstGauge)


def test_a_changed_rule_learns_the_usual_from_the_stored_readings(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    with store.write() as session:
        know_the_playbook(session)
        file.write_text(GOOD)
        (row,) = load_rules(session, file)
        for index in range(600):
            at = NOW + index * timedelta(minutes=5)
            session.add(Reading(series="mentions.brand-aurora", at=at, value=50))
    with store.write() as session:
        file.write_text(GOOD.replace("500", "900"))
        load_rules(session, file)
    with store.read() as session:
        memory = session.get_one(RuleState, row.id)
        assert datetime.fromisoformat(memory.state["last_at"]) == NOW + 599 * timedelta(minutes=5)
        assert memory.state["gauge"]["usual"]["total"] == 600 * 50


def test_an_unknown_playbook_is_named_with_those_that_exist(store: Store, tmp_path: Path) -> None:
    assert sentence(store, tmp_path / "rules.yaml", GOOD.replace("social-firestorm", "data-breech")) == (
        'rules.yaml, rule 1 (mentions-burst): no playbook "data-breech" in the protocol store. '
        "Use one of: social-firestorm."
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "kind: ratio",
            "kind: guess",
            'no kind of rule "guess"; use one of: static, ratio, ewma, seasonal, burst, share, absence, combination.',
        ),
        ("yellow: 4", "yellow: 0", "levels.yellow.enter: Input should be greater than 0; correct it."),
        ("yellow: 4", "yellow: 1", "a multiple of the usual must be above 1; correct it."),
        ("yellow: 4", "yellow: 7", "levels: yellow 7, orange 6: the limits must rise from yellow to red; correct it."),
        ("yellow: 4", "green: 4", "levels: green has no limit; begin with yellow; correct it."),
        ("yellow: 4", "purple: 4", 'no level "purple"; use yellow, orange or red.'),
        (
            "yellow: 4",
            "yellow: {enter: 4, leave: 3, stay: 2}",
            'levels.yellow has no parameter "stay"; use one of: enter, leave.',
        ),
        ("minimum: 500, ", "", "minimum: Field required; correct it."),
        ("minimum: 500", "minimum: .inf", "minimum: Input should be less than or equal to 1000000000000; correct it."),
        (
            "minimum: 500",
            "minimum: 500, window: 2",
            "window: 2 is not a span of time; write it like 5m, 2h or 3d; correct it.",
        ),
        (
            "minimum: 500",
            "minimum: 500, baseline: 2h",
            "the baseline must be at least 1d, and 2 to 336 times the window; correct it.",
        ),
        ("    subject: brand-aurora\n", "", "subject: Field required; correct it."),
    ],
)
def test_a_bad_rule_is_named(store: Store, tmp_path: Path, old: str, new: str, said: str) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    assert sentence(store, tmp_path / "rules.yaml", text) == f"rules.yaml, rule 1 (mentions-burst): {said}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", 'rules.yaml holds no rules; list them under "rules:".'),
        ("rules: 5", 'rules.yaml holds no rules; list them under "rules:".'),
        (
            "rules: [5]",
            "rules.yaml, rule 1: Input should be a valid dictionary or instance of RuleDefinition; correct it.",
        ),
        (GOOD + GOOD.replace("rules:", ""), 'rules.yaml: the rule "mentions-burst" stands there twice; rename one.'),
    ],
)
def test_a_bad_file_is_named(store: Store, tmp_path: Path, text: str, said: str) -> None:
    assert sentence(store, tmp_path / "rules.yaml", text) == said


def test_a_file_that_is_no_yaml_is_named(store: Store, tmp_path: Path) -> None:
    said = sentence(store, tmp_path / "rules.yaml", "rules: [")
    assert said.startswith("rules.yaml is not YAML (")
    assert said.endswith("; correct it.")


def test_a_missing_file_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Remedy) as error, store.write() as session:
        load_rules(session, tmp_path / "none.yaml")
    assert str(error.value) == f"{tmp_path / 'none.yaml'} cannot be read (No such file or directory); check the path."


def test_a_static_rule_is_built() -> None:
    assert isinstance(build("static", {"levels": {"yellow": 100}}, "many").gauge, CountGauge)


ASKS = """
rules:
  - key: many-inquiries
    series: inquiries.brand-aurora
    playbook: social-firestorm
    subject: brand-aurora
    kind: static
    actions: {yellow: ask, orange: open}
    parameters: {levels: {yellow: 100, orange: 300}}
"""


def test_whom_a_rule_asks_and_how_long_is_kept(room: Room, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    for added, kept in (
        ("", ("monitoring", 10, True)),
        ("    asks: crisis-lead\n    answer_within: 2h\n    raises: false\n", ("crisis-lead", 120, False)),
    ):
        file.write_text(ASKS + added)
        with room.store.write() as session:
            (row,) = load_rules(session, file)
            assert (row.asks, row.answer_minutes, row.raises) == kept


@pytest.mark.parametrize(
    ("added", "said"),
    [
        (
            "    asks: nobody\n",
            'asks: No role or team "nobody" in the protocol. Add it, or use one of: chief-executive, ',
        ),
        (
            "    asks: customer-panel\n",
            'asks: No role or team "customer-panel" in the protocol. Add it, or use one of: chief-executive, ',
        ),
        (
            "    answer_within: 25h\n",
            "answer_within: a person has from 1m to 24h to answer, in whole minutes; correct it.",
        ),
    ],
)
def test_a_rule_that_nobody_could_answer_is_named(room: Room, tmp_path: Path, added: str, said: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(ASKS + added)
    with pytest.raises(Remedy) as error, room.store.write() as session:
        load_rules(session, file)
    assert str(error.value).startswith(f"rules.yaml, rule 1 (many-inquiries): {said}")
    assert room.count(MonitoringRule) == 0
