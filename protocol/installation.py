"""The stamp that says which environment this database belongs to and which secret it was made with."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, Session, mapped_column

from protocol.base import Base, Word
from protocol.words import Remedy


class Environment(StrEnum):
    """Where we are; decides whom a message can reach at all."""

    DEMO = "demo"
    STAGING = "staging"
    PRODUCTION = "production"


class Installation(Base):
    """One row, written by the first migration run."""

    __tablename__ = "installation"
    id: Mapped[int] = mapped_column(primary_key=True)
    environment: Mapped[Environment] = mapped_column(Word(Environment))
    key_check: Mapped[str]
    stamped_at: Mapped[datetime]


def stamp(session: Session, environment: Environment, key_check: str, now: datetime) -> None:
    """Stamps a new database, or refuses one of another environment or secret with a Remedy."""
    row = session.get(Installation, 1)
    if row is None:
        session.add(Installation(id=1, environment=environment, key_check=key_check, stamped_at=now))
        return
    if row.environment != environment:
        raise Remedy(
            f"This database belongs to {row.environment}, but CRISIS_ENVIRONMENT is {environment}; "
            f"set CRISIS_ENVIRONMENT={row.environment} or use another CRISIS_DATABASE_URL."
        )
    if row.key_check != key_check:
        raise Remedy(
            "This database was made with another secret key; set CRISIS_SECRET_KEY, or put back the file secret.key "
            "that stood beside it (a backup holds it)."
        )
