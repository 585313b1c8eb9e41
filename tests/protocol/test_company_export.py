"""Out of the store comes what went in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from protocol.audience import load_audience
from protocol.audience_file import Given, read_audience
from protocol.company import load_company, read_company
from protocol.company_export import company_of, has_company
from protocol.company_format import CompanyFile
from protocol.people import Contact, Member
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Channel, Remedy
from protocol.workbook.differences import differences
from tests.protocol.workbooks import companies

SAMPLE = Path(__file__).parents[2] / "examples" / "company.yaml"


def test_the_sample_company_comes_out_as_it_went_in(store: Store, vault: Vault) -> None:
    company = read_company(SAMPLE)
    with store.write() as session:
        load_company(session, vault, company)
    with store.read() as session:
        assert company_of(session, vault) == company


def test_a_company_with_everything_comes_out_as_it_went_in(store: Store, vault: Vault) -> None:
    sample = read_company(SAMPLE)
    quiet = {"starts": "22:00", "ends": "07:00"}
    absences = [
        {"starts": datetime(2026, 8, 1), "ends": datetime(2026, 8, 16, 12), "reason": "holiday"},  # noqa: DTZ001
        {"starts": datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "ends": datetime(2026, 10, 25, 3)},  # noqa: DTZ001
    ]
    hours = [
        {"days": "mon-wed", "starts": "08:00", "ends": "12:00"},
        {"days": "fri", "starts": "08:00", "ends": "12:00"},
    ]
    document = sample.model_dump()
    document["company"] |= {"quiet_hours": quiet, "quiet_below": "red", "limits": {"sms": {"count": 8, "minutes": 10}}}
    document["members"][0] |= {"quiet_hours": quiet, "absences": absences, "hours": hours, "chat": ["tgram://TOKEN/7"]}
    company = CompanyFile.model_validate(document)
    with store.write() as session:
        load_company(session, vault, company)
    with store.read() as session:
        assert company_of(session, vault) == company


def test_loading_what_came_out_changes_nothing(store: Store, vault: Vault) -> None:
    with store.write() as session:
        load_company(session, vault, read_company(SAMPLE))
    with store.write() as session:
        load_company(session, vault, company_of(session, vault))
    with store.read() as session:
        assert company_of(session, vault) == read_company(SAMPLE)


def test_a_contact_that_left_its_file_does_not_come_out_and_an_opted_out_one_does(store: Store, vault: Vault) -> None:
    company = read_company(SAMPLE)
    lucia = company.members[0].model_copy(update={"sms": ["+34600000099"]})
    with store.write() as session:
        load_company(session, vault, company)
        load_company(session, vault, company.model_copy(update={"members": [lucia, *company.members[1:]]}))
        row = session.scalars(
            select(Contact).join(Member).where(Member.key == lucia.key, Contact.channel == Channel.EMAIL)
        ).one()
        row.opted_out_at = datetime(2026, 3, 2, tzinfo=UTC)
    with store.read() as session:
        assert company_of(session, vault).members[0] == lucia


def test_an_audience_from_a_file_of_its_own_stays_there(store: Store, vault: Vault, tmp_path: Path) -> None:
    file = tmp_path / "fans.csv"
    file.write_text("name,language,time_zone,email\nBen Cole,en,UTC,ben@example.com\n", encoding="utf-8")
    company = read_company(SAMPLE)
    with store.write() as session:
        load_company(session, vault, company)
        people = read_audience(file, "fans", vault, Given())
        load_audience(session, "fans", people, {"es": "Seguidores", "en": "Fans"}, True)
    with store.read() as session:
        found = company_of(session, vault)
    assert found.members == company.members
    assert {team.key: team.members for team in found.teams}["fans"] is None
    assert all(team.members for team in found.teams if team.key != "fans")


def test_an_empty_store_has_no_company(store: Store, vault: Vault) -> None:
    with store.read() as session:
        assert not has_company(session)
        with pytest.raises(Remedy, match=r"^The store holds no company; load one with crisis load --company FILE\.$"):
            company_of(session, vault)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(companies())
def test_any_company_comes_out_meaning_the_same(store: Store, vault: Vault, company: CompanyFile) -> None:
    with store.write() as session:
        load_company(session, vault, company)
        told = [one for one in differences(company_of(session, vault), company) if one.change != "removed"]
        session.rollback()
    assert told == []
