"""Secrets of the installation: contacts sealed at rest, found without opening any."""

import pytest
from sqlalchemy import select

from protocol.people import Contact
from protocol.store import Store
from protocol.vault import Vault, WrongKey
from protocol.words import Channel, Remedy
from tests.fakes.company import Snapshot, put

NUMBER = "+34600000001"
SEALED = Vault(b"secret", "contact key")


def test_a_sealed_contact_comes_back_and_does_not_show() -> None:
    stored = SEALED.seal(NUMBER)
    assert NUMBER not in stored and SEALED.open(stored) == NUMBER
    assert SEALED.seal(NUMBER) != stored  # two of the same do not show that they are


def test_without_a_contact_key_the_value_stands_in_clear() -> None:
    assert Vault(b"secret").seal(NUMBER) == NUMBER
    assert SEALED.open(NUMBER) == NUMBER  # stored before the key was set


def test_a_wrong_key_is_told() -> None:
    with pytest.raises(Remedy) as error:
        Vault(b"secret", "another").open(SEALED.seal(NUMBER))
    said = "CRISIS_CONTACT_KEY is not the key that sealed the contacts; set the former one."
    assert str(error.value) == said


def test_a_missing_key_is_told() -> None:
    with pytest.raises(Remedy) as error:
        Vault(b"secret").open(SEALED.seal(NUMBER))
    assert str(error.value) == "Contacts are encrypted, but CRISIS_CONTACT_KEY is not set; set it to their key."


def test_the_former_key_still_opens_what_it_sealed_and_the_present_one_seals() -> None:
    both = Vault(b"secret", "another", "contact key")
    assert both.open(SEALED.seal(NUMBER)) == NUMBER
    assert Vault(b"secret", "another").open(both.seal(NUMBER)) == NUMBER
    assert Vault(b"secret", None, "contact key").open(SEALED.seal(NUMBER)) == NUMBER


@pytest.mark.parametrize(
    ("vault", "said"),
    [
        (
            Vault(b"secret", None, "another"),
            "CRISIS_FORMER_CONTACT_KEY is not the key that sealed the contacts; set the one in use until now.",
        ),
        (
            Vault(b"secret", "one", "another"),
            "Neither CRISIS_CONTACT_KEY nor CRISIS_FORMER_CONTACT_KEY is the key that sealed the contacts; "
            "set the latter to the one in use until now.",
        ),
    ],
    ids=["alone", "beside the present one"],
)
def test_a_wrong_former_key_is_told(vault: Vault, said: str) -> None:
    with pytest.raises(WrongKey) as error:
        vault.open(SEALED.seal(NUMBER))
    assert str(error.value) == said


def test_what_is_sealed_under_the_present_key_is_not_sealed_again() -> None:
    stored = SEALED.seal(NUMBER)
    assert Vault(b"secret", "contact key", "another").reseal(stored) == stored
    assert Vault(b"secret").reseal(NUMBER) == NUMBER


def test_a_fingerprint_is_the_same_for_the_same_contact_under_the_same_secret_only() -> None:
    assert SEALED.fingerprint(" Ana@Example.com ") == Vault(b"secret").fingerprint("ana@example.com")
    assert SEALED.fingerprint(NUMBER) != Vault(b"other").fingerprint(NUMBER)
    assert SEALED.fingerprint(NUMBER) != SEALED.keyed_hash("one-time-code", NUMBER)


def test_a_key_check_tells_secrets_apart() -> None:
    assert Vault(b"one").key_check() != Vault(b"two").key_check()
    assert SEALED.key_check() == Vault(b"secret").key_check()


def test_a_contact_in_the_store_is_found_by_its_fingerprint(
    store: Store, vault: Vault, sample_company: Snapshot
) -> None:
    put(store, sample_company)
    with store.read() as session:
        query = select(Contact).where(Contact.fingerprint == vault.fingerprint(NUMBER))
        found = {contact.channel: vault.open(contact.sealed) for contact in session.scalars(query)}
        assert found == {Channel.SMS: NUMBER, Channel.VOICE: NUMBER}, "texts and calls to the same telephone"
