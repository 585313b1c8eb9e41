"""What is said about people beside who they are: parts in areas, shared contacts, the day of a confirmation."""

from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from protocol.company import load_company, read_company
from protocol.company_export import company_of
from protocol.company_format import CompanyFile, MemberEntry
from protocol.people import Contact, Responsibility
from protocol.raci import Raci
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Channel
from protocol.workbook.differences import differences
from tests.fakes.set_clock import NOW

SAMPLE = Path(__file__).parents[2] / "examples" / "company.yaml"
NUMBER, MARCH = "+34600000001", date(2026, 3, 1)


def person(**said: object) -> MemberEntry:
    base = {"key": "lucia.romero", "name": "Lucía", "language": "es", "time_zone": "Europe/Madrid"}
    return MemberEntry.model_validate({**base, "email": ["lucia@example.com"], **said})


def company(member: MemberEntry) -> CompanyFile:
    sample = read_company(SAMPLE)
    return sample.model_copy(update={"members": [member, *sample.members[1:]]})


def load(store: Store, vault: Vault, member: MemberEntry) -> CompanyFile:
    with store.write() as session:
        load_company(session, vault, company(member))
    with store.read() as session:
        return company_of(session, vault)


def contacts(store: Store, vault: Vault, value: str = NUMBER) -> dict[Channel, Contact]:
    with store.read() as session:
        found = session.scalars(select(Contact).where(Contact.fingerprint == vault.fingerprint(value)))
        return {contact.channel: contact for contact in found}


def test_the_flags_of_a_contact_stand_with_it_or_with_the_person() -> None:
    flagged = person(sms=[{"to": "+34 600 000 001", "shared": True, "verified": MARCH}], voice=["+34 600 000 001"])
    assert flagged == person(sms=[NUMBER], voice=[NUMBER], shared=["+34 600 000 001"], verified={NUMBER: MARCH})
    assert (flagged.shared, flagged.verified) == ([NUMBER], {NUMBER: MARCH})


def test_they_hold_for_every_channel_of_the_number(store: Store, vault: Vault) -> None:
    load(store, vault, person(sms=[{"to": NUMBER, "shared": True, "verified": MARCH}], voice=[NUMBER]))
    both = contacts(store, vault)
    assert [contact.shared for contact in both.values()] == [True, True]
    assert [contact.verified_at and contact.verified_at.date() for contact in both.values()] == [MARCH, MARCH]
    [mail] = contacts(store, vault, "lucia@example.com").values()
    assert (mail.shared, mail.verified_at) == (False, None)


def test_everything_comes_out_as_it_went_in(store: Store, vault: Vault) -> None:
    said = person(
        sms=[{"to": NUMBER, "shared": True}],
        email=[{"to": "lucia@example.com", "verified": MARCH}],
        raci={"responsible": ["media", "first words"], "informed": ["law"]},
    )
    assert load(store, vault, said) == company(said)
    assert load(store, vault, said) == company(said)


def test_an_older_file_takes_back_no_confirmation_and_is_no_difference(store: Store, vault: Vault) -> None:
    load(store, vault, person(sms=[{"to": NUMBER, "verified": MARCH}]))
    with store.write() as session:
        for contact in session.scalars(select(Contact).where(Contact.fingerprint == vault.fingerprint(NUMBER))):
            contact.verified_at = NOW + timedelta(days=10)
    older = person(sms=[{"to": NUMBER, "verified": MARCH}])
    with store.read() as session:
        assert differences(company_of(session, vault), company(older)) == []
    load(store, vault, older)
    assert contacts(store, vault)[Channel.SMS].verified_at == NOW + timedelta(days=10)
    newer = person(sms=[{"to": NUMBER, "verified": date(2026, 5, 1)}])
    with store.read() as session:
        [change] = differences(company_of(session, vault), company(newer))
    assert (change.field, change.after) == ("verified", f"{NUMBER} 2026-05-01")
    load(store, vault, newer)
    assert str(contacts(store, vault)[Channel.SMS].verified_at) == "2026-05-01 12:00:00+00:00"


def test_what_a_file_no_longer_says_of_areas_is_gone(store: Store, vault: Vault) -> None:
    def parts() -> set[tuple[str, str]]:
        with store.read() as session:
            owned = select(Responsibility).where(Responsibility.member_id.is_not(None))
            return {(row.part, row.area) for row in session.scalars(owned)}

    load(store, vault, person(raci={"responsible": ["media"], "consulted": ["law"]}))
    first = parts()
    assert {(Raci.RESPONSIBLE, "media"), (Raci.CONSULTED, "law")} <= first
    load(store, vault, person(raci={"accountable": ["media"]}))
    assert parts() - first == {(Raci.ACCOUNTABLE, "media")}
    assert first - parts() == {(Raci.RESPONSIBLE, "media"), (Raci.CONSULTED, "law")}
