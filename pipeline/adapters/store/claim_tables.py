"""The table whose rows are locked while an agency is walked, in the one schema."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from pipeline.adapters.store.tables import metadata

__all__ = ["claims"]

# A row says nothing; its lock does, and ends with the connection that holds it.
claims = Table("claims", metadata, Column("agency_id", Text, primary_key=True))
