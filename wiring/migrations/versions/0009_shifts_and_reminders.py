"""Shifts: the hours to which a rotation is limited. Reminders of protocol tasks are dispatches and need no table."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "rotation_shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rotation_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["rotation_id"], ["rotation.id"], name=op.f("fk_rotation_shift_rotation_id_rotation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotation_shift")),
    )
    op.create_index(op.f("ix_rotation_shift_rotation_id"), "rotation_shift", ["rotation_id"])
