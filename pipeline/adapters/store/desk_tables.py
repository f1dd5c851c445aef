"""The desk's tables: accounts, sessions, holds, locks, drafts, trial items.

Part of the one schema in ``tables``. They hold no word of a feed: a draft is stored only once the
leak check passed it. Of passwords and tokens only digests are here.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from pipeline.adapters.store.tables import metadata

__all__ = [
    "accounts",
    "drafts",
    "holds",
    "invitations",
    "sessions",
    "soft_locks",
    "trial_answers",
    "trial_items",
]

# ``name_key`` is the folded name: nobody's name may pass for another's. ``subject`` is the identity
# provider's name for the person. ``preferences`` are keys, language, saved views: JSON.
accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("agency_id", Text, nullable=False, server_default=""),
    Column("password", Text, nullable=False, server_default=""),
    Column("subject", Text, unique=True),
    Column("state", Text, nullable=False, server_default="active"),
    Column("demo", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", Text),
    Column("created_at", Text, nullable=False),
    Column("preferences", Text, nullable=False, server_default="{}"),
    CheckConstraint("state in ('active', 'disabled')", name="state"),
    CheckConstraint("role <> 'agency' or agency_id <> ''", name="agency"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_digest", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id"), nullable=False),
    Column("csrf", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Index("ix_sessions_account", "account_id"),
)

# One-time links: whoever opens one chooses the password. ``account_id`` once it was used.
invitations = Table(
    "invitations",
    metadata,
    Column("token_digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("agency_id", Text, nullable=False, server_default=""),
    Column("invited_by", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("account_id", Text),
)

# A pending candidate an editor put aside. Its record stays pending: nobody decided.
holds = Table(
    "holds",
    metadata,
    Column("candidate_id", Text, ForeignKey("candidates.candidate_id"), primary_key=True),
    Column("editor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Text, nullable=False),
)

# Who looks at what: a courtesy, never a guard.
soft_locks = Table(
    "soft_locks",
    metadata,
    Column("candidate_id", Text, primary_key=True),
    Column("editor", Text, nullable=False),
    Column("until", Text, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("candidate_id", Text, primary_key=True),
    Column("editor", Text, primary_key=True),
    Column("headline", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Text, nullable=False),
)

# Decided candidates that are shown again, unmarked, to see whether people agree.
trial_items = Table(
    "trial_items",
    metadata,
    Column("item_id", Text, primary_key=True),
    Column("agency_id", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("expected", Text, nullable=False),
    Column("expected_reason", Text, nullable=False, server_default=""),
    Column("made_by", Text, nullable=False),
    Column("at", Text, nullable=False),
    CheckConstraint("expected in ('approve', 'reject')", name="expected"),
)

trial_answers = Table(
    "trial_answers",
    metadata,
    Column("item_id", Text, ForeignKey("trial_items.item_id"), primary_key=True),
    Column("editor", Text, primary_key=True),
    Column("verb", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", Text, nullable=False),
)
