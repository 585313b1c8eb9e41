"""The sender of this environment. Apart from works, because the providers' libraries take long to import."""

import uuid

from sqlalchemy import select

from notifiers.sender import Sender
from protocol.installation import Environment
from protocol.people import Contact, Member
from wiring.providers import build_providers
from wiring.works import Works


def build_sender(works: Works) -> Sender:
    """The sender of this environment: production never sends rehearsals, staging never reaches beyond the roster."""
    providers = build_providers(works.settings, lambda address: on_roster(works, address))
    drills = works.settings.environment is not Environment.PRODUCTION
    return Sender(works.store, works.scribe, providers, works.clock, f"sender-{uuid.uuid4().hex[:12]}", drills)


def on_roster(works: Works, address: str) -> bool:
    """Whether an address belongs to a member of the drill roster."""
    query = (
        select(Contact.id)
        .join(Member)
        .where(Contact.fingerprint == works.vault.fingerprint(address), Member.drill_roster.is_(True))
    )
    with works.store.read() as session:
        return session.scalar(query.limit(1)) is not None
