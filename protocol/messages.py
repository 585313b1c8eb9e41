"""Standard messages: versioned templates by key, language and channel."""

from sqlalchemy import ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from protocol.base import Base, Word
from protocol.words import Channel, Language


class MessageTemplate(Base):
    """One text of one standard message; a changed text is a new version, old versions stay."""

    __tablename__ = "message_template"
    __table_args__ = (UniqueConstraint("key", "language", "channel", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    language: Mapped[Language] = mapped_column(Word(Language))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    version: Mapped[int]
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    public: Mapped[bool] = mapped_column(default=False, server_default=false())
    since: Mapped[int | None] = mapped_column(ForeignKey("protocol_version.id"))  # None: from before the history
