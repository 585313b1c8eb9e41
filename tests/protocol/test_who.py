"""Who it is just now: the holder, or the first deputy who is there, with the reason in a sentence."""

from datetime import timedelta

import pytest

from protocol.who import Duty, member_by_key, role_titles, team_members, team_name, who
from protocol.words import Remedy
from tests.fakes.room import Room


def _duty(room: Room, role: str = "communications-lead") -> Duty:
    with room.store.read() as session:
        return who(session, role, room.clock.now())


def _shown(duty: Duty) -> tuple[str | None, list[str], str]:
    return duty.member.key if duty.member else None, [member.key for member in duty.deputies], duty.why


def test_the_first_holder_holds_it_and_the_others_deputise_in_order(room: Room) -> None:
    said = "Lucía Romero holds communications-lead."
    assert _shown(_duty(room)) == ("lucia.romero", ["tom.baker", "marta.vidal"], said)


def test_a_deputy_acts_for_an_absent_holder_until_when_by_the_holders_own_time(room: Room) -> None:
    room.absent("lucia.romero", hours=12)
    said = "Lucía Romero is absent until Wed 04 Mar 10:00; deputy Tom Baker acts as communications-lead."
    assert _shown(_duty(room)) == ("tom.baker", ["marta.vidal"], said)


def test_an_absent_deputy_is_passed_over(room: Room) -> None:
    room.absent("lucia.romero")
    room.absent("tom.baker")
    assert _shown(_duty(room))[:2] == ("marta.vidal", [])


def test_when_nobody_is_there_it_says_so(room: Room) -> None:
    for member in ("lucia.romero", "tom.baker", "marta.vidal"):
        room.absent(member)
    said = "Nobody of communications-lead is there at 2026-03-03 21:00 UTC."
    assert _shown(_duty(room)) == (None, [], said)


def test_an_absence_begins_at_its_start_and_is_over_at_its_end(room: Room) -> None:
    room.absent("lucia.romero", hours=2)
    for moment, holder in ((0, "tom.baker"), (7199, "tom.baker"), (7200, "lucia.romero"), (-1, "lucia.romero")):
        with room.store.read() as session:
            member = who(session, "communications-lead", room.clock.now() + timedelta(seconds=moment)).member
        assert member is not None and member.key == holder


def test_a_holder_with_two_absences_in_a_row_is_away_until_the_last_ends(room: Room) -> None:
    room.absent("lucia.romero", hours=2)
    room.clock.later(hours=2)
    room.absent("lucia.romero", hours=24)
    room.clock.later(hours=-1)
    assert "until Thu 05 Mar 00:00" in _duty(room).why


def test_the_members_of_a_team_come_in_order_without_the_absent(room: Room) -> None:
    room.absent("ana.ruiz")
    with room.store.read() as session:
        keys = [member.key for member in team_members(session, "monitoring", room.clock.now())]
    assert keys == ["sergio.molina", "kate.young"]


def test_names_come_in_the_readers_language(room: Room) -> None:
    with room.store.read() as session:
        assert role_titles(session, "crisis-lead") == {"es": "Responsable de crisis", "en": "Crisis lead"}
        assert role_titles(session, None) == {"es": "", "en": ""}
        assert team_name(session, "press-list", "es") == "Lista de prensa"
        assert team_name(session, "unknown", "es") == "unknown"


def test_an_unknown_key_is_told_with_the_known_ones(room: Room) -> None:
    now = room.clock.now()
    with room.store.read() as session:
        with pytest.raises(
            Remedy, match=r'No role "cook" in the protocol\. Add it, or use one of: chief-executive, comm'
        ):
            who(session, "cook", now)
        with pytest.raises(
            Remedy, match=r'No team "kitchen" in the protocol\. Add it, or use one of: communications, '
        ):
            team_members(session, "kitchen", now)
        with pytest.raises(Remedy, match='No member "x" in the protocol; `crisis who --all` lists them'):
            member_by_key(session, "x")
