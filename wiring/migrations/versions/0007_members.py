"""Members: their parts in areas, contacts that several people share, and people who were erased."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("member", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "responsibility",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.String(40), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("(member_id IS NULL) <> (role_id IS NULL)", name=op.f("ck_responsibility_one_owner")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_responsibility_member_id_member")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_responsibility_role_id_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility")),
    )
    for owner in ("member_id", "role_id"):
        op.create_index(op.f(f"ix_responsibility_{owner}"), "responsibility", [owner])
