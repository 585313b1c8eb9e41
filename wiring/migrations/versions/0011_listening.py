"""Readings by source, rules that watch several series and decide by level, and what an alarm came to."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    _readings()
    _rules()
    _breaches()


def _readings() -> None:
    with op.batch_alter_table("reading") as changed:
        changed.add_column(sa.Column("source", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("reading") as changed:
        changed.alter_column("source", existing_type=sa.String(), existing_nullable=False, server_default=None)
        changed.drop_constraint("pk_reading", type_="primary")
        changed.create_primary_key("pk_reading", ["series", "at", "source"])


def _rules() -> None:
    op.add_column("monitoring_rule", sa.Column("actions", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("monitoring_rule") as changed:
        changed.alter_column("actions", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    op.create_table(
        "rule_series",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["monitoring_rule.id"], name=op.f("fk_rule_series_rule_id_monitoring_rule")
        ),
        sa.PrimaryKeyConstraint("rule_id", "series", name=op.f("pk_rule_series")),
    )
    op.create_index(op.f("ix_rule_series_series"), "rule_series", ["series"])
    op.execute("INSERT INTO rule_series (rule_id, series) SELECT id, series FROM monitoring_rule")
    # It stands in the state as well.
    op.drop_column("rule_state", "last_at")


def _breaches() -> None:
    """A breach whose rule has nothing to tell any more ended when nobody noted it."""
    for column, empty in (("reasons", "{}"), ("numbers", "{}")):
        op.add_column("breach", sa.Column(column, sa.JSON(), nullable=False, server_default=empty))
    op.add_column("breach", sa.Column("action", sa.String(40), nullable=False, server_default="open"))
    op.add_column("breach", sa.Column("verdict", sa.String(40), nullable=True))
    op.add_column("breach", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("breach") as changed:
        for column in ("reasons", "numbers"):
            changed.alter_column(column, existing_type=sa.JSON(), existing_nullable=False, server_default=None)
        changed.alter_column("action", existing_type=sa.String(40), existing_nullable=False, server_default=None)
        # A late reading may raise the level as of a moment that has its alarm already.
        changed.drop_constraint("uq_breach_rule_id_at", type_="unique")
        changed.create_unique_constraint("uq_breach_rule_id_at_level", ["rule_id", "at", "level"])
    connection = op.get_bind()
    for rule_id, state in connection.execute(sa.text("SELECT rule_id, state FROM rule_state")).all():
        kept = json.loads(state) if isinstance(state, str) else state
        if not kept["latch"]["told"]:
            ended = sa.text("UPDATE breach SET ended_at = at WHERE rule_id = :rule_id")
            connection.execute(ended, {"rule_id": rule_id})
