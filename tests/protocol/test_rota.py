"""Who is on duty: overrides before turns, turns before holders, and nobody whom an absence or a rule keeps away."""

import pytest

from notifiers.recipients import find, next_deputy
from playbooks.format import Audience
from protocol.people import Member, Role, Team
from protocol.practice import Company
from protocol.who import on_duty, team_member_ids, team_members
from protocol.words import Language, Rest
from tests.fakes.room import Room
from tests.protocol.duties import (
    LUCIA,
    MADRID,
    MARTA,
    MEXICO,
    ROLE,
    TEAM,
    TOM,
    away,
    change,
    cover,
    duty,
    keys,
    rotate,
    utc,
)


def test_the_turn_comes_before_the_holder_and_passes_on_at_the_hand_over(room: Room) -> None:
    rotate(room, MARTA, TOM)
    assert keys(duty(room, "2026-03-02 07:59")) == [LUCIA, TOM, MARTA]
    assert keys(duty(room, "2026-03-02 08:00")) == [MARTA, LUCIA, TOM]
    assert keys(duty(room, "2026-03-09 08:00")) == [TOM, LUCIA, MARTA]
    assert duty(room, "2026-03-03 21:00").sentences == {
        Language.EN: "Marta Vidal is on duty for communications-lead until Mon 09 Mar 09:00.",
        Language.ES: "Marta Vidal está de turno para communications-lead hasta el lun 9 mar 09:00.",
    }


@pytest.mark.parametrize(
    ("at", "key"),
    [
        ("2026-03-29 06:59", TOM),  # the clocks went forward at 01:00 UTC: nine in Madrid is seven UTC
        ("2026-03-29 07:00", MARTA),
        ("2026-10-25 07:59", TOM),  # they went back: nine is eight UTC again
        ("2026-10-25 08:00", MARTA),
    ],
)
def test_hand_overs_stay_at_nine_on_the_days_when_the_clocks_change(room: Room, at: str, key: str) -> None:
    rotate(room, TOM, MARTA, hours=24)
    assert keys(duty(room, at))[0] == key


def test_a_rotation_hands_over_by_its_own_clocks_whatever_those_of_its_people(room: Room) -> None:
    rotate(room, MARTA, TOM, time_zone=MEXICO, hours=24)
    assert keys(duty(room, "2026-03-03 14:59"))[0] == MARTA  # 08:59 in Mexico City, 15:59 in Madrid
    assert keys(duty(room, "2026-03-03 15:00"))[0] == TOM
    # Madrid changes its clocks on 29 March, Mexico City never.
    assert [keys(duty(room, f"2026-03-{day} 15:00"))[0] for day in (28, 29, 30)] == [MARTA, TOM, MARTA]


def test_times_are_said_by_the_persons_clocks_or_by_those_that_were_asked_for(room: Room) -> None:
    rotate(room, TOM, time_zone=MEXICO)
    assert "until Mon 09 Mar 11:00" in duty(room, "2026-03-04 12:00").why  # New York has changed its clocks by then
    assert "until Mon 09 Mar 09:00" in duty(room, "2026-03-04 12:00", MEXICO).why
    assert "until Mon 09 Mar 16:00" in duty(room, "2026-03-04 12:00", MADRID).why


def test_an_override_comes_before_the_turn_and_says_why(room: Room) -> None:
    rotate(room, MARTA, TOM)
    cover(room, TOM, "2026-03-03 20:00", "2026-03-04 08:00", "Marta travels")
    assert [keys(duty(room, at))[0] for at in ("2026-03-03 19:59", "2026-03-03 20:00", "2026-03-04 08:00")] == [
        MARTA,
        TOM,
        MARTA,
    ]
    one = duty(room, "2026-03-03 21:00", MADRID)
    assert keys(one) == [TOM, MARTA, LUCIA]
    assert one.why == "Tom Baker covers communications-lead until Wed 04 Mar 09:00 (Marta travels)."


def test_whose_turn_it_is_and_who_is_absent_is_replaced_by_the_holder(room: Room) -> None:
    rotate(room, MARTA, TOM)
    away(room, MARTA, "2026-03-03 00:00", "2026-03-05 00:00")
    one = duty(room, "2026-03-03 21:00")
    assert keys(one) == [LUCIA, TOM]
    assert one.sentences == {
        Language.EN: "Marta Vidal is absent until Thu 05 Mar 01:00; deputy Lucía Romero acts as communications-lead.",
        Language.ES: "Marta Vidal no está hasta el jue 5 mar 01:00; le suple Lucía Romero como communications-lead.",
    }


