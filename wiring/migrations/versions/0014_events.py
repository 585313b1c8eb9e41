"""How far those outside who follow us were told, and the signals that they sent. What happened before is history."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "timeline_cursor",
        sa.Column("incident_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_timeline_cursor")),
    )
    op.execute(
        "INSERT INTO timeline_cursor (incident_id, number)"
        " SELECT incident_id, max(number) FROM timeline_entry GROUP BY incident_id"
    )
    op.create_table(
        "taken_signal",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_taken_signal_incident_id_incident")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_taken_signal")),
    )
    op.add_column("breach", sa.Column("announced", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("breach") as changed:
        changed.alter_column("announced", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    unannounced = sa.text("NOT announced")
    op.create_index("ix_breach_unannounced", "breach", ["id"], sqlite_where=unannounced, postgresql_where=unannounced)
