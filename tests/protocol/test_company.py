"""Promises of the company file: strict to read, safe to load twice."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from protocol.company import WITHDRAWN, load_company, read_company
from protocol.people import Absence, Contact, Member, Membership, Role, Team, WorkingHours
from protocol.practice import (
    ChannelLimit,
    CommunicationFlow,
    Company,
    ListeningChannel,
    Measurement,
    Resource,
    Subject,
    SupportEntry,
    Tool,
)
from protocol.store import Store
from protocol.vault import SEALED, Vault
from protocol.words import Channel, Level, Remedy
from wiring.tables import METADATA

SAMPLE = Path(__file__).parents[2] / "examples" / "company.yaml"
SMALL = """
company: {name: Aurora Foods}
members:
  - key: ana.ruiz
    name: Ana Ruiz
    language: es
    time_zone: Europe/Madrid
    sms: ["+34 600 000 008"]
    email: [ana.ruiz@example.com]
    hours:
      - {days: mon-fri, starts: 09:00, ends: 18:30}
    absences:
      - {starts: 2026-08-01, ends: 2026-08-16T12:00:00, reason: holiday}
  - key: tom.baker
    name: Tom Baker
    language: en
    time_zone: America/New_York
    email: [tom.baker@example.com]
teams:
  - key: press
    names: {es: Prensa, en: Press}
    members: [{member: ana.ruiz}, {member: tom.baker}]
roles:
  - {key: press-lead, names: {es: Prensa, en: Press}, cabinet: true, holders: [ana.ruiz, tom.baker]}
