"""Prefect away: people are told all the same, once; and every gate comes back, even after its database is gone."""

from datetime import UTC, datetime

from world import SERVICES, World

from incidents.phases import Phase

TOLD_WITHIN_SECONDS = 90


def test_with_the_prefect_server_down_people_are_told_within_90_seconds_and_once_when_it_returns(world: World) -> None:
    world.kill("server")
    opened = datetime.now(UTC)
    number = world.open("brand-outage")
    world.until(lambda: world.texts(number, "signal-alert"), "people are told without Prefect")
    waited = (datetime.now(UTC) - opened).total_seconds()
    world.all_sent(number)
    told = world.texts(number, "signal-alert")
    assert waited <= TOLD_WITHIN_SECONDS, f"told after {waited:.0f} s"  # a promise to people, not a speed test
    assert {text.role for text in told} == {"communications-lead", "monitoring-lead"}
    assert world.facts(number, "degraded")
    world.start("server")
    world.at_gate(number, Phase.PRE_CRISIS)
    world.all_sent(number)
    world.told_once(number)
    assert len(world.texts(number, "signal-alert")) == len(told)


def test_prefects_database_deleted_with_open_incidents_brings_every_gate_back(world: World) -> None:
    first, second = world.open("brand-lost-1"), world.open("brand-lost-2", playbook="data-breach")
    old = {world.at_gate(first, Phase.PRE_CRISIS), world.at_gate(second, Phase.PRE_CRISIS)}
    code = world.gate_code(first)
    assert world.resume(world.entry(first).run_id or "", "crisis", code)
    old.add(world.at_gate(first, Phase.CRISIS))
    world.all_sent(first)
    world.all_sent(second)
    sent = len(world.texts(first)), len(world.texts(second))
    world.kill("server")
    for file in (world.home / "prefect").glob("prefect.db*"):
        file.unlink()
    world.start("server")
    world.kill("runner")  # `crisis up` starts it again when it leaves; here it is done by hand
    world.start("runner")
    new = {
        world.until(lambda: _new_gate(world, first, Phase.CRISIS, old), "the gate of the crisis is back"),
        world.until(lambda: _new_gate(world, second, Phase.PRE_CRISIS, old), "the gate of pre-crisis is back"),
    }
    assert not new & old
    assert (len(world.texts(first)), len(world.texts(second))) == sent, "somebody was told again"
    assert world.resume(world.entry(second).run_id or "", "closed", world.gate_code(second))
    world.until(lambda: world.incident(second).phase is Phase.CLOSED, "the code of before still counts")
    assert set(SERVICES) == set(world.running)


def _new_gate(world: World, number: int, phase: Phase, old: set[str]) -> str | None:
    run_id = world.entry(number).run_id
    return world.at_gate(number, phase) if run_id and run_id not in old else None
