"""Workbooks for the tests: companies that hypothesis makes, and files written by hand."""

import string
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from openpyxl import Workbook

from protocol.company_format import CompanyFile
from protocol.company_parts import DAYS
from protocol.raci import Raci
from protocol.words import AudienceKind, Channel, Language, Level, Phase, Rest
from protocol.workbook.lines import ERRORS
from protocol.workbook.reading import read_book
from protocol.workbook.texts import MessageText
from protocol.workbook.understanding import Understood, understand
from tests.protocol.calendars import calendars

LETTERS = string.ascii_letters + string.digits + " .,;:-_'\"#=+@/&()¿?¡!áéíóúñÑüçß€\n{}|"
words = st.text(LETTERS, max_size=24).map(str.strip).filter(lambda text: text not in ERRORS)
said = words.filter(bool)
both = st.fixed_dictionaries({"es": said, "en": said})
minutes = st.times().map(lambda moment: time(moment.hour, moment.minute))
nights = st.none() | st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1]).map(
    lambda pair: {"starts": pair[0], "ends": pair[1]}
)
PHONES = ("+34600000001", "+34600000002", "+12025550101", "+447700900101")
ADDRESSES = ("ana@example.com", "tom.baker@example.com", "o'neil+1@example.com")
CHATS = ("tgram://TOKEN/7", "slack://a/b,c;d", "json://localhost/?x=1&y=2")
FEEDS = ("https://news.example.com/rss.xml", "http://127.0.0.1:8088/a;b,c?d=1", "https://[::1]/atom")
holidays = st.sampled_from([None, "ES", "ES-MD", "US-NY", "MX", "none", "inherit"])
maybe_rest = st.sampled_from([None, *Rest])
lists = st.lists(st.text(LETTERS, max_size=12).filter(lambda entry: "\n" not in entry), max_size=3)

feeds = st.lists(st.sampled_from(FEEDS), max_size=3, unique=True)
areas = st.lists(said.filter(lambda area: "\n" not in area), max_size=3, unique_by=lambda area: area.casefold())
raci = st.fixed_dictionaries({}, optional=dict.fromkeys(Raci, areas))


def some(values: Sequence[str], least: int = 0) -> st.SearchStrategy[list[str]]:
    """Some of these, in any order."""
    return st.lists(st.sampled_from(values), min_size=least, max_size=len(values), unique=True)


@st.composite
def hours(draw: st.DrawFn) -> dict[str, Any]:
    """Hours on one day or a span of days."""
    first, last = sorted(draw(st.tuples(st.integers(0, 6), st.integers(0, 6))))
    starts, ends = sorted(draw(st.lists(minutes, min_size=2, max_size=2, unique=True)))
    days = DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"
    return {"days": days, "starts": starts, "ends": ends}


