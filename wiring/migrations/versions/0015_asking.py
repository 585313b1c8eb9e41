"""Whom a rule asks and how long, whether it raises a level, and who was asked whether an alarm is real."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0012"

OPEN_QUESTION = sa.text("action = 'ask' AND incident_id IS NULL AND verdict IS NULL")


def upgrade() -> None:
    _rules()
    op.create_index(
        "ix_breach_open_question",
        "breach",
        ["incident_id", "rule_id"],
        sqlite_where=OPEN_QUESTION,
        postgresql_where=OPEN_QUESTION,
    )
    _questions()


def _rules() -> None:
    added = (
        ("asks", sa.String(), "monitoring"),
        ("answer_minutes", sa.Integer(), "10"),
        ("raises", sa.Boolean(), sa.true()),
    )
    for name, kind, value in added:
        op.add_column("monitoring_rule", sa.Column(name, kind, nullable=False, server_default=value))
    with op.batch_alter_table("monitoring_rule") as changed:
        for name, kind, _ in added:
            changed.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)


def _questions() -> None:
    op.create_table(
        "alarm_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("breach_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("dispatch_key", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(40), nullable=True),
        sa.Column("door", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_alarm_question_breach_id_breach")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_alarm_question_member_id_member")),
        sa.ForeignKeyConstraint(
            ["dispatch_key"], ["dispatch.key"], name=op.f("fk_alarm_question_dispatch_key_dispatch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_question")),
        sa.UniqueConstraint("breach_id", "position", name=op.f("uq_alarm_question_breach_id_position")),
        sa.UniqueConstraint("breach_id", "member_id", name=op.f("uq_alarm_question_breach_id_member_id")),
        sa.UniqueConstraint("dispatch_key", name=op.f("uq_alarm_question_dispatch_key")),
    )
