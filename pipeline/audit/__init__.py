"""The audit log's meaning: entries, their canonical bytes and leaf hashes. Stores nothing."""

from pipeline.audit.entry import (
    ENTRY_VERSION,
    Entry,
    EntryKind,
    encode,
    finding_body,
    leaf_hash,
    outcome_body,
    stamp,
    subjects,
)

__all__ = [
    "ENTRY_VERSION",
    "Entry",
    "EntryKind",
    "encode",
    "finding_body",
    "leaf_hash",
    "outcome_body",
    "stamp",
    "subjects",
]
