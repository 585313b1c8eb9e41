"""What is to be looked at again, and who is to do it."""

from datetime import timedelta

from checks.reachability import reachability
from checks.staleness import Watched, stale, watched
from protocol.kinds import EntryKind
from protocol.stewardship import Kept, load_kept
from tests.fakes.room import Room


def keep(room: Room, **days: int | None) -> None:
    """Each of the entries with a review date so many days from today."""
    with room.store.write() as session:
        known = {(one.kind, one.key): one for one in watched(session, room.clock.now())}
        kinds = {"tool": EntryKind.TOOL, "message": EntryKind.MESSAGE, "subject": EntryKind.SUBJECT}
        said = {}
        for name, number in days.items():
            place = next(place for place in known if place[0] is kinds[name])
            review = None if number is None else room.clock.now().date() + timedelta(days=number)
            said[place] = Kept("communications-lead", review)
        load_kept(session, said.items())


def listed(room: Room, within: int = 0) -> list[Watched]:
    with room.store.read() as session:
        return stale(watched(session, room.clock.now()), timedelta(days=within))


def test_what_is_past_its_day_is_listed_the_longest_overdue_first(room: Room) -> None:
    keep(room, tool=-3, message=-40, subject=10)
    assert [(one.kind, one.overdue) for one in listed(room)] == [(EntryKind.MESSAGE, 40), (EntryKind.TOOL, 3)]
    assert [one.kind for one in listed(room, within=10)] == [EntryKind.MESSAGE, EntryKind.TOOL, EntryKind.SUBJECT]


def test_the_owner_is_who_holds_the_role_just_now(room: Room) -> None:
    keep(room, tool=-1)
    assert [(one.owner, one.person) for one in listed(room)] == [("communications-lead", "lucia.romero")]
    room.absent("lucia.romero")
    assert [one.person for one in listed(room)] == ["tom.baker"]


def test_every_entry_is_watched_and_those_without_a_day_are_never_stale(room: Room) -> None:
    with room.store.read() as session:
        entries = watched(session, room.clock.now())
    assert {one.kind for one in entries} == set(EntryKind)
    assert {one.key for one in entries if one.kind is EntryKind.COMPANY} == {""}
    keep(room, tool=None)
    assert listed(room, within=10_000) == [one for one in listed(room, within=10_000) if one.review]


def test_the_check_of_the_protocol_says_how_many_are_overdue_and_by_whom(room: Room) -> None:
    keep(room, tool=-3, message=-40, subject=0)
    with room.store.read() as session:
        found = [one for one in reachability(session, room.clock.now(), timedelta(days=180)) if one.where == "protocol"]
    assert [one.what for one in found] == ["2 entries are past the review date, kept by communications-lead."]
