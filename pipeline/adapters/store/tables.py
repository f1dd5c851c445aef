"""The database's tables. The only private bytes in them are ciphertext the vault sealed.

One schema serves SQLite and PostgreSQL. Times are UTC ISO 8601 texts with microseconds, so that
both databases order and return them alike. Changes go through ``migrations``; a test compares the
migrated schema with this module.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "alerts",
    "api_keys",
    "approvals",
    "audit_checkpoints",
    "audit_entries",
    "audit_head",
    "audit_subjects",
    "candidates",
    "decisions",
    "deliveries",
    "drops",
    "feeds",
    "fetch_memories",
    "fetch_notices",
    "incidents",
    "installation",
    "metadata",
    "notices",
    "outcomes",
    "payloads",
    "spots",
    "told_months",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only for a column of exactly type INTEGER.
_Serial = BigInteger().with_variant(Integer, "sqlite")

# One row per agency. ``walk_turn`` grows with each saved batch: the guard that lets two walkers
# meet on one agency without overwriting each other.
feeds = Table(
    "feeds",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("folder", Text, nullable=False, server_default=""),
    Column("walk_turn", BigInteger, nullable=False, server_default="0"),
    Column("pulls", BigInteger, nullable=False, server_default="0"),
    Column("failures", BigInteger, nullable=False, server_default="0"),
    Column("last_pull_at", Text),
    Column("last_landed_at", Text),
    Column("stopped", Text, nullable=False, server_default=""),
)

# Which dropped files were read, by keyed digest of the name (names may hold private text).
drops = Table(
    "drops",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("name_digest", Text, primary_key=True),
    Column("stamp", Text, primary_key=True),
    Column("payload_id", Text, nullable=False),
)

# What is remembered between two looks at a feed: validators, cursors, digests of pages.
fetch_memories = Table(
    "fetch_memories",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("memory", Text, nullable=False),
    Column("at", Text, nullable=False),
)

# What was odd about fetching, per agency: there is no payload that it could be told of.
fetch_notices = Table(
    "fetch_notices",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("first_at", Text, nullable=False),
    Column("last_at", Text, nullable=False),
)

# Keys with which agencies push. A key has 256 random bits, so a plain SHA-256 of it can neither be
# turned round nor guessed; ``signing`` is the secret of its signatures as vault ciphertext.
api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("agency_id", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("signing", LargeBinary),
    Column("made_at", Text, nullable=False),
    Column("ends_at", Text),
    Column("revoked_at", Text),
    Column("used_at", Text),
    Index("ix_api_keys_agency", "agency_id"),
)

payloads = Table(
    "payloads",
    metadata,
    Column("payload_id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("agency_id", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("vault_ref", Text, nullable=False),
    Column("wrapped_key", LargeBinary),
    Column("state", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("position", Text, nullable=False, server_default=""),
    Column("redelivered", BigInteger, nullable=False, server_default="0"),
    Column("rows_read", BigInteger, nullable=False, server_default="0"),
    Column("records", BigInteger, nullable=False, server_default="0"),
    Column("walked_to", BigInteger, nullable=False, server_default="0"),
    Column("duplicates", BigInteger, nullable=False, server_default="0"),
    Column("duplicate_rows", BigInteger, nullable=False, server_default="0"),
    Column("versions", Text, nullable=False, server_default=""),
    CheckConstraint("state in ('landed', 'walked', 'quarantined')", name="state"),
    CheckConstraint("walked_to <= records", name="walked_to"),
    Index("ix_payloads_agency_state", "agency_id", "state", "seq"),
    Index("ix_payloads_run", "run_id"),
)

notices = Table(
    "notices",
    metadata,
    Column("payload_id", Text, ForeignKey("payloads.payload_id"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

# One row per received record that is not a duplicate.
outcomes = Table(
    "outcomes",
    metadata,
    Column("outcome_id", _Serial, primary_key=True, autoincrement=True),
    Column("payload_id", Text, ForeignKey("payloads.payload_id"), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("rows_read", BigInteger, nullable=False),
    Column("agency_id", Text, nullable=False),
    Column("incident_ref", Text, nullable=False, server_default=""),
    Column("revision", Text, nullable=False, server_default=""),
    Column("rules", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
    Column("candidate_id", Text),
    UniqueConstraint("payload_id", "position"),
    CheckConstraint(
        "state in ('published', 'pending', 'held', 'withheld', 'rejected', 'superseded',"
        " 'quarantined')",
        name="state",
    ),
    Index("ix_outcomes_agency_state", "agency_id", "state"),
    Index("ix_outcomes_incident", "incident_ref", "state"),
    Index("ix_outcomes_candidate", "candidate_id"),
)

# ``sealed_values`` are the private values later revisions are searched for, as vault ciphertext;
# they are shredded with the payloads, while ``sensitive`` (signal names only) stays for good.
incidents = Table(
    "incidents",
    metadata,
    Column("incident_ref", Text, primary_key=True),
    Column("agency_id", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("revised_at", Text),
    Column("sensitive", Text, nullable=False, server_default=""),
    Column("sealed_values", LargeBinary),
    Column("alert_id", Text),
    Column("seen_at", Text, nullable=False),
    Index("ix_incidents_seen", "seen_at"),
)

# Streets and blocks (``b:``) named at points, all as keyed digests: how a geocoder's default
# point is known.
spots = Table(
    "spots",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("point", Text, primary_key=True),
    Column("street", Text, primary_key=True),
    Column("seen_at", Text, nullable=False),
)

# ``origin_id`` is the id the walk proposed; an edit makes a new row with the same origin. Waiting
# ones are approved and not yet due: ``opens_at`` is NULL until the agency closes the call; until
# ``settles_at`` the approval may be undone. Triggers refuse them without enough other editors.
candidates = Table(
    "candidates",
    metadata,
    Column("candidate_id", Text, primary_key=True),
    Column("origin_id", Text, nullable=False),
    Column("agency_id", Text, nullable=False),
    Column("incident_ref", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("approvals_needed", Integer, nullable=False),
    Column("edited_by", Text, nullable=False, server_default=""),
    Column("edited_key", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("opens_at", Text),
    Column("closes_at", Text),
    Column("settles_at", Text),
    CheckConstraint(
        "state in ('pending', 'waiting', 'edited', 'approved', 'rejected', 'superseded',"
        " 'withheld')",
        name="state",
    ),
    CheckConstraint("approvals_needed in (1, 2)", name="approvals_needed"),
    Index("ix_candidates_state", "state", "created_at"),
    Index("ix_candidates_origin", "origin_id"),
    Index("ix_candidates_incident", "incident_ref", "state"),
)

# Two approvals by one editor are one: the primary key is the four-eyes rule. ``not_before`` is the
# editor's embargo; the latest of an incident's holds for all its candidates.
approvals = Table(
    "approvals",
    metadata,
    Column("candidate_id", Text, ForeignKey("candidates.candidate_id"), primary_key=True),
    Column("editor", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("not_before", Text),
)

decisions = Table(
    "decisions",
    metadata,
    Column("decision_id", _Serial, primary_key=True, autoincrement=True),
    Column("candidate_id", Text, nullable=False),
    Column("alert_id", Text),
    Column("verb", Text, nullable=False),
    Column("editor", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("audit_index", BigInteger, nullable=False),
    Index("ix_decisions_candidate", "candidate_id"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", Text, primary_key=True),
    Column("agency_id", Text, nullable=False),
    Column("incident_ref", Text, nullable=False),
    Column("candidate_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("sent", Text, nullable=False),
    Column("audit_index", BigInteger, nullable=False),
    Column("area_id", Text, nullable=False, server_default=""),
    Column("category", Text, nullable=False, server_default=""),
    Column("first_sent", Text, nullable=False, server_default=""),
    Column("expires", Text, nullable=False, server_default=""),
    CheckConstraint("state in ('live', 'retracted', 'expired', 'counted')", name="state"),
    Index("ix_alerts_state", "state", "sent"),
    Index("ix_alerts_incident", "incident_ref"),
    Index("ix_alerts_agency", "agency_id", "state", "sent"),
    Index("ix_alerts_area", "agency_id", "area_id", "state", "sent"),
    Index("ix_alerts_category", "category", "state", "sent"),
    Index("ix_alerts_expires", "state", "expires"),
)

# What each channel still has to be told; an alert's row per version and channel, with the entry of
# the decision behind it. ``was_category`` is that of the version before, where it was another.
deliveries = Table(
    "deliveries",
    metadata,
    Column("alert_id", Text, ForeignKey("alerts.alert_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("done_at", Text),
    Column("audit_index", BigInteger, nullable=False, server_default="0"),
    Column("due_at", Text, nullable=False, server_default=""),
    Column("was_category", Text, nullable=False, server_default=""),
    Index("ix_deliveries_due", "done_at"),
    Index("ix_deliveries_channel", "channel", "done_at"),
)

# Counts of a finished month by agency, made safe once, told for good: counted again they could be
# subtracted from themselves. The row of no agency says that the month was counted.
told_months = Table(
    "told_months",
    metadata,
    Column("month", Text, primary_key=True),
    Column("agency_id", Text, primary_key=True),
    Column("policy", Text, nullable=False),
    Column("cells", Text, nullable=False),
    Column("withheld", Integer),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("line", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Index("ix_audit_entries_kind", "kind", "idx"),
)

# Which entries speak of an incident, candidate, alert, payload or key.
audit_subjects = Table(
    "audit_subjects",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
)

# Every tree head that was signed: no other may ever be signed for the same size.
audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Text, nullable=False),
)

# One row: which key sealed what is here. Another key would make every incident look new.
installation = Table(
    "installation",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("since", Text, nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("head_id", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    CheckConstraint("head_id = 1", name="head_id"),
)
