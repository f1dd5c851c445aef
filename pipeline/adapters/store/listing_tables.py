"""Tables of feeds that list open calls only. Part of the one schema in ``tables``.

They hold ids of payloads and keyed digests of incidents, never a word of a feed.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from pipeline.adapters.store.tables import metadata

__all__ = ["listed", "listings", "polls"]

# Each whole look at such a feed, in order: the payloads that were its list. The last one stays, so
# that a look that found the same again knows which list that was.
polls = Table(
    "polls",
    metadata,
    Column(
        "number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("agency_id", Text, nullable=False),
    Column("payloads", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("settled", Integer, nullable=False, server_default="0"),
    Index("ix_polls_agency", "agency_id", "number"),
)

# Which incidents a payload lists. ``whole`` is 0 when a record in it could not be read, for then
# nobody knows who is missing.
listings = Table(
    "listings",
    metadata,
    Column("payload_id", Text, primary_key=True),
    Column("agency_id", Text, nullable=False),
    Column("refs", Text, nullable=False),
    Column("whole", Integer, nullable=False),
)

# How often in a row each incident was missing, since when, and since when it counts as closed.
# ``changed`` is 1 until its open record was walked again under that.
listed = Table(
    "listed",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("incident_ref", Text, primary_key=True),
    Column("missed", Integer, nullable=False, server_default="0"),
    Column("missing_since", Text),
    Column("closed_at", Text),
    Column("changed", Integer, nullable=False, server_default="0"),
)
