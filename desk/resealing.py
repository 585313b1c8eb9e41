"""Another key for what customers wrote: all of it sealed anew, in the transaction that does the same to contacts."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.rows import Inquiry
from protocol.vault import Vault

AT_ONCE = 1000


def reseal_texts(session: Session, vault: Vault) -> int:
    """Seals every text under the present key; answers how many changed. Raises WrongKey, with nothing changed."""
    stored = session.execute(
        select(Inquiry.id, Inquiry.sealed).where(Inquiry.sealed.is_not(None)).order_by(Inquiry.id).with_for_update()
    ).all()
    anew = [(number, sealed, vault.reseal(sealed)) for number, sealed in stored if sealed is not None]
    rows = [{"id": number, "sealed": new} for number, sealed, new in anew if new != sealed]
    for start in range(0, len(rows), AT_ONCE):
        session.execute(update(Inquiry), rows[start : start + AT_ONCE])
    return len(rows)
