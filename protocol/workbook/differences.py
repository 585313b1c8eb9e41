"""What differs between two protocols: what was added, changed or removed, and where."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from enum import StrEnum

from protocol.calendar_checks import span_of
from protocol.calendar_format import INHERIT, RotationEntry, ShiftEntry
from protocol.company_format import CompanyEntry, CompanyFile, Hours, MemberEntry, TeamEntry
from protocol.company_parts import BothLanguages, KeptEntry, weekdays
from protocol.company_places import local_moment
from protocol.kinds import COLLECTIONS, EntryKind
from protocol.raci import Raci
from protocol.stewardship import SAID, EntryKey, Kept
from protocol.verified import later_days
from protocol.words import Rest
from protocol.workbook.cells import list_text
from protocol.workbook.texts import MessageText

Fields = Mapping[str, object]
Things = dict[tuple[str, str], Fields]
UNSAID: Fields = {
    "holidays": INHERIT,
    "on_holidays": Rest.WORK,
    "outside_hours": Rest.WORK,
    "variables": [],
    "owner": "",
    "review": "",
}
"""Fields of which None says nothing, and what they are as long as nobody has said anything."""


class Change(StrEnum):
    """What happened to something."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Difference:
    """One difference: `field` is empty for something that is only on one side."""

    change: Change
    what: str
    key: str
    field: str = ""
    before: str = ""
    after: str = ""


def differences(
    before: CompanyFile | None,
    after: CompanyFile,
    texts_before: Sequence[MessageText] = (),
    texts_after: Sequence[MessageText] = (),
) -> list[Difference]:
    """Everything that differs, in the order of `after`. Ways of writing that mean the same are no difference."""
    old = {**(_things(before) if before else {}), **_texts(texts_before)}
    new = {**_things(after, before), **_texts(texts_after)}
    found = [change for place, fields in new.items() for change in _changes(place, old.get(place), fields)]
    found += _order(before, after) if before else ()
    return found + [Difference(Change.REMOVED, *place) for place in old if place not in new]


def kept_differences(before: Mapping[EntryKey, Kept], after: Mapping[EntryKey, Kept]) -> list[Difference]:
    """Who keeps which message, where that differs; of what `after` does not say nothing changes."""
    return [
        Difference(Change.CHANGED, place[0], place[1], name, _shown(_plain(old)), _shown(_plain(new)))
        for place, kept in after.items()
        for name in sorted(kept.said)
        if (new := getattr(kept, name)) != (old := getattr(before.get(place, Kept()), name))
    ]


def _changes(place: tuple[str, str], old: Fields | None, new: Fields) -> Iterator[Difference]:
    if old is None:
        yield Difference(Change.ADDED, *place)
        return
    for name, value in new.items():
        before = UNSAID.get(name) if old[name] is None else old[name]
        if value is not None and before != value:
            yield Difference(Change.CHANGED, *place, name, _shown(before), _shown(value))


def _things(company: CompanyFile, stored: CompanyFile | None = None) -> Things:
    confirmed = {member.key: member.verified for member in stored.members} if stored else {}
    found: Things = {("company", ""): _company(company.company)}
    found |= {("team", team.key): _team(team) for team in company.teams}
    found |= {("member", m.key): _member(m, confirmed.get(m.key, {})) for m in company.members}
    for what, name in COLLECTIONS.items():
        for entry in getattr(company, name) if what not in (EntryKind.TEAM, EntryKind.MEMBER) else ():
            fields = {field: getattr(entry, field) for field in type(entry).model_fields if field != "key"}
            plain = {field: value if field in UNSAID else _plain(value) for field, value in fields.items()}
            found[what, entry.key] = {**plain, **_kept(entry)}
    for rotation in company.rotations:
        found["rotation", rotation.key] = {
            **found["rotation", rotation.key],
            "overrides": _overrides(company, rotation),
            "shifts": _by_day(rotation.shifts),
        }
    return found


def _texts(texts: Sequence[MessageText]) -> Things:
    return {
        ("message", f"{text.key} {text.language} {text.channel}"): {
            "subject": text.subject,
            "body": text.body,
            "public": text.public,
        }
        for text in texts
    }


