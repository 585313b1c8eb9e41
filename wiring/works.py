"""What everything runs with: the store, the vault, the links and the clock, built once."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from incidents.clock import Clock, WallClock
from incidents.rows import Incident
from notifiers.links import Links
from notifiers.wording import Scribe
from protocol.history import begin_history
from protocol.installation import Environment, stamp
from protocol.people import Contact
from protocol.store import Store
from protocol.vault import SEALED, Vault
from protocol.words import Remedy
from wiring import schema
from wiring.settings import Settings, read_settings


@dataclass(frozen=True)
class Works:
    """The built parts. Nothing else reads the environment."""

    settings: Settings
    store: Store
    vault: Vault
    links: Links
    clock: Clock

    @property
    def scribe(self) -> Scribe:
        """Writes out messages."""
        return Scribe(self.vault, self.links, self.settings.environment is Environment.STAGING)


def open_works(environ: Mapping[str, str] | None = None, *, create: bool = False) -> Works:
    """Builds everything from the environment. With `create` a new store is made and an older one migrated.

    Raises Remedy for a setting that cannot be, a store of another environment, or one that is not migrated.
    """
    settings = read_settings(os.environ if environ is None else environ)
    vault = Vault(_secret(settings, create), settings.contact_key or None, settings.former_contact_key or None)
    store = Store(settings.database_url)
    works = Works(settings, store, vault, Links(settings.public_url, settings.prefect_ui_url, vault), WallClock())
    try:
        _check_in(works, create)
    except OperationalError:
        raise Remedy(
            "The protocol store cannot be reached; check CRISIS_DATABASE_URL and that the database server runs."
        ) from None
    return works


def _check_in(works: Works, create: bool) -> None:
    if create:
        schema.migrate(works.store)
    else:
        schema.require_current(works.store)
    with works.store.write() as session:
        sealed = select(Contact.sealed).where(Contact.sealed.startswith(SEALED))
        for age in (Contact.id, Contact.id.desc()):  # while the key is changed, the oldest and the newest may differ
            works.vault.open(session.scalar(sealed.order_by(age).limit(1)) or "")
        stamp(session, works.settings.environment, works.vault.key_check(), works.clock.now())
        if create:
            _begin_history(session, works)


def _begin_history(session: Session, works: Works) -> None:
    """What a former release left is the protocol's first version, and that of the incidents that are open."""
    first = begin_history(session, works.clock.now())
    if first is not None:
        bound_to_none = Incident.protocol_version_id.is_(None) & Incident.closed_at.is_(None)
        session.execute(update(Incident).where(bound_to_none).values(protocol_version_id=first))


def _secret(settings: Settings, create: bool) -> bytes:
    if settings.secret_key:
        return settings.secret_key.encode()
    file = settings.home / "secret.key"
    if file.exists():
        return file.read_bytes()
    if not create:
        raise Remedy(f"There is no {_shown(file)}; run `crisis up` first, or set CRISIS_SECRET_KEY or CRISIS_HOME.")
    settings.home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(secrets.token_hex(32).encode())
    return file.read_bytes()


def _shown(file: Path) -> str:
    return str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else str(file)