tools:
  - {key: desk, name: Desk, team: press}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes the small company, with one place changed."""

    def change(old: str = "", new: str = "") -> Path:
        assert old in SMALL
        path = tmp_path / "company.yaml"
        path.write_text(SMALL.replace(old, new, 1), encoding="utf-8")
        return path

    return change


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            '"+34 600 000 008"',
            '"600 000 008"',
            'member 1 (ana.ruiz), sms 1: "600 000 008" is not a phone number; write it with its country, '
            'like "+34 600 000 001".',
        ),
        ('"+34 600 000 008"', "+34600000008", "member 1 (ana.ruiz), sms 1: must be text; put it in quotes."),
        (
            "[ana.ruiz@example.com]",
            "[ana.ruiz]",
            'member 1 (ana.ruiz), email 1: "ana.ruiz" is not an e-mail address '
            "(An email address must have an @-sign); correct it.",
        ),
        (
            "Europe/Madrid",
            "Madrid",
            'member 1 (ana.ruiz): time_zone: "Madrid" is not a time zone; write it like Europe/Madrid.',
        ),
        (
            "language: es",
            "language: fr",
            'member 1 (ana.ruiz): language: is "fr", which is not known; use one of: es, en.',
        ),
        (
            "mon-fri",
            "fri-mon",
            'member 1 (ana.ruiz), hours 1: days: "fri-mon" is not a day or a span of days; '
            "write it like mon or mon-fri.",
        ),
        (
            "starts: 09:00",
            "starts: 9",
            'member 1 (ana.ruiz), hours 1: starts: "9" is not a time of day; write it like "09:00".',
        ),
        (
            "ends: 18:30",
            'ends: "06:00"',
            "member 1 (ana.ruiz): hours end before they start. Write a night as two lines, the first until 23:59.",
        ),
        (
            "starts: 2026-08-01",
            "starts: 2026-08-21",
            "member 1 (ana.ruiz): an absence ends before it starts. Exchange starts and ends.",
        ),
        (
            "    email: [tom.baker@example.com]\n",
            "",
            "member 2 (tom.baker): no way to reach this person. Add sms or email.",
        ),
        ("key: tom.baker", "key: ana.ruiz", None),
        (
            "{name: Aurora Foods}",
            '{name: Aurora Foods, quiet_hours: {starts: "22:00", ends: "22:00"}}',
            "company: quiet hours end when they start. Write a night, like 22:00 to 07:00, or leave them out.",
        ),
        (
            "{name: Aurora Foods}",
            "{name: Aurora Foods, quiet_hours: {starts: late}}",
            'company, quiet_hours, starts: "late" is not a time of day; write it like "09:00".',
        ),
        (
            "{name: Aurora Foods}",
            "{name: Aurora Foods, quiet_below: purple}",
            'company, quiet_below: is "purple", which is not known; use one of: green, yellow, orange, red.',
        ),
        (
            "{name: Aurora Foods}",
            "{name: Aurora Foods, limits: {sms: {count: 0, minutes: 10}}}",
            "company, limits, sms, count: is 0; it must be 1 or more.",
        ),
        (
            "    email: [tom.baker@example.com]",
            '    email: [tom.baker@example.com]\n    voice: ["555"]',
            'member 2 (tom.baker), voice 1: "555" is not a phone number; write it with its country, '
            'like "+34 600 000 001".',
        ),
        (
            "    email: [tom.baker@example.com]",
            "    email: [tom.baker@example.com]\n    chat: [a-secret-token]",
            "member 2 (tom.baker), chat 1: a chat contact is an Apprise address; "
            "write it with its scheme, like tgram://TOKEN/CHAT.",
        ),
        (
            "    email: [tom.baker@example.com]",
            "    email: [tom.baker@example.com]\n    chat: [tgram://x/y, tgram://x/y]",
            "member 2 (tom.baker): a chat contact stands twice. Keep one.",
        ),
        (
            "holders: [ana.ruiz, tom.baker]",
            "holders: [ana.ruiz, tim.baker]",
            'role 1 (press-lead): no member "tim.baker" in this file. Add it, or use one of: ana.ruiz, tom.baker.',
        ),
        (
            "holders: [ana.ruiz, tom.baker]",
            "holders: [ana.ruiz, ana.ruiz]",
            'role 1 (press-lead): the member "ana.ruiz" stands twice. Keep one.',
        ),
        ("team: press}", "team: pres}", 'tool 1 (desk): no team "pres" in this file. Add it, or use one of: press.'),
        (
            "names: {es: Prensa, en: Press}\n",
            "names: {es: Prensa}\n",
            'team 1 (press): names: needs the key "en"; write it.',
        ),
        (
            "    members: [{member: ana.ruiz}, {member: tom.baker}]",
            "    outside: true\ncommunication_flows:\n"
            "  - {key: f, from_team: press, to_team: press, when: Always, phases: [crisis]}",
            'communication_flow 1 (f): the team "press" is outside the company, so it cannot tell by itself. '
            "Let a team of the company tell, or leave its phases out.",
        ),
        (
            "cabinet: true",
            "cabinett: true",
            'role 1 (press-lead): unknown key "cabinett". Use one of: cabinet, holders, key, names, on_holidays, '
            "outside_hours, owner, raci, responsibilities, review.",
        ),
        (
            'sms: ["+34 600 000 008"]',
            'sms: [{to: "+34 600 000 008", common: true}]',
            "member 1 (ana.ruiz): a contact is written like "
            '{to: "+34 600 000 001", shared: true, verified: 2026-03-01}.',
        ),
        (
            'sms: ["+34 600 000 008"]',
            'sms: ["+34 600 000 008"]\n    shared: ["+34 600 000 009"]',
            'member 1 (ana.ruiz): "+34600000009" is shared or verified, but no contact of theirs. '
            "Add it, or leave it out.",
        ),
        (
            'sms: ["+34 600 000 008"]',
            'sms: ["+34 600 000 008"]\n    raci: {responsible: [media, Media]}',
            'member 1 (ana.ruiz): raci, responsible: the area "Media" stands twice. Keep one.',
        ),
        (
            'sms: ["+34 600 000 008"]',
            'sms: ["+34 600 000 008"]\n    raci: {informed: [""]}',
            "member 1 (ana.ruiz), raci, informed 1: "
            "an area is one line of up to 80 characters, like media relations; correct it.",
        ),
    ],
)
def test_a_faulty_file_names_file_place_and_remedy(
    write: Callable[..., Path], old: str, new: str, sentence: str | None
) -> None:
    path = write(old, new)
    with pytest.raises(Remedy) as error:
        read_company(path)
    if sentence is None:
        sentence = "member 2 (ana.ruiz): the key stands twice. Give each member its own."
    assert str(error.value).splitlines()[0] == f"{path}, {sentence}"


def test_a_missing_file_is_told() -> None:
    with pytest.raises(Remedy, match=r"^nowhere\.yaml: there is no such file; check its name\.$"):
        read_company(Path("nowhere.yaml"))


def test_numbers_hours_and_absences_are_normalised(store: Store, vault: Vault, write: Callable[..., Path]) -> None:
    with store.write() as session:
        load_company(session, vault, read_company(write()))
    with store.read() as session:
        ana = session.scalars(select(Member).where(Member.key == "ana.ruiz")).one()
        assert [(row.channel, vault.open(row.sealed)) for row in ana.contacts] == [
            (Channel.SMS, "+34600000008"),
            (Channel.EMAIL, "ana.ruiz@example.com"),
        ]
        hours = session.scalars(select(WorkingHours).order_by(WorkingHours.weekday)).all()
        assert [(row.weekday, row.starts, row.ends) for row in hours] == [
            (day, time(9, 0), time(18, 30)) for day in range(5)
        ]
        # Midnight and noon of Madrid in summer.
        assert (ana.absences[0].starts, ana.absences[0].ends) == (
            datetime(2026, 7, 31, 22, 0, tzinfo=UTC),
            datetime(2026, 8, 16, 10, 0, tzinfo=UTC),
        )


def snapshot(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in METADATA.sorted_tables
        }


def test_loading_twice_changes_nothing(store: Store, vault: Vault) -> None:
    snapshots = []
    for _ in range(2):
        with store.write() as session:
            load_company(session, vault, read_company(SAMPLE))
        snapshots.append(snapshot(store))
    assert snapshots[0] == snapshots[1]


def test_the_sample_fills_every_table_of_the_protocol(store: Store, vault: Vault) -> None:
    with store.write() as session:
        load_company(session, vault, read_company(SAMPLE))
    tables = (Company, Tool, Resource, CommunicationFlow, Measurement, ListeningChannel, Subject, SupportEntry)
    with store.read() as session:
        for table in tables:
            assert session.scalar(select(func.count()).select_from(table)), table.__name__
        outside = session.scalars(select(Team.key).where(Team.outside).order_by(Team.key)).all()
        assert outside == ["customers", "partners", "press-list"]


def test_the_sample_has_deputies_and_a_cabinet_on_the_drill_roster(store: Store, vault: Vault) -> None:
    with store.write() as session:
        load_company(session, vault, read_company(SAMPLE))
    with store.read() as session:
        roles = session.scalars(select(Role)).all()
        assert all(len(role.holders) >= 2 for role in roles)
        cabinet = [role for role in roles if role.cabinet]
        assert len(cabinet) >= 5
        assert all(holder.drill_roster for role in cabinet for holder in role.holders)
        lead = next(role for role in roles if role.key == "communications-lead")
        assert [holder.key for holder in lead.holders][:2] == ["lucia.romero", "tom.baker"]
        people = session.scalars(select(Member)).all()
        assert any(not person.drill_roster for person in people)
        assert all(contact.opted_out_at is None for person in people for contact in person.contacts)


def test_a_contact_that_left_the_file_is_withdrawn_and_may_come_back(
    store: Store, vault: Vault, write: Callable[..., Path]
) -> None:
    moments: list[datetime | None] = []
    for old, new in (("", ""), ('    sms: ["+34 600 000 008"]\n', ""), ("", "")):
        with store.write() as session:
            load_company(session, vault, read_company(write(old, new)))
            row = session.scalars(select(Contact).where(Contact.channel == Channel.SMS)).one()
            moments.append(row.opted_out_at)
    assert moments == [None, WITHDRAWN, None]


def test_an_opt_out_survives_a_load(store: Store, vault: Vault, write: Callable[..., Path]) -> None:
    opted_out = datetime(2026, 3, 2, tzinfo=UTC)
    with store.write() as session:
        load_company(session, vault, read_company(write()))
        session.scalars(select(Contact).where(Contact.channel == Channel.SMS)).one().opted_out_at = opted_out
    with store.write() as session:
        load_company(session, vault, read_company(write()))
    with store.read() as session:
        row = session.scalars(select(Contact).where(Contact.channel == Channel.SMS)).one()
        assert row.opted_out_at == opted_out


def test_lists_follow_the_file(store: Store, vault: Vault, write: Callable[..., Path]) -> None:
    with store.write() as session:
        load_company(session, vault, read_company(write()))
        changed = read_company(write("holders: [ana.ruiz, tom.baker]", "holders: [tom.baker, ana.ruiz]"))
        load_company(session, vault, changed)
        load_company(session, vault, read_company(write("[{member: ana.ruiz}, {member: tom.baker}]", "[]")))
        load_company(session, vault, changed)
        role = session.scalars(select(Role)).one()
        assert [holder.key for holder in role.holders] == ["tom.baker", "ana.ruiz"]
        assert session.scalar(select(func.count()).select_from(Membership)) == 2
        assert session.scalar(select(func.count()).select_from(Absence)) == 1


QUIET = """{
  name: Aurora Foods, quiet_hours: {starts: 22:00, ends: "07:00"}, quiet_below: red,
  limits: {sms: {count: 8, minutes: 10}, voice: {count: 2, minutes: 60}}}"""


def test_quiet_hours_and_limits_follow_the_file(store: Store, vault: Vault, write: Callable[..., Path]) -> None:
    own = '    quiet_hours: {starts: "23:30", ends: "06:15"}\n    email: [ana.ruiz@example.com]'
    loaded = [
        read_company(write("{name: Aurora Foods}", QUIET)),
        read_company(write("    email: [ana.ruiz@example.com]", own)),
        read_company(write()),
    ]
    seen = []
    for company in loaded:
        with store.write() as session:
            load_company(session, vault, company)
        with store.read() as session:
            row = session.scalars(select(Company)).one()
            ana = session.scalars(select(Member).where(Member.key == "ana.ruiz")).one()
            limits = {(limit.channel, limit.count, limit.minutes) for limit in session.scalars(select(ChannelLimit))}
            seen.append((row.quiet_starts, row.quiet_ends, row.quiet_below, limits, ana.quiet_starts, ana.quiet_ends))
    nobody = (None, None, Level.ORANGE, set())
    assert seen == [
        (time(22), time(7), Level.RED, {(Channel.SMS, 8, 10), (Channel.VOICE, 2, 60)}, None, None),
        (*nobody, time(23, 30), time(6, 15)),
        (*nobody, None, None),
    ]


def test_the_sample_keeps_no_quiet_hours_and_calls_its_cabinet(store: Store, vault: Vault) -> None:
    """Its demo and its stories run at any hour; a comment says how to set them."""
    company = read_company(SAMPLE)
    assert company.company.quiet_hours is None and company.company.limits == {}
    assert "# quiet_hours:" in SAMPLE.read_text()
    cabinet = {key for role in company.roles if role.cabinet for key in role.holders}
    assert all(member.voice == member.sms for member in company.members if member.key in cabinet)


def test_every_channel_of_a_person_is_stored(store: Store, vault: Vault, write: Callable[..., Path]) -> None:
    more = 'email: [tom.baker@example.com]\n    voice: ["+1 202 555 0101"]\n    chat: ["tgram://TOKEN/7"]'
    with store.write() as session:
        load_company(session, vault, read_company(write("email: [tom.baker@example.com]", more)))
    with store.read() as session:
        tom = session.scalars(select(Member).where(Member.key == "tom.baker")).one()
        assert {row.channel: vault.open(row.sealed) for row in tom.contacts} == {
            Channel.EMAIL: "tom.baker@example.com",
            Channel.VOICE: "+12025550101",
            Channel.CHAT: "tgram://TOKEN/7",
        }


def test_a_team_that_names_no_members_keeps_those_it_has(
    store: Store, vault: Vault, write: Callable[..., Path]
) -> None:
    """An audience of thousands is loaded from a file of its own."""
    with store.write() as session:
        load_company(session, vault, read_company(write()))
        left_out = write("    members: [{member: ana.ruiz}, {member: tom.baker}]\n", "")
        load_company(session, vault, read_company(left_out))
        assert session.scalar(select(func.count()).select_from(Membership)) == 2


def test_contacts_are_sealed_when_a_contact_key_is_set(store: Store, write: Callable[..., Path]) -> None:
    vault = Vault(b"a secret of the tests", contact_key="a key")
    with store.write() as session:
        load_company(session, vault, read_company(write()))
    with store.read() as session:
        rows = session.scalars(select(Contact)).all()
        assert all(row.sealed.startswith(SEALED) for row in rows)
        assert {row.fingerprint for row in rows} >= {vault.fingerprint("+34600000008")}
