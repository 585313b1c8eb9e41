"""The check finds rules that cannot speak, speak twice, ask nobody or fire by chance."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from checks.compiler import compile_playbooks
from checks.rule_sentences import RULE_FINDINGS
from checks.rules import rule_findings
from monitoring.definitions import RuleDefinition, checked, keep_rules
from monitoring.rows import Reading
from playbooks import versions
from protocol.people import Team
from protocol.words import Language
from tests.fakes.room import LINKS, Room

SERIES = "mentions.brand-aurora"
GOOD = {"minimum": 500, "levels": {"yellow": 4, "orange": 6}}


def rule(
    key: str = "burst", kind: str = "ratio", parameters: dict[str, Any] | None = None, **more: Any
) -> RuleDefinition:
    said = {"key": key, "playbook": "social-firestorm", "subject": "brand-aurora", "kind": kind}
    series = {} if kind == "combination" else {"series": SERIES}
    return checked("here", {**said, **series, "parameters": GOOD if parameters is None else parameters, **more})


def silence(series: str = SERIES) -> RuleDefinition:
    levels = {"levels": {"yellow": "20m"}}
    return rule(f"silence-{series[:4]}", "absence", levels, series=series, actions={"yellow": "signal"})


def hear(room: Room, *series: str, ago: timedelta = timedelta(0)) -> None:
    with room.store.write() as session:
        for name in series:
            session.merge(Reading(series=name, at=room.clock.now() - ago, source="", value=1))


def found(room: Room, *rules: RuleDefinition, language: Language = Language.EN) -> list[str]:
    """What is found about rules of a series that is heard and whose silence is watched."""
    hear(room, SERIES)
    with room.store.read() as session:
        findings = rule_findings(session, room.clock.now(), [*rules, silence()], language)
    return [f"{one.severity}: {one.where}: {one.what} {one.remedy}" for one in findings]


def test_a_rule_that_is_well_is_quiet(room: Room) -> None:
    assert found(room, rule()) == []


def test_a_rule_of_no_playbook_or_about_nothing_is_an_error(room: Room) -> None:
    playbook, subject = found(room, rule(playbook="data-breech", subject="brand-borealis"))
    assert playbook == (
        'error: rule burst: there is no playbook "data-breech", so its readings would be refused when it has to open '
        "an incident. Load it with `crisis load`, or use one of: data-breach, social-firestorm."
    )
    assert subject.startswith(
        'error: rule burst: there is no subject "brand-borealis", so its readings would be refused'
    )


def test_a_series_that_nobody_sends_is_told_and_one_that_stopped_a_week_ago(room: Room) -> None:
    hear(room, "old", ago=timedelta(days=8))
    never, old = found(room, rule("a", series="none", opens=False), rule("b", series="old", opens=False))
    assert never == (
        'warning: rule a: nobody sends "none": that series never had a reading. Post its readings to /readings, or '
        "correct the name of the series."
    )
    assert old.startswith('warning: rule b: "old" has had no reading since 2')
    assert old.endswith("See whether its source still sends, or take the rule out with `crisis rules remove b`.")


def test_inquiries_that_have_not_come_yet_are_a_notice_and_need_nobody_to_send_readings(room: Room) -> None:
    for series in ("inquiries", "inquiries.refund", "inquiries.other", "inquiries.phone"):
        assert found(room, rule(series=series)) == [
            f'notice: rule burst: no inquiry that "{series}" counts has been taken in yet. Nothing to do if customer '
            "service takes them in with `crisis inquiry` or by /inquiries."
        ]


def test_inquiries_of_no_reason_and_no_channel_are_told_with_those_there_are(room: Room) -> None:
    assert found(room, rule(series="inquiries.brand-aurora")) == [
        'warning: rule burst: "inquiries.brand-aurora" will never count anything: the protocol has no reason and no '
        'channel of inquiries of that name. Use "inquiries", or "inquiries." with one of: harmed, is-it-true, my-data, '
        "refund, other, email, phone, social."
    ]


@pytest.mark.parametrize(
    ("series", "door"),
    [("mentions.negative", "/mentions"), ("email.press", "/emails"), ("alert.SiteDown", "/alertmanager")],
)
def test_a_counted_series_that_was_never_heard_names_its_own_way_in(room: Room, series: str, door: str) -> None:
    assert found(room, rule(series=series)) == [
        f'warning: rule burst: "{series}" has counted nothing yet. Post what it counts to {door}, or its counts to '
        "/readings, or correct the name of the series."
    ]


def test_signals_of_inquiries_that_have_not_come_yet_can_meet(room: Room) -> None:
    assert not any("never meet" in one for one in found(room, combined(SERIES, "inquiries")))


def test_two_rules_that_watch_the_same_are_told(room: Room) -> None:
    other_kind = rule("c", "static", {"levels": {"yellow": 900}})
    assert found(room, rule("a"), rule("b"), other_kind) == [
        'warning: rule b: it watches the same in the same way as "a", so that everything is told twice. Remove one of '
        "them with `crisis rules remove`."
    ]


def test_a_level_that_no_step_waits_for_is_told(room: Room) -> None:
    levels = {"minimum": 500, "levels": {"yellow": 4, "orange": 6, "red": 9}}
    assert found(room, rule(parameters=levels)) == []
    with room.store.write() as session:
        row = versions.newest(session, "social-firestorm")
        document = row.playbook.model_dump(mode="json")
        for phase in document["phases"].values():
            for step in phase["steps"]:
                step["level"] = None if step["level"] == "red" else step["level"]
        row.document = document
    assert found(room, rule(parameters=levels)) == [
        'notice: rule burst: its red does nothing more than the level below: no step of "social-firestorm" waits for '
        "it. Give a step of that playbook `level: red`, or take the level out of the rule."
    ]


@pytest.mark.parametrize(
    ("kind", "parameters", "told"),
    [
        ("ratio", {"minimum": 10, "levels": {"yellow": 4}}, "its minimum of 10 is so low that a few by chance are"),
        ("ratio", {"minimum": 16, "levels": {"yellow": 4}}, None),
        ("ratio", {"minimum": 16, "levels": {"yellow": 2}}, "Raise `minimum` to at least 72."),
        ("ewma", {"minimum": 2, "levels": {"yellow": 5}}, "Raise `minimum` to at least 10."),
        ("burst", {}, None),
        ("static", {"levels": {"yellow": 3}}, None),
    ],
)
def test_a_minimum_that_chance_reaches_is_told(room: Room, kind: str, parameters: Any, told: str | None) -> None:
    said = " ".join(found(room, rule(kind=kind, parameters=parameters, actions={"red": "signal"})))
    assert told in said if told else said == ""


def test_an_opening_series_whose_silence_nobody_notices_is_told(room: Room) -> None:
    hear(room, "other")
    assert found(room, rule(series="other")) == [
        'notice: rule burst: it opens incidents, and nobody is told when "other" stops coming. Add a rule of kind '
        "`absence` about that series."
    ]
    assert found(room, rule(series="other", opens=False)) == []
    assert found(room, rule(series="other", actions={"yellow": "ask", "orange": "signal"})) == []


def test_a_rule_that_asks_a_duty_that_nobody_holds_is_an_error(room: Room) -> None:
    asking = rule(actions={"yellow": "ask"})
    assert found(room, asking) == []
    with room.store.write() as session:
        session.execute(update(Team).where(Team.key == "monitoring").values(key="watchers"))
    assert found(room, asking) == [
        'error: rule burst: it asks the duty officer, and the protocol has no role or team "monitoring". Add it to the '
        "protocol, or use `signal` or `open` instead of `ask`."
    ]


def test_a_rule_that_asks_when_everybody_is_away_is_an_error_that_says_when(room: Room) -> None:
    for member in ("sergio.molina", "ana.ruiz", "kate.young"):
        room.absent(member)
    (told,) = found(room, rule(actions={"yellow": "ask"}))
    assert told.startswith('error: rule burst: it asks the duty officer ("monitoring"), and nobody is there from 2026-')
    (dicho,) = found(room, rule(actions={"yellow": "ask"}), language=Language.ES)
    assert dicho.startswith("error: regla burst: pregunta a la guardia («monitoring»), y no hay nadie del 2026-")


def test_a_level_that_stands_longer_than_its_alarm_speaks_is_told(room: Room) -> None:
    assert found(room, rule(parameters={**GOOD, "sustained": "2h", "hold": "1h"})) == [
        "warning: rule burst: a level must stand for 2h, longer than one alarm speaks for (1h). Shorten `sustained`, "
        "or lengthen `hold`."
    ]


def combined(*series: str, level: str = "yellow", **more: Any) -> RuleDefinition:
    signals = [{"series": one, "kind": "static", "parameters": {"levels": {level: 100}}} for one in series]
    return rule("both", "combination", {"signals": signals, **more.pop("parameters", {})}, opens=False, **more)


def test_signals_that_can_never_meet_are_told(room: Room) -> None:
    never = (
        "warning: rule both: its signals can never meet: 2 are needed, and only 1 have readings. Send the readings of "
        "none, or ask for fewer signals with `need`."
    )
    assert never in found(room, combined(SERIES, "none"))
    assert not any("never meet" in one for one in found(room, combined(SERIES, "none", parameters={"need": "any"})))


def test_a_level_that_the_signals_cannot_reach_together_is_told(room: Room) -> None:
    hear(room, "inquiries")
    assert found(room, combined(SERIES, "inquiries", actions={"orange": "ask"})) == [
        "warning: rule both: it can never reach orange: 2 signals are needed, and only 0 have that level. Give more "
        "signals that level, or take out what the rule does at it."
    ]
    assert found(room, combined(SERIES, SERIES)) == [
        "warning: rule both: two of its signals are the same, so that one counts as two. Change or remove one of them."
    ]


def test_a_finding_is_told_in_spanish_too(room: Room) -> None:
    assert found(room, rule(parameters={"minimum": 10, "levels": {"yellow": 4}}), language=Language.ES) == [
        "warning: regla burst: su mínimo de 10 es tan bajo que unas pocas, por azar, bastan para que salte. Suba "
        "`minimum` al menos a 16."
    ]


def test_every_sentence_names_the_same_things_in_both_languages() -> None:
    for parts in RULE_FINDINGS.values():
        for part in parts:
            assert set(re.findall(r"{(\w+)}", part.es)) == set(re.findall(r"{(\w+)}", part.en))


def test_the_check_of_the_playbooks_looks_at_the_rules_of_the_store(room: Room) -> None:
    with room.store.write() as session:
        keep_rules(session, [rule(series="none")], None)
    with room.store.read() as session:
        told = [one.what for one in compile_playbooks(session, LINKS, room.clock.now()) if one.where == "rule burst"]
    assert told[0] == 'nobody sends "none": that series never had a reading.'
