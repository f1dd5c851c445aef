"""What reading a payload yields: records, refused records, how many rows they stand for.

Made by the carriers through ``assemble``; used by the walk. Nothing here may name a value from the
payload outside a ``SourceRecord``: a refused record is a position, a code and a field.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Notice, NoticeCode, SourceRecord

__all__ = ["Reading", "RefusedRecord"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRecord:
    """One record that could not be read; it is quarantined alone.

    ``position`` counts records in the payload from 0, ``rows`` is how many rows it stands for, and
    ``field`` is a safe path or empty.
    """

    position: int
    rows: int
    code: NoticeCode
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One payload, read. ``rows`` is the sum of the records' rows; notices are about the whole."""

    records: tuple[SourceRecord | RefusedRecord, ...]
    rows: int
    notices: tuple[Notice, ...] = ()
