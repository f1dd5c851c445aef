"""The table of cases: what a feed and its agency's people both tell. Part of ``tables``.

It holds keyed digests alone, never a number of the agency.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from pipeline.adapters.store.tables import metadata

__all__ = ["cases"]

# Names of each call's case. ``posted`` is 1 for what the agency's people wrote, 0 for its feed's
# calls: only one of each kind are ever one case.
cases = Table(
    "cases",
    metadata,
    Column("incident_ref", Text, primary_key=True),
    Column("case_ref", Text, primary_key=True),
    Column("posted", Integer, nullable=False),
    Index("ix_cases_case", "case_ref", "posted"),
)
