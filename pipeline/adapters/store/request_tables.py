"""The table of requests by victims and subjects; part of the one schema in ``tables``.

What a person gave is ciphertext the vault sealed. Calls are named by keyed digest.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, Text

from pipeline.adapters.store.tables import metadata

__all__ = ["requests"]

# ``incidents`` are calls a search found, ``suppressed`` those withheld for it, parted by spaces.
# ``sealed`` is NULL once it was destroyed.
requests = Table(
    "requests",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("due_at", Text, nullable=False),
    Column("reminded_at", Text),
    Column("closed_at", Text),
    Column("searched_at", Text),
    Column("incidents", Text, nullable=False, server_default=""),
    Column("suppressed", Text, nullable=False, server_default=""),
    Column("sealed", LargeBinary),
    CheckConstraint("state in ('open', 'answered', 'closed')", name="state"),
    Index("ix_requests_state", "state", "due_at"),
)
