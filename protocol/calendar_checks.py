"""What the calendar of a company file must hold together: one owner each, references that exist, spans that fit."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from protocol.calendar_format import OverrideEntry, RotationEntry, TaskEntry, length_hours
from protocol.company_format import CompanyFile
from protocol.company_places import local_moment, people_faults, placed, unknown

WEEK = 168
Span = tuple[str, datetime, datetime]


def calendar_faults(company: CompanyFile) -> Iterator[str]:
    """One sentence for each fault, naming place and remedy."""
    members = {member.key for member in company.members}
    roles, teams = {role.key for role in company.roles}, {team.key for team in company.teams}
    for place, rotation in placed("rotation", company.rotations):
        yield from _owner_faults(place, {"role": (rotation.role, roles), "team": (rotation.team, teams)})
        yield from people_faults(place, rotation.members, members)
        yield from rotation_faults(place, rotation)
    yield from _override_faults(company, members)
    for place, task in placed("task", company.tasks):
        yield from _owner_faults(place, {"role": (task.role, roles), "member": (task.member, members)})
        yield from task_faults(place, task)


def rotation_faults(place: str, rotation: RotationEntry) -> Iterator[str]:
    """What does not fit within one rotation."""
    if rotation.weekday and length_hours(rotation.length) % WEEK:
        yield f"{place}: hand-overs on a weekday need turns of whole weeks. Leave weekday out, or change length."
    if rotation.ends and rotation.ends <= rotation.starts:
        yield f"{place}: it ends before it starts. Exchange starts and ends."


def task_faults(place: str, task: TaskEntry) -> Iterator[str]:
    """What does not fit within one protocol task."""
    if not is_shown(task.starts, task.time_zone):
        yield f"{place}: clocks jump over {task.starts:%Y-%m-%d %H:%M} in {task.time_zone}. Give another hour."


def is_shown(moment: datetime, zone: str) -> bool:
    """Whether the clocks of a time zone ever show this."""
    back = local_moment(moment, zone).astimezone(UTC).astimezone(ZoneInfo(zone))
    return back.replace(tzinfo=None) == moment


def overlaps(first: Span, second: Span) -> bool:
    """Whether two spans of the same rotation have a moment in common."""
    return first[0] == second[0] and first[1] < second[2] and second[1] < first[2]


def span_of(override: OverrideEntry, zone: str) -> Span:
    """The rotation of an override, and its span in UTC. The zone is the rotation's."""
    starts, ends = (local_moment(moment, zone).astimezone(UTC) for moment in (override.starts, override.ends))
    return override.rotation, starts, ends


def _override_faults(company: CompanyFile, members: Collection[str]) -> Iterator[str]:
    zones = {rotation.key: rotation.time_zone for rotation in company.rotations}
    spans: dict[str, Span] = {}
    for number, override in enumerate(company.overrides, start=1):
        place = f"override {number} ({override.rotation})"
        yield from people_faults(place, [override.member], members)
        if override.rotation not in zones:
            yield unknown(place, "rotation", override.rotation, zones)
            continue
        spans[place] = span_of(override, zones[override.rotation])
        if spans[place][2] <= spans[place][1]:
            yield f"{place}: it ends before it starts. Exchange starts and ends."
    for (before, first), (place, second) in combinations(spans.items(), 2):
        if overlaps(first, second):
            yield f"{place}: it overlaps {before}. Shorten one of them."


def _owner_faults(place: str, owners: dict[str, tuple[str | None, Collection[str]]]) -> Iterator[str]:
    nouns = " or ".join(owners)
    said = {noun: key for noun, (key, _) in owners.items() if key is not None}
    if len(said) != 1:
        yield f"{place}: it belongs to {'both' if said else 'nobody'}. Give it one {nouns}."
    for noun, key in said.items():
        if key not in owners[noun][1]:
            yield unknown(place, noun, key, owners[noun][1])