def test_absence_override_and_holiday_at_once(room: Room) -> None:
    """2 May is a holiday in Madrid: Marta has the turn, Tom covers and is absent, Lucía is off as well."""
    change(room, Company, "", holidays="ES-MD")
    change(room, Role, ROLE, on_holidays=Rest.OFF)
    rotate(room, MARTA, on_holidays=Rest.OFF)
    cover(room, TOM, "2026-05-02 00:00", "2026-05-03 00:00")
    assert keys(duty(room, "2026-05-02 10:00")) == [TOM, MARTA, LUCIA]
    away(room, TOM, "2026-05-02 09:00", "2026-05-02 12:00")
    one = duty(room, "2026-05-02 10:00")
    assert keys(one) == [MARTA, LUCIA]
    assert one.sentences == {
        Language.EN: "Tom Baker is absent until Sat 02 May 08:00, Marta Vidal has a public holiday (Madrid Day); "
        "Marta Vidal is asked all the same.",
        Language.ES: "Tom Baker no está hasta el sáb 2 may 08:00, Marta Vidal tiene festivo "
        "(Fiesta de la Comunidad de Madrid); se avisa a Marta Vidal de todos modos.",
    }


def test_a_holiday_is_of_the_place_of_the_person_then_of_the_team_then_of_the_company(room: Room) -> None:
    change(room, Role, ROLE, on_holidays=Rest.OFF)
    change(room, Company, "", holidays="ES-MD")
    assert keys(duty(room, "2026-05-02 10:00")) == [LUCIA, TOM, MARTA]  # everybody's: nobody is free
    change(room, Team, "communications", holidays="ES-CT")
    assert duty(room, "2026-05-02 10:00").why == "Lucía Romero holds communications-lead."
    change(room, Member, LUCIA, holidays="ES-MD")
    one = duty(room, "2026-05-02 10:00")
    assert keys(one) == [TOM, MARTA, LUCIA]
    assert one.why == ("Lucía Romero has a public holiday (Madrid Day); deputy Tom Baker acts as communications-lead.")
    change(room, Member, LUCIA, holidays="none")
    assert keys(duty(room, "2026-05-02 10:00"))[0] == LUCIA


def test_a_holiday_is_a_day_by_the_persons_own_clocks(room: Room) -> None:
    change(room, Role, ROLE, on_holidays=Rest.OFF)
    change(room, Member, LUCIA, holidays="MX", time_zone=MEXICO)
    assert [keys(duty(room, at))[0] for at in ("2026-09-16 05:59", "2026-09-16 06:00", "2026-09-17 06:00")] == [
        LUCIA,
        TOM,
        LUCIA,
    ]


def test_working_hours_count_only_where_the_role_says_so(room: Room) -> None:
    assert keys(duty(room, "2026-03-03 21:00"))[0] == LUCIA  # 22:00 in Madrid
    change(room, Role, ROLE, outside_hours=Rest.OFF)
    one = duty(room, "2026-03-03 21:00")
    assert keys(one) == [TOM, LUCIA, MARTA]  # 16:00 in New York
    assert one.why == "Lucía Romero is outside working hours; deputy Tom Baker acts as communications-lead."
    assert keys(duty(room, "2026-03-08 03:00")) == [LUCIA, TOM, MARTA]  # Sunday night: the first, all the same


def test_a_team_is_told_who_is_on_duty_first(room: Room) -> None:
    with room.store.read() as session:
        assert on_duty(session, "hr", utc("2026-03-10 12:00")) is None
    rotate(room, "pablo.serra", "grace.miller", team=TEAM)
    with room.store.read() as session:
        now = utc("2026-03-10 12:00")
        one = on_duty(session, TEAM, now)
        assert one is not None and keys(one) == ["grace.miller", "pablo.serra", "carmen.leal"]
        assert one.why == "Grace Miller is on duty for legal until Mon 16 Mar 04:00."
        assert [member.key for member in team_members(session, TEAM, now)] == keys(one)
        assert list(team_member_ids(session, TEAM, now)) == [room.member(key) for key in keys(one)]


def test_who_takes_turns_without_a_place_in_the_team_is_told_too(room: Room) -> None:
    rotate(room, LUCIA, team=TEAM)
    away(room, "grace.miller", "2026-03-03 00:00", "2026-03-05 00:00")
    with room.store.read() as session:
        found = team_members(session, TEAM, utc("2026-03-04 12:00"))
    assert [member.key for member in found] == [LUCIA, "pablo.serra", "carmen.leal"]


def test_an_incident_tells_and_escalates_to_who_is_really_on_duty(room: Room) -> None:
    rotate(room, MARTA, TOM)
    number = room.open()
    room.do(number, "alert")
    assert room.told("signal-alert")[0] == MARTA
    with room.store.read() as session:
        found = find(session, Audience(roles=[ROLE]), room.clock.now())
        assert found.recipients[0].member_id == room.member(MARTA)
        told = {room.member(MARTA)}
        assert next_deputy(session, ROLE, told, room.clock.now()) == room.member(LUCIA)
