"""The history of the protocol: its versions, who keeps each entry, and which version an incident goes by."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _versions()
    _stewardship()
    for table, column in (("message_template", "since"), ("incident", "protocol_version_id")):
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column(column, sa.Integer(), nullable=True))
            name = op.f(f"fk_{table}_{column}_protocol_version")
            changed.create_foreign_key(name, "protocol_version", [column], ["id"])


def _versions() -> None:
    op.create_table(
        "protocol_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_version")),
    )
    op.create_index(op.f("ix_protocol_version_at"), "protocol_version", ["at"])
    op.create_table(
        "entry_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["protocol_version.id"], name=op.f("fk_entry_version_version_id_protocol_version")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_entry_version_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_version")),
        sa.UniqueConstraint("version_id", "kind", "key", name=op.f("uq_entry_version_version_id_kind_key")),
    )
    op.create_index("ix_entry_version_kind_key", "entry_version", ["kind", "key", "version_id"])
    op.create_index(op.f("ix_entry_version_member_id"), "entry_version", ["member_id"])


def _stewardship() -> None:
    op.create_table(
        "stewardship",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("review", sa.Date(), nullable=True),
        sa.CheckConstraint("role_id IS NULL OR member_id IS NULL", name=op.f("ck_stewardship_one_owner")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_stewardship_role_id_role")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_stewardship_member_id_member")),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_stewardship")),
    )