@st.composite
def absences(draw: st.DrawFn) -> dict[str, Any]:
    """From a day or a moment on, for some days or minutes."""
    starts = draw(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001 - the person's own
    starts = starts.replace(second=0, microsecond=0)
    if draw(st.booleans()):
        starts = starts.replace(hour=0, minute=0)
    length = draw(st.integers(1, 30).map(lambda days: timedelta(days=days)) | st.just(timedelta(minutes=90)))
    return {"starts": starts, "ends": starts + length, "reason": draw(words)}


@st.composite
def members(draw: st.DrawFn, key: str) -> dict[str, Any]:
    """A person who can be reached."""
    contacts = {"sms": draw(some(PHONES)), "email": draw(some(ADDRESSES, 1))}
    contacts |= {"voice": draw(some(PHONES)), "chat": draw(some(CHATS))}
    theirs = list(dict.fromkeys(value for values in contacts.values() for value in values))
    return {
        **contacts,
        "shared": draw(some(theirs)),
        "verified": draw(st.dictionaries(st.sampled_from(theirs), st.dates(date(2020, 1, 1), date(2040, 1, 1)))),
        "raci": draw(raci),
        "key": key,
        "name": draw(said),
        "title": draw(words),
        "language": draw(st.sampled_from(list(Language))),
        "time_zone": draw(st.sampled_from(["Europe/Madrid", "America/New_York", "UTC", "Asia/Kathmandu"])),
        "responsibilities": draw(words),
        "drill_roster": draw(st.booleans()),
        "quiet_hours": draw(nights),
        "hours": draw(st.lists(hours(), max_size=3)),
        "absences": draw(st.lists(absences(), max_size=2)),
        "holidays": draw(holidays),
    }


@st.composite
def kept(draw: st.DrawFn, owners: Sequence[str], document: dict[str, Any]) -> CompanyFile:
    """The company, some of its entries with an owner or a review date."""
    stewards = st.fixed_dictionaries(
        {}, optional={"owner": st.sampled_from(owners), "review": st.dates(date(2020, 1, 1), date(2040, 1, 1))}
    )
    told = {
        name: [{**entry, **draw(stewards)} for entry in entries] if name != "overrides" else entries
        for name, entries in document.items()
        if name != "company"
    }
    return CompanyFile.model_validate({"company": {**document["company"], **draw(stewards)}, **told})


@st.composite
def companies(draw: st.DrawFn) -> CompanyFile:
    """A whole company: every field of every entry may stand in it."""
    people = [f"p{number}.x" for number in range(draw(st.integers(1, 4)))]
    teams = [f"t-{number}" for number in range(draw(st.integers(1, 3)))]
    a_team, maybe_team = st.sampled_from(teams), st.none() | st.sampled_from(teams)

    def each(noun: str, **fields: st.SearchStrategy[Any]) -> list[dict[str, Any]]:
        number = draw(st.integers(0, 2))
        return [draw(st.fixed_dictionaries({"key": st.just(f"{noun}-{place}"), **fields})) for place in range(number)]

    def places() -> list[dict[str, str]] | None:
        chosen = draw(st.none() | some(people))
        return None if chosen is None else [{"member": key, "tasks": draw(words)} for key in chosen]

    rests = {"on_holidays": maybe_rest, "outside_hours": maybe_rest}
    holders = some(people, least=1)
    happening = {
        "phases": some(list(Phase)),
        "message": st.none() | st.sampled_from(["phase-changed", "sitrep"]),
        "channels": some(list(Channel)),
        "level": st.none() | st.sampled_from(list(Level)),
    }
    outside = {key: draw(st.booleans()) for key in teams}
    flows = each("flow", from_team=a_team, to_team=a_team, when=said, **happening)
    for flow in flows:
        flow["phases"] = [] if outside[flow["from_team"]] else flow["phases"]
    roles = each("role", names=both, cabinet=st.booleans(), responsibilities=words, raci=raci, holders=holders, **rests)
    limit = st.fixed_dictionaries({"count": st.integers(1, 1000), "minutes": st.integers(1, 1440)})
    return draw(
        kept(
            [*people, *(role["key"] for role in roles)],
            {
                "company": {
                    "name": draw(said),
                    "press_page": draw(words),
                    "quiet_hours": draw(nights),
                    "quiet_below": draw(st.sampled_from(list(Level))),
                    "holidays": draw(holidays),
                    "variables": draw(st.dictionaries(st.sampled_from(["help_line", "fax", "x_1"]), said | both)),
                    "limits": draw(st.dictionaries(st.sampled_from(list(Channel)), limit)),
                },
                "members": [draw(members(key)) for key in people],
                "teams": [
                    {
                        "key": key,
                        "names": draw(both),
                        "functions": draw(words),
                        "outside": outside[key],
                        "audience": draw(st.none() | st.sampled_from(list(AudienceKind))),
                        "holidays": draw(holidays),
                        "members": places(),
                    }
                    for key in teams
                ],
                "roles": roles,
                **draw(calendars(people, teams, [role["key"] for role in roles])),
                "tools": each("tool", name=said, purpose=words, team=maybe_team),
                "resources": each(
                    "resource", kind=st.sampled_from(["faq", "video", "download"]), titles=both, address=words
                ),
                "communication_flows": flows,
                "measurements": each(
                    "measurement",
                    kind=st.sampled_from(["measurement", "analysis", "report"]),
                    name=said,
                    frequency=words,
                    team=maybe_team,
                ),
                "listening_channels": [
                    {**one, "feeds": draw(feeds) if one["kind"] == "monitoring" else []}
                    for one in each(
                        "channel",
                        kind=st.sampled_from(["monitoring", "customer-service"]),
                        name=said,
                        keywords=lists,
                        competitors=lists,
                        personalities=lists,
                        trends=lists,
                    )
                ],
                "subjects": each("subject", kind=st.sampled_from(["brand", "product", "site", "person"]), name=said),
                "support": each(
                    "support",
                    kind=st.sampled_from(["query", "incident"]),
                    channel=said,
                    urgency=st.sampled_from(["low", "medium", "high"]),
                    customer=st.sampled_from(["current", "potential", "any"]),
                    question=said,
                    answers=both,
                    team=maybe_team,
                ),
            },
        )
    )


@st.composite
def texts(draw: st.DrawFn) -> list[MessageText]:
    """Texts of messages: one of a message is public when all are."""
    found = []
    for key in draw(some(["signal-alert", "sitrep"])):
        public = draw(st.booleans())
        places = st.tuples(st.sampled_from(list(Language)), st.sampled_from(list(Channel)))
        for language, channel in draw(st.lists(places, unique=True, max_size=3)):
            subject = draw(words) if channel is Channel.EMAIL else ""
            found.append(MessageText(key, language, channel, subject, draw(said), public))
    return found


def sorted_people(company: CompanyFile) -> CompanyFile:
    """The company with its people by key: their order means nothing."""
    return company.model_copy(update={"members": sorted(company.members, key=lambda member: member.key)})


def understood(path: Path, country: str = "ES") -> Understood:
    """What a file says; any template is well."""
    return understand(read_book(path), country, lambda _: ())


def written(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """A workbook with these rows."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path
