"""Whom an audience is at a moment: holders, or deputies of the absent, each once."""

import pytest

from notifiers.recipients import Found, find, next_deputy
from playbooks.format import Audience
from protocol.words import Remedy
from tests.fakes.room import Room


def _find(room: Room, **audience: list[str]) -> Found:
    with room.store.read() as session:
        return find(session, Audience(**audience), room.clock.now())


def _keys(room: Room, found: Found) -> list[str]:
    names = {room.member(key): key for key in ("lucia.romero", "tom.baker", "marta.vidal", "raquel.pena", "ana.ruiz")}
    return [names.get(person.member_id, "?") for person in found.recipients]


def test_roles_teams_and_members_are_told_once_each_in_order(room: Room) -> None:
    found = _find(room, roles=["communications-lead"], teams=["communications"], members=["ana.ruiz", "tom.baker"])
    assert _keys(room, found) == ["lucia.romero", "tom.baker", "marta.vidal", "raquel.pena", "ana.ruiz"]
    assert [person.role for person in found.recipients] == ["communications-lead", None, None, None, None]


def test_a_deputy_stands_for_an_absent_holder_with_the_reason(room: Room) -> None:
    room.absent("lucia.romero", hours=2)
    (person,) = _find(room, roles=["communications-lead"]).recipients
    assert person.member_id == room.member("tom.baker")
    said = "Lucía Romero is absent until Wed 04 Mar 00:00; deputy Tom Baker acts as communications-lead."
    assert person.note == said


def test_a_role_with_nobody_there_is_named(room: Room) -> None:
    for member in ("lucia.romero", "tom.baker", "marta.vidal"):
        room.absent(member)
    found = _find(room, roles=["communications-lead"], members=["tom.baker"])
    assert (found.recipients, found.missing) == ((), ("communications-lead", "tom.baker"))


def test_the_absent_of_a_team_are_not_disturbed(room: Room) -> None:
    room.absent("tom.baker")
    assert "tom.baker" not in _keys(room, _find(room, teams=["communications"]))


def test_the_next_deputy_is_the_first_who_is_there_and_was_not_told(room: Room) -> None:
    lucia, tom, marta = (room.member(key) for key in ("lucia.romero", "tom.baker", "marta.vidal"))
    now = room.clock.now()
    with room.store.read() as session:
        assert next_deputy(session, "communications-lead", [lucia], now) == tom
        assert next_deputy(session, "communications-lead", [lucia, tom, marta], now) is None
    room.absent("tom.baker")
    with room.store.read() as session:
        assert next_deputy(session, "communications-lead", [lucia], now) == marta


@pytest.mark.parametrize(("audience", "kind"), [({"roles": ["x"]}, "role"), ({"teams": ["x"]}, "team")])
def test_an_unknown_key_is_told_with_the_known_ones(room: Room, audience: dict[str, list[str]], kind: str) -> None:
    with pytest.raises(Remedy, match=rf'No {kind} "x" in the protocol\. Add it, or use one of: .*c'):
        _find(room, **audience)
    with pytest.raises(Remedy, match='No member "x" in the protocol; `crisis who --all` lists them'):
        _find(room, members=["x"])
