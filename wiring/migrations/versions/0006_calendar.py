"""The calendar: rotations, seats, overrides, protocol tasks, and whose public holidays people have."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for table in ("company", "team", "member"):
        op.add_column(table, sa.Column("holidays", sa.String(), nullable=True))
    for column in ("on_holidays", "outside_hours"):
        op.add_column("role", sa.Column(column, sa.String(40), nullable=False, server_default="work"))
    _rotations()
    _tasks()


def _rotations() -> None:
    op.create_table(
        "rotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("hand_over", sa.Time(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("on_holidays", sa.String(40), nullable=False),
        sa.Column("outside_hours", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_rotation_role_id_role")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_rotation_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotation")),
        sa.UniqueConstraint("key", name=op.f("uq_rotation_key")),
    )
    op.create_index(op.f("ix_rotation_role_id"), "rotation", ["role_id"])
    op.create_index(op.f("ix_rotation_team_id"), "rotation", ["team_id"])
    op.create_table(
        "seat",
        sa.Column("rotation_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["rotation_id"], ["rotation.id"], name=op.f("fk_seat_rotation_id_rotation")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_seat_member_id_member")),
        sa.PrimaryKeyConstraint("rotation_id", "member_id", name=op.f("pk_seat")),
    )
    op.create_table(
        "shift_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rotation_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["rotation_id"], ["rotation.id"], name=op.f("fk_shift_override_rotation_id_rotation")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_shift_override_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_override")),
    )
    op.create_index(op.f("ix_shift_override_rotation_id"), "shift_override", ["rotation_id"])


def _tasks() -> None:
    op.create_table(
        "protocol_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("recurrence", sa.String(), nullable=False),
        sa.Column("reminder", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_protocol_task_role_id_role")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_protocol_task_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_task")),
        sa.UniqueConstraint("key", name=op.f("uq_protocol_task_key")),
    )
