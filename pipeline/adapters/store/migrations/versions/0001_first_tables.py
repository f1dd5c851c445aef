"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("incident_ref", sa.Text(), nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("audit_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state in ('live', 'retracted', 'expired')", name=op.f("ck_alerts_state")
        ),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alerts")),
    )
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.create_index("ix_alerts_incident", ["incident_ref"], unique=False)
        batch_op.create_index("ix_alerts_state", ["state", "sent"], unique=False)

    op.create_table(
        "audit_entries",
        sa.Column("idx", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("idx", name=op.f("pk_audit_entries")),
    )
    op.create_table(
        "audit_head",
        sa.Column("head_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("head_id = 1", name=op.f("ck_audit_head_head_id")),
        sa.PrimaryKeyConstraint("head_id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "candidates",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("origin_id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("incident_ref", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("approvals_needed", sa.Integer(), nullable=False),
        sa.Column("edited_by", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state in ('pending', 'edited', 'approved', 'rejected', 'superseded', 'withheld')",
            name=op.f("ck_candidates_state"),
        ),
        sa.CheckConstraint(
            "approvals_needed in (1, 2)", name=op.f("ck_candidates_approvals_needed")
        ),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_candidates")),
    )
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.create_index("ix_candidates_incident", ["incident_ref", "state"], unique=False)
        batch_op.create_index("ix_candidates_origin", ["origin_id"], unique=False)
        batch_op.create_index("ix_candidates_state", ["state", "created_at"], unique=False)

    op.create_table(
        "decisions",
        sa.Column(
            "decision_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.Text(), nullable=True),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("editor", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("audit_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_candidate", ["candidate_id"], unique=False)

    op.create_table(
        "drops",
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("name_digest", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("payload_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "name_digest", "stamp", name=op.f("pk_drops")),
    )
    op.create_table(
        "feeds",
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), server_default="", nullable=False),
        sa.Column("walk_turn", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pulls", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_pull_at", sa.Text(), nullable=True),
        sa.Column("last_landed_at", sa.Text(), nullable=True),
        sa.Column("stopped", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_feeds")),
    )
    op.create_table(
        "incidents",
        sa.Column("incident_ref", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("revised_at", sa.Text(), nullable=True),
        sa.Column("sensitive", sa.Text(), server_default="", nullable=False),
        sa.Column("sealed_values", sa.LargeBinary(), nullable=True),
        sa.Column("alert_id", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("incident_ref", name=op.f("pk_incidents")),
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index("ix_incidents_seen", ["seen_at"], unique=False)

    op.create_table(
        "installation",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_installation")),
    )
    op.create_table(
        "payloads",
        sa.Column("payload_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("vault_ref", sa.Text(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Text(), server_default="", nullable=False),
        sa.Column("redelivered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rows_read", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("records", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("walked_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("duplicates", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("duplicate_rows", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("versions", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state in ('landed', 'walked', 'quarantined')", name=op.f("ck_payloads_state")
        ),
        sa.CheckConstraint("walked_to <= records", name=op.f("ck_payloads_walked_to")),
        sa.PrimaryKeyConstraint("payload_id", name=op.f("pk_payloads")),
        sa.UniqueConstraint("seq", name=op.f("uq_payloads_seq")),
    )
    with op.batch_alter_table("payloads", schema=None) as batch_op:
        batch_op.create_index(
            "ix_payloads_agency_state", ["agency_id", "state", "seq"], unique=False
        )
        batch_op.create_index("ix_payloads_run", ["run_id"], unique=False)

    op.create_table(
        "approvals",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("editor", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.candidate_id"],
            name=op.f("fk_approvals_candidate_id_candidates"),
        ),
        sa.PrimaryKeyConstraint("candidate_id", "editor", name=op.f("pk_approvals")),
    )
    op.create_table(
        "deliveries",
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("done_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.alert_id"], name=op.f("fk_deliveries_alert_id_alerts")
        ),
        sa.PrimaryKeyConstraint("alert_id", "version", "channel", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_due", ["done_at"], unique=False)

    op.create_table(
        "notices",
        sa.Column("payload_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payload_id"], ["payloads.payload_id"], name=op.f("fk_notices_payload_id_payloads")
        ),
        sa.PrimaryKeyConstraint("payload_id", "code", "field", name=op.f("pk_notices")),
    )
    op.create_table(
        "outcomes",
        sa.Column(
            "outcome_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("payload_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("incident_ref", sa.Text(), server_default="", nullable=False),
        sa.Column("revision", sa.Text(), server_default="", nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state in ('published', 'pending', 'held', 'withheld', 'rejected', 'superseded', 'quarantined')",
            name=op.f("ck_outcomes_state"),
        ),
        sa.ForeignKeyConstraint(
            ["payload_id"], ["payloads.payload_id"], name=op.f("fk_outcomes_payload_id_payloads")
        ),
        sa.PrimaryKeyConstraint("outcome_id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("payload_id", "position", name=op.f("uq_outcomes_payload_id")),
    )
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.create_index("ix_outcomes_agency_state", ["agency_id", "state"], unique=False)
        batch_op.create_index("ix_outcomes_candidate", ["candidate_id"], unique=False)
        batch_op.create_index("ix_outcomes_incident", ["incident_ref", "state"], unique=False)
    head = sa.table("audit_head", sa.column("head_id"), sa.column("size"))
    op.bulk_insert(head, [{"head_id": 1, "size": 0}])


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.drop_index("ix_outcomes_incident")
        batch_op.drop_index("ix_outcomes_candidate")
        batch_op.drop_index("ix_outcomes_agency_state")

    op.drop_table("outcomes")
    op.drop_table("notices")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_due")

    op.drop_table("deliveries")
    op.drop_table("approvals")
    with op.batch_alter_table("payloads", schema=None) as batch_op:
        batch_op.drop_index("ix_payloads_run")
        batch_op.drop_index("ix_payloads_agency_state")

    op.drop_table("payloads")
    op.drop_table("installation")
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index("ix_incidents_seen")

    op.drop_table("incidents")
    op.drop_table("feeds")
    op.drop_table("drops")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_decisions_candidate")

    op.drop_table("decisions")
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.drop_index("ix_candidates_state")
        batch_op.drop_index("ix_candidates_origin")
        batch_op.drop_index("ix_candidates_incident")

    op.drop_table("candidates")
    op.drop_table("audit_head")
    op.drop_table("audit_entries")
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_index("ix_alerts_state")
        batch_op.drop_index("ix_alerts_incident")

    op.drop_table("alerts")
