"""Delivery in depth: priorities, held and bundled messages, reasons not to send, pace, stops, quiet hours, bounces."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _extend_messages()
    _extend_people()
    _decisions_not_to_send()
    _senders()


def _extend_messages() -> None:
    op.add_column("dispatch", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("message") as table:
        table.add_column(sa.Column("priority", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("held", sa.String(40), nullable=True))
        table.add_column(sa.Column("carried_by", sa.Integer(), nullable=True))
        table.add_column(sa.Column("request", sa.String(), nullable=True))
        table.create_foreign_key(op.f("fk_message_carried_by_message"), "message", ["carried_by"], ["id"])
        table.drop_constraint(op.f("uq_message_reference"), type_="unique")
        table.drop_constraint(op.f("fk_message_member_id_member"), type_="foreignkey")
        table.drop_constraint(op.f("fk_message_template_id_message_template"), type_="foreignkey")
        for former in ("due", "dispatch_key", "incident_id", "member_id", "provider_id"):
            table.drop_index(f"ix_message_{former}")
    op.create_index("ix_message_due", "message", ["state", "channel", "priority", "id"])
    op.create_index("ix_message_contact_id", "message", ["contact_id"])
    for column in ("incident_id", "carried_by", "provider_id"):
        given = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_message_{column}", "message", [column], sqlite_where=given, postgresql_where=given)
    with op.batch_alter_table("attempt") as table:
        table.drop_index(op.f("ix_attempt_message_id"))


def _extend_people() -> None:
    for table in ("member", "company"):
        op.add_column(table, sa.Column("quiet_starts", sa.Time(), nullable=True))
        op.add_column(table, sa.Column("quiet_ends", sa.Time(), nullable=True))
    op.add_column("company", sa.Column("quiet_below", sa.String(40), nullable=False, server_default="orange"))
    op.add_column("contact", sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact", sa.Column("bounce", sa.String(), nullable=True))
    op.create_table(
        "channel_limit",
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_limit")),
    )


def _decisions_not_to_send() -> None:
    op.create_table(
        "withheld",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dispatch_key", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dispatch_key"], ["dispatch.key"], name=op.f("fk_withheld_dispatch_key_dispatch")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_withheld_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withheld")),
        sa.UniqueConstraint(
            "dispatch_key",
            "member_id",
            "purpose",
            "channel",
            "reason",
            name=op.f("uq_withheld_dispatch_key_member_id_purpose_channel_reason"),
        ),
    )
    op.create_index(op.f("ix_withheld_member_id"), "withheld", ["member_id"])


def _senders() -> None:
    op.create_table(
        "pace",
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_pace")),
    )
    op.create_table(
        "channel_stop",
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_stop")),
    )
