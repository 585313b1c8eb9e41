"""Public templates are marked in the store, so that none can leave without sign-offs, whoever wrote its dispatch."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("message_template", sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.false()))
    connection = op.get_bind()
    versions = sa.table("playbook_version", sa.column("document", sa.JSON))
    templates = sa.table("message_template", sa.column("key", sa.String), sa.column("public", sa.Boolean))
    documents = connection.execute(sa.select(versions.c.document)).scalars().all()
    steps = [step for document in documents for phase in document["phases"].values() for step in phase["steps"]]
    public = {step["message"] for step in steps if step["kind"] == "publish"}
    if public:
        connection.execute(sa.update(templates).where(templates.c.key.in_(public)).values(public=sa.true()))
