"""Another key for the contacts: every one sealed anew, all or none, while people go on being told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from protocol.people import Contact
from protocol.vault import Vault

Sealed = Mapping[str, str]
"""What is stored, and what it is to be instead."""

AT_ONCE = 1000


@dataclass(frozen=True)
class Rekeyed:
    """How many contacts were sealed anew, and how many there are."""

    changed: int
    contacts: int


def contact_count(session: Session) -> int:
    """How many contacts the store holds."""
    return session.scalar(select(func.count()).select_from(Contact)) or 0


def prepare(session: Session, vault: Vault, told: Callable[[int], None] = lambda _: None) -> Sealed:
    """Works out every contact under the present key; changes nothing, and takes most of the time.

    Raises WrongKey for a contact that neither key opens. `told` is given how many are worked out.
    """
    anew: dict[str, str] = {}
    stored = session.scalars(select(Contact.sealed).order_by(Contact.id)).all()
    for number, sealed in enumerate(stored, 1):
        anew[sealed] = vault.reseal(sealed)
        if number % AT_ONCE == 0:
            told(number)
    told(len(stored))
    return anew


def rekey(session: Session, vault: Vault, prepared: Sealed, told: Callable[[int], None] = lambda _: None) -> Rekeyed:
    """Puts what was prepared in place in the caller's transaction, and what others wrote meanwhile.

    Fingerprints stay as they are: they depend on the secret key alone. Raises WrongKey. `told` is given how many stand.
    """
    stored = session.execute(select(Contact.id, Contact.sealed).order_by(Contact.id).with_for_update()).all()
    anew = ((number, sealed, prepared.get(sealed) or vault.reseal(sealed)) for number, sealed in stored)
    rows = [{"id": number, "sealed": new} for number, sealed, new in anew if new != sealed]
    for start in range(0, len(rows), AT_ONCE):
        session.execute(update(Contact), rows[start : start + AT_ONCE])
        told(min(start + AT_ONCE, len(rows)))
    return Rekeyed(len(rows), len(stored))
