"""Communication flows that happen by themselves, the audiences of teams, and variables of the company's own."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("team", sa.Column("audience", sa.String(40), nullable=True))
    op.add_column("communication_flow", sa.Column("message", sa.String(), nullable=True))
    op.add_column("communication_flow", sa.Column("level", sa.String(40), nullable=True))
    for table, column, empty in (
        ("communication_flow", "phases", "[]"),
        ("communication_flow", "channels", "[]"),
        ("company", "variables", "{}"),
    ):
        op.add_column(table, sa.Column(column, sa.JSON(), nullable=False, server_default=empty))
        with op.batch_alter_table(table) as changed:
            changed.alter_column(column, existing_type=sa.JSON(), existing_nullable=False, server_default=None)
