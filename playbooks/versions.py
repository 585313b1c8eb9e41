"""Playbooks in the store: every loaded text is a version; a running incident keeps the one it started with."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import Select, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from playbooks.format import Playbook
from protocol.base import Base
from protocol.words import Remedy


class PlaybookVersion(Base):
    """One version of one playbook, as a document of the format."""

    __tablename__ = "playbook_version"
    __table_args__ = (UniqueConstraint("key", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    hash: Mapped[str]
    document: Mapped[dict[str, Any]]
    loaded_at: Mapped[datetime]

    @property
    def playbook(self) -> Playbook:
        """The document, read."""
        return Playbook.model_validate(self.document)


def keep(session: Session, playbook: Playbook, now: datetime) -> PlaybookVersion:
    """Stores the playbook as its newest version; the same content again is the same version."""
    document = playbook.model_dump(mode="json")
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    newest = session.scalar(_newest(playbook.key))
    if newest is not None and newest.hash == digest:
        return newest
    row = PlaybookVersion(
        key=playbook.key, version=newest.version + 1 if newest else 1, hash=digest, document=document, loaded_at=now
    )
    session.add(row)
    session.flush()
    return row


def newest(session: Session, key: str) -> PlaybookVersion:
    """The newest version of a playbook. Raises Remedy when there is none."""
    row = session.scalar(_newest(key))
    if row is None:
        known = ", ".join(keys(session)) or "none is loaded; run `crisis load`"
        raise Remedy(f'No playbook "{key}" in the protocol store. Use one of: {known}.')
    return row


def keys(session: Session) -> list[str]:
    """Every playbook key, in order."""
    return list(session.scalars(select(PlaybookVersion.key).distinct().order_by(PlaybookVersion.key)))


def _newest(key: str) -> Select[PlaybookVersion]:
    latest = select(func.max(PlaybookVersion.version)).where(PlaybookVersion.key == key).scalar_subquery()
    return select(PlaybookVersion).where(PlaybookVersion.key == key, PlaybookVersion.version == latest)
