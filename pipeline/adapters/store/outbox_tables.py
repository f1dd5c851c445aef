"""The outbox's tables: sendings to receivers and their attempts, webhooks, subscribers.

None has a column for an alert's words: what is sent is made from the alert's present state when it
is sent, so that nothing of a retracted alert waits in a queue. Mail addresses and secrets are the
vault's ciphertext. ``tables`` holds everything else.
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
    Table,
    Text,
)

from pipeline.adapters.store.tables import metadata

__all__ = ["attempts", "endpoints", "metadata", "sendings", "subscriber_areas", "subscribers"]

# One row per receiver and message; the id is made of both, so that telling twice is one row.
# ``gathered`` ones wait for a digest, ``digest_id`` names the mail that took them along.
sendings = Table(
    "sendings",
    metadata,
    Column("sending_id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("alert_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("audit_index", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("digest_id", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Text, nullable=False),
    Column("next_at", Text, nullable=False),
    Column("done_at", Text),
    Column("outcome", Text, nullable=False, server_default=""),
    CheckConstraint(
        "state in ('due', 'sending', 'gathered', 'done', 'dropped', 'dead')", name="state"
    ),
    Index("ix_sendings_due", "state", "next_at"),
    Index("ix_sendings_alert", "alert_id", "channel"),
    Index("ix_sendings_receiver", "channel", "receiver", "state"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("sending_id", Text, ForeignKey("sendings.sending_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),
)

# Empty ``areas`` or ``categories`` mean all. The old secret signs too until ``old_until``.
endpoints = Table(
    "endpoints",
    metadata,
    Column("endpoint_id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("areas", Text, nullable=False, server_default=""),
    Column("categories", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("old_secret", LargeBinary),
    Column("old_until", Text),
    Column("since", Text, nullable=False),
    CheckConstraint("state in ('enabled', 'disabled')", name="state"),
)

# ``mail_index`` is the keyed digest an address is found by; ``sealed_mail`` is its ciphertext.
subscribers = Table(
    "subscribers",
    metadata,
    Column("subscriber_id", Text, primary_key=True),
    Column("mail_index", Text, nullable=False, unique=True),
    Column("sealed_mail", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("choices", Text, nullable=False),
    Column("bounces", Integer, nullable=False, server_default="0"),
    Column("asked_at", Text, nullable=False),
    Column("confirmed_at", Text),
    CheckConstraint("state in ('asked', 'active', 'bounced')", name="state"),
)

subscriber_areas = Table(
    "subscriber_areas",
    metadata,
    Column("subscriber_id", Text, ForeignKey("subscribers.subscriber_id"), primary_key=True),
    Column("agency_id", Text, primary_key=True),
    Column("area_id", Text, primary_key=True),
    Index("ix_subscriber_areas_area", "agency_id", "area_id"),
)
