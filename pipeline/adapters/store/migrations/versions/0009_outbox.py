"""Outbox: what feeds an alert stands in, sendings to receivers, webhooks, subscribers."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0009_outbox"
down_revision = "0008_requests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        for name in ("area_id", "category", "first_sent", "expires"):
            batch_op.add_column(sa.Column(name, sa.Text(), server_default="", nullable=False))
        batch_op.create_index("ix_alerts_area", ["agency_id", "area_id", "state", "sent"])
        batch_op.create_index("ix_alerts_category", ["category", "state", "sent"])
        batch_op.create_index("ix_alerts_expires", ["state", "expires"])
    _fill_alerts()
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("audit_index", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("due_at", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("was_category", sa.Text(), server_default="", nullable=False))
        batch_op.create_index("ix_deliveries_channel", ["channel", "done_at"])
    op.execute(
        "update deliveries set audit_index = (select alerts.audit_index from alerts"
        " where alerts.alert_id = deliveries.alert_id), due_at = (select alerts.sent from alerts"
        " where alerts.alert_id = deliveries.alert_id)"
    )
    op.execute("update deliveries set channel = 'files' where channel = 'geojson'")
    op.execute("delete from deliveries where channel in ('atom', 'cap')")
    _make_tables()


def _fill_alerts() -> None:
    alerts = sa.table(
        "alerts",
        *(sa.column(name) for name in ("alert_id", "state", "content", "sent")),
        *(sa.column(name) for name in ("area_id", "category", "first_sent", "expires")),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(alerts)).all():
        content = json.loads(row.content)
        facts = content.get("facts", {})
        values = {
            "area_id": facts.get("area", {}).get("area_id") or content.get("area_id", ""),
            "category": facts.get("category") or content.get("category", ""),
            "first_sent": _stamp(content.get("first_sent", "")),
            "expires": _stamp(content.get("expires", "")),
        }
        bind.execute(sa.update(alerts).where(alerts.c.alert_id == row.alert_id).values(values))


def _stamp(text: str) -> str:
    """Return a time with microseconds, as every other column has it."""
    if not text:
        return ""
    head, _, fraction = text.removesuffix("Z").partition(".")
    return f"{head}.{(fraction + '000000')[:6]}Z"


def _make_tables() -> None:
    op.create_table(
        "sendings",
        sa.Column("sending_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("audit_index", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("digest_id", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Text(), nullable=False),
        sa.Column("done_at", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state in ('due', 'sending', 'gathered', 'done', 'dropped', 'dead')",
            name=op.f("ck_sendings_state"),
        ),
        sa.PrimaryKeyConstraint("sending_id", name=op.f("pk_sendings")),
    )
    with op.batch_alter_table("sendings", schema=None) as batch_op:
        batch_op.create_index("ix_sendings_due", ["state", "next_at"])
        batch_op.create_index("ix_sendings_alert", ["alert_id", "channel"])
        batch_op.create_index("ix_sendings_receiver", ["channel", "receiver", "state"])
    op.create_table(
        "attempts",
        sa.Column("sending_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sending_id"],
            ["sendings.sending_id"],
            name=op.f("fk_attempts_sending_id_sendings"),
        ),
        sa.PrimaryKeyConstraint("sending_id", "number", name=op.f("pk_attempts")),
    )
    op.create_table(
        "endpoints",
        sa.Column("endpoint_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), server_default="", nullable=False),
        sa.Column("categories", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("old_secret", sa.LargeBinary(), nullable=True),
        sa.Column("old_until", sa.Text(), nullable=True),
        sa.Column("since", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('enabled', 'disabled')", name=op.f("ck_endpoints_state")),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("pk_endpoints")),
    )
    op.create_table(
        "subscribers",
        sa.Column("subscriber_id", sa.Text(), nullable=False),
        sa.Column("mail_index", sa.Text(), nullable=False),
        sa.Column("sealed_mail", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("bounces", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state in ('asked', 'active', 'bounced')", name=op.f("ck_subscribers_state")
        ),
        sa.PrimaryKeyConstraint("subscriber_id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("mail_index", name=op.f("uq_subscribers_mail_index")),
    )
    op.create_table(
        "subscriber_areas",
        sa.Column("subscriber_id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.subscriber_id"],
            name=op.f("fk_subscriber_areas_subscriber_id_subscribers"),
        ),
        sa.PrimaryKeyConstraint(
            "subscriber_id", "agency_id", "area_id", name=op.f("pk_subscriber_areas")
        ),
    )
    with op.batch_alter_table("subscriber_areas", schema=None) as batch_op:
        batch_op.create_index("ix_subscriber_areas_area", ["agency_id", "area_id"])


def downgrade() -> None:
    """Undo."""
    for name in ("subscriber_areas", "subscribers", "endpoints", "attempts", "sendings"):
        op.drop_table(name)
