"""Every change of the protocol is a version with who, when and why, and what stood then can be taken out again."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from playbooks.texts import keep_messages, newest_texts, texts_of_version
from protocol.audience import load_audience
from protocol.audience_file import Given, read_audience
from protocol.changes import changes_of_entry, changes_of_version, summary
from protocol.company import load_company, read_company
from protocol.company_export import company_of
from protocol.company_format import CompanyFile
from protocol.forgetting import forget
from protocol.history import Author, current_version, recorded, version_at, versions
from protocol.history_rows import EntryVersion
from protocol.kinds import EntryKind
from protocol.messages import MessageTemplate
from protocol.past import company_at
from protocol.people import Contact, Member, Membership
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Channel, Language, Remedy
from protocol.workbook.texts import MessageText
from tests.fakes.set_clock import NOW
from tests.protocol.workbooks import companies

COMPANY = Path(__file__).parents[2] / "examples" / "company.yaml"
SAMPLE = read_company(COMPANY)
ANA = Author("Ana Ruiz", "crisis load company.yaml", "the yearly look")
HOUR = timedelta(hours=1)
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # it would take minutes


def load(store: Store, vault: Vault, company: CompanyFile, hours: int = 0, author: Author = ANA) -> int | None:
    """Loads a company some hours after the first; the version that it became."""
    with store.write() as session, recorded(session, author, NOW + hours * HOUR) as done:
        load_company(session, vault, company)
    return done.version


def with_number(company: CompanyFile, number: str) -> CompanyFile:
    """The company, its first member with another number."""
    first = company.members[0].model_copy(update={"sms": [number], "voice": []})
    return company.model_copy(update={"members": [first, *company.members[1:]]})


def unconfirmed(company: CompanyFile) -> CompanyFile:
    """The company without the days of confirmations, which belong to no version."""
    return company.model_copy(update={"members": [one.model_copy(update={"verified": {}}) for one in company.members]})


def test_a_change_is_a_version_with_who_when_and_why(store: Store, vault: Vault) -> None:
    assert load(store, vault, SAMPLE) == 1
    with store.read() as session:
        (version,) = versions(session)
        assert (version.by, version.why, version.source, version.at) == (ANA.by, ANA.why, ANA.source, NOW)
        assert f"{len(SAMPLE.members)} members (lucia.romero, tom.baker, marta.vidal, …)" in summary(session, version)


def test_loading_the_same_again_is_no_version(store: Store, vault: Vault) -> None:
    load(store, vault, SAMPLE)
    assert load(store, vault, SAMPLE, 1) is None
    with store.read() as session:
        assert len(versions(session)) == 1


def test_what_stood_before_the_history_began_is_its_first_version(store: Store, vault: Vault) -> None:
    with store.write() as session:
        load_company(session, vault, SAMPLE)
    assert load(store, vault, with_number(SAMPLE, "+34600000099"), 1) == 2
    with store.read() as session:
        assert unconfirmed(company_at(session, vault, version_at(session, NOW - HOUR))) == unconfirmed(SAMPLE)
        assert [version.why for version in versions(session)] == [
            "the yearly look",
            "what stood in the protocol when its history began",
        ]


def test_the_protocol_of_a_moment_can_be_taken_out_again(store: Store, vault: Vault) -> None:
    load(store, vault, SAMPLE)
    load(store, vault, with_number(SAMPLE, "+34600000099"), 2)
    with store.read() as session:
        assert company_at(session, vault, version_at(session, NOW + HOUR)).members[0].sms == ["+34600000001"]
        assert company_at(session, vault, version_at(session, NOW + 2 * HOUR)).members[0].sms == ["+34600000099"]
        with pytest.raises(Remedy, match="The history of the protocol begins on 2026-03-03 21:00:00 UTC; give a later"):
            version_at(session, NOW - HOUR)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=WITHOUT_SHRINKING)
@given(first=companies(), second=companies())
def test_any_version_comes_out_as_the_store_was(
    first: CompanyFile, second: CompanyFile, sqlite_template: Path, tmp_path: Path, vault: Vault
) -> None:
    file = tmp_path / f"{uuid4()}.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite:///{file}")
    stood = {}
    for hours, company in enumerate((first, second)):
        load(store, vault, company, hours)
        with store.read() as session:
            stood[current_version(session)] = company_of(session, vault)
    with store.read() as session:
        for number, company in stood.items():
            assert number is not None
            past = company_at(session, vault, number)
            for name in CompanyFile.model_fields:
                assert (number, name, getattr(past, name)) == (number, name, getattr(unconfirmed(company), name))
    store.close()


def test_what_changed_is_told_field_by_field_with_contacts_in_clear(store: Store, vault: Vault) -> None:
    load(store, vault, SAMPLE)
    load(store, vault, with_number(SAMPLE, "+34600000099"), 1)
    with store.read() as session:
        (change,) = changes_of_version(session, vault, 2)
        assert (change.kind, change.key, change.what, change.field) == (
            EntryKind.MEMBER,
            "lucia.romero",
            "changed",
            "contacts",
        )
        assert "sms +34600000001" in change.before and "sms +34600000099" in change.after
        told = changes_of_entry(session, vault, EntryKind.MEMBER, "lucia.romero")
        assert [(one.version, one.what) for one in told] == [(1, "new"), (2, "changed")]


def test_no_contact_stands_in_the_history(store: Store) -> None:
    vault = Vault(b"a secret of the tests", "a contact key")
    load(store, vault, SAMPLE)
    with store.read() as session:
        documents = str(session.scalars(select(EntryVersion.document)).all())
        values = [vault.open(sealed) for sealed in session.scalars(select(Contact.sealed))]
    assert values and not [value for value in values if value in documents]


def test_an_audience_of_its_own_file_is_one_figure_and_a_print_of_its_people(
    store: Store, vault: Vault, tmp_path: Path
) -> None:
    load(store, vault, SAMPLE)
    file = tmp_path / "fans.csv"
    file.write_text("name,language,time_zone,email\nBen Cole,en,UTC,ben@example.com\n", encoding="utf-8")
    for hours, more in ((1, ""), (2, "Eva Sanz,es,UTC,eva@example.com\n"), (3, "")):
        file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
        people = read_audience(file, "fans", vault, Given(None, None), lambda _: None)
        with store.write() as session, recorded(session, ANA, NOW + hours * HOUR) as done:
            load_audience(session, "fans", people, {}, outside=True)
        assert done.version == (2, 3, None)[hours - 1]
    with store.read() as session:
        rows = session.scalars(select(EntryVersion).where(EntryVersion.key == "fans").order_by(EntryVersion.id)).all()
        assert [row.document and row.document["apart"]["people"] for row in rows] == [1, 2]
        assert session.scalar(select(EntryVersion.id).where(EntryVersion.key.startswith("fans."))) is None
        assert company_at(session, vault, 3).teams[-1].members is None


def test_a_new_text_is_known_from_its_version_on(store: Store, vault: Vault) -> None:
    def say(body: str, hours: int) -> None:
        with store.write() as session, recorded(session, ANA, NOW + hours * HOUR):
            load_company(session, vault, SAMPLE)
            keep_messages(session, [MessageText("sitrep", Language.EN, Channel.SMS, "", body)])

    say("As it was.", 0)
    say("As it is.", 1)
    with store.read() as session:
        assert [row.since for row in session.scalars(select(MessageTemplate).order_by(MessageTemplate.id))] == [1, 2]
        assert [text.body for text in texts_of_version(session, 1)] == ["As it was."]
        assert texts_of_version(session, 2) == newest_texts(session)


def test_what_fails_leaves_no_version(store: Store, vault: Vault) -> None:
    load(store, vault, SAMPLE)
    with pytest.raises(Remedy), store.write() as session, recorded(session, ANA, NOW + HOUR):
        load_company(session, vault, with_number(SAMPLE, "+34600000099"))
        raise Remedy("No.")
    with store.read() as session:
        assert current_version(session) == 1
        assert company_of(session, vault).members[0].sms == ["+34600000001"]


def test_owners_and_review_dates_stay_until_something_else_is_said(store: Store, vault: Vault) -> None:
    tools = [tool.model_copy(update={"owner": "crisis-lead", "review": NOW.date()}) for tool in SAMPLE.tools]
    load(store, vault, SAMPLE.model_copy(update={"tools": tools}))
    with store.read() as session:
        assert company_of(session, vault).tools == tools
    unsaid = [tool.model_copy() for tool in read_company(COMPANY).tools if tool.owner is None]
    load(store, vault, SAMPLE.model_copy(update={"tools": unsaid}), 1)
    with store.read() as session:
        assert [tool.owner for tool in company_of(session, vault).tools] == ["crisis-lead"] * len(tools)
    nobody = [tool.model_copy(update={"owner": None, "review": None}) for tool in SAMPLE.tools]
    load(store, vault, SAMPLE.model_copy(update={"tools": nobody}), 2)
    with store.read() as session:
        assert {(tool.owner, tool.review) for tool in company_of(session, vault).tools} == {(None, None)}
        assert company_at(session, vault, 1).tools == tools


def test_who_was_erased_or_went_into_an_audience_is_gone_from_the_next_version_on(
    store: Store, vault: Vault, tmp_path: Path
) -> None:
    load(store, vault, SAMPLE)
    with store.write() as session, recorded(session, ANA, NOW + HOUR):
        laura = session.scalars(select(Member).where(Member.key == "laura.gil")).one()
        session.execute(delete(Membership).where(Membership.member_id == laura.id))
        laura.key, laura.erased_at = "erased-9", NOW + HOUR
        forget(session, laura, "laura.gil")
    with store.read() as session:
        before, after = (keys_at(session, vault, version) for version in (1, 2))
    assert "erased-9" in before and "laura.gil" not in before
    assert not {"erased-9", "laura.gil"} & after


def keys_at(session: Session, vault: Vault, version: int) -> set[str]:
    """The keys of the members that a version knew."""
    return {member.key for member in company_at(session, vault, version).members}


def test_erasing_renames_people_and_nothing_else_that_has_the_same_key(store: Store, vault: Vault) -> None:
    team = next(team for team in SAMPLE.teams if team.key == "communications")
    twin = SAMPLE.members[1].model_copy(update={"key": "communications", "sms": [], "email": ["twin@example.com"]})
    place = team.members[0].model_copy(update={"member": "communications"}) if team.members else None
    teams = [
        one.model_copy(update={"members": [*(one.members or []), place]}) if one is team else one
        for one in SAMPLE.teams
    ]
    load(store, vault, SAMPLE.model_copy(update={"members": [*SAMPLE.members, twin], "teams": teams}))
    with store.write() as session:
        member = session.scalars(select(Member).where(Member.key == "communications")).one()
        member.key = "erased-7"
        forget(session, member, "communications")
    with store.read() as session:
        past = company_at(session, vault, 1)
    assert [flow.from_team for flow in past.communication_flows] == [f.from_team for f in SAMPLE.communication_flows]
    names = {one.key: [place.member for place in one.members or ()] for one in past.teams}
    assert "erased-7" in names["communications"] and "communications" not in names["communications"]


def test_an_audience_is_known_by_its_team_whatever_the_keys_of_its_people(
    store: Store, vault: Vault, tmp_path: Path
) -> None:
    load(store, vault, SAMPLE)
    file = tmp_path / "staff.csv"
    for hours, more in ((1, ""), (2, "eva.sanz,Eva Sanz,es,UTC,eva@example.com\n")):
        file.write_text("key,name,language,time_zone,email\nana.ruiz,Ana Ruiz,es,UTC,ana@example.com\n" + more)
        people = read_audience(file, "staff", vault, Given(None, None), lambda _: None)
        with store.write() as session, recorded(session, ANA, NOW + hours * HOUR) as done:
            load_audience(session, "staff", people, {}, outside=False)
        assert done.version == hours + 1


def test_a_changed_order_of_flows_alone_is_told_as_that(store: Store, vault: Vault) -> None:
    load(store, vault, SAMPLE)
    flows = [*reversed(SAMPLE.communication_flows)]
    load(store, vault, SAMPLE.model_copy(update={"communication_flows": flows}), 1)
    with store.read() as session:
        assert next(summary(session, version) for version in versions(session)) == "the order of communication flows"
        assert company_at(session, vault, 2).communication_flows == flows


def test_a_text_that_may_leave_the_company_from_now_on_is_a_version_of_its_own(store: Store, vault: Vault) -> None:
    for hours, public in ((0, False), (1, True)):
        with store.write() as session, recorded(session, ANA, NOW + hours * HOUR):
            load_company(session, vault, SAMPLE)
            keep_messages(session, [MessageText("sitrep", Language.EN, Channel.SMS, "", "The same.", public)])
    with store.read() as session:
        assert [[text.public for text in texts_of_version(session, version)] for version in (1, 2)] == [[False], [True]]
