"""Numbers of inquiries are never given twice, nor is that of the newest one when it is deleted."""

from alembic import op

revision = "0017"
down_revision = "0013"


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":  # elsewhere numbers come from a sequence, which never goes back
        with op.batch_alter_table("inquiry", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