def _company(company: CompanyEntry) -> Fields:
    return {
        **_kept(company),
        "name": company.name,
        "press_page": company.press_page,
        "quiet_hours": _plain(company.quiet_hours),
        "quiet_below": company.quiet_below.value,
        "holidays": company.holidays,
        "variables": sorted(map(_variable, company.variables.items())) or None,
        "limits": sorted(f"{channel} {one.count}/{one.minutes}" for channel, one in company.limits.items()),
    }


def _kept(entry: KeptEntry) -> Fields:
    """None for what the entry does not speak of."""
    return {name: _plain(getattr(entry, name)) if name in entry.model_fields_set else None for name in sorted(SAID)}


def _variable(said: tuple[str, BothLanguages]) -> str:
    name, words = said
    return f"{name}: {words.es}" if words.es == words.en else f"{name}: {words.es} / {words.en}"


def _overrides(company: CompanyFile, rotation: RotationEntry) -> list[str]:
    own = [(span_of(one, rotation.time_zone), one) for one in company.overrides if one.rotation == rotation.key]
    return [
        f"{starts:%Y-%m-%d %H:%M:%S} – {ends:%Y-%m-%d %H:%M:%S} {one.member} {one.why}".rstrip()
        for (_, starts, ends), one in sorted(own, key=lambda pair: (pair[0], pair[1].member, pair[1].why))
    ]


def _team(team: TeamEntry) -> Fields:
    """`members` None says nothing about them."""
    places = team.members
    members = None if places is None else [f"{p.member}: {p.tasks}" if p.tasks else p.member for p in places]
    return {
        **_kept(team),
        "names": _plain(team.names),
        "functions": team.functions,
        "outside": team.outside,
        "audience": _plain(team.audience),
        "holidays": team.holidays,
        "members": members,
    }


def _member(member: MemberEntry, confirmed: Mapping[str, date]) -> Fields:
    """`confirmed` is what the store knows of the person's contacts: an older day changes nothing."""
    plain = ("name", "title", "responsibilities", "drill_roster", "sms", "email", "voice", "chat", "time_zone")
    absences = [
        (*(local_moment(moment, member.time_zone).astimezone(UTC) for moment in (one.starts, one.ends)), one.reason)
        for one in member.absences
    ]
    return {
        **_kept(member),
        **{name: getattr(member, name) for name in plain},
        "language": member.language.value,
        "holidays": member.holidays,
        **{part.value: member.raci.areas(part) for part in Raci},
        "shared": sorted(member.shared),
        "verified": [f"{contact} {day}" for contact, day in sorted(later_days(confirmed, member.verified).items())],
        "quiet_hours": _plain(member.quiet_hours),
        "hours": _by_day(member.hours),
        "absences": [
            f"{starts:%Y-%m-%d %H:%M:%S} – {ends:%Y-%m-%d %H:%M:%S} {why}" for starts, ends, why in sorted(absences)
        ],
    }


def _by_day(spans: Iterable[Hours | ShiftEntry]) -> list[str]:
    hours = {(day, span.starts, span.ends) for span in spans for day in weekdays(span.days)}
    return [f"{day + 1} {starts:%H:%M}-{ends:%H:%M}" for day, starts, ends in sorted(hours)]


def _order(before: CompanyFile, after: CompanyFile) -> list[Difference]:
    """Flows between departments stand in order; other entries do not."""
    old, new = ([flow.key for flow in company.communication_flows] for company in (before, after))
    was, is_now = [key for key in old if key in new], [key for key in new if key in old]
    if was == is_now:
        return []
    return [Difference(Change.CHANGED, "communication flow", "", "order", list_text(was), list_text(is_now))]


def _plain(value: object) -> object:
    """A value that None does not stand for: there None means that nothing is said."""
    return "" if value is None else value


def _shown(value: object) -> str:
    if isinstance(value, list):
        return list_text([str(entry) for entry in value])
    fields = getattr(type(value), "model_fields", None)
    return ", ".join(f"{name}: {getattr(value, name)}" for name in fields) if fields else str(value)
