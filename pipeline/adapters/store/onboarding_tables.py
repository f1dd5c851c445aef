"""Tables of onboarding, quarantine and drift. Part of the one schema in ``tables``.

They hold no word of a feed: names of people who decide, names of fields, and counts.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from pipeline.adapters.store.tables import metadata

__all__ = ["discards", "field_counts", "shadows", "sign_offs"]

# Agencies that began in shadow: for good, so that a line taken out of a file opens nothing.
shadows = Table(
    "shadows",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("since", Text, nullable=False),
)

# Who signed which version of an agency's file, as what.
sign_offs = Table(
    "sign_offs",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("at", Text, nullable=False),
)

# What was quarantined and will not be read again; ``position`` is empty for a whole payload.
discards = Table(
    "discards",
    metadata,
    Column("payload_id", Text, primary_key=True),
    Column("position", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Text, nullable=False),
)

# Statistics of a feed, an hour each: ``measure`` says what of which ``field`` is counted.
field_counts = Table(
    "field_counts",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("hour", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
