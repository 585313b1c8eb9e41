"""The ways in of listening: feeds of a channel, which mentions were counted, how far feeds and files were read."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("listening_channel", sa.Column("feeds", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("listening_channel") as changed:
        changed.alter_column("feeds", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    op.create_table(
        "seen_mention",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "digest", name=op.f("pk_seen_mention")),
    )
    op.create_index(op.f("ix_seen_mention_last_at"), "seen_mention", ["last_at"])
    op.create_table(
        "polled_feed",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("modified", sa.String(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("read", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_polled_feed")),
    )
    op.create_table(
        "reading_file",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("changed_ns", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reading_file")),
    )
