"""Inquiries of customers, the answers they were given, and the index that finds an answer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0012"
down_revision = "0014"


def upgrade() -> None:
    _targets()
    _inquiries()
    _answers()
    if op.get_context().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE answer_search USING fts5(stems)")


def _targets() -> None:
    op.add_column("company", sa.Column("support_targets", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("company") as changed:
        changed.alter_column("support_targets", existing_type=sa.JSON(), existing_nullable=False, server_default=None)


def _inquiries() -> None:
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("print", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(40), nullable=False),
        sa.Column("customer", sa.String(40), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_hash", sa.String(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inquiry"),
        sa.UniqueConstraint("source", "print", name="uq_inquiry_source_print"),
    )
    for column in ("at", "print", "rung_at"):
        op.create_index(f"ix_inquiry_{column}", "inquiry", [column])
    op.create_index("ix_inquiry_subject_at", "inquiry", ["subject", "at"])


def _answers() -> None:
    op.create_table(
        "given_answer",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_given_answer"),
    )
    op.create_table(
        "indexed_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("stems", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_indexed_answer"),
    )
    op.create_index("ix_indexed_answer_stems", "indexed_answer", ["stems"], postgresql_using="gin")
    op.create_table(
        "index_stamp",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("print", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_index_stamp"),
    )
