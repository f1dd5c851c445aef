"""The audit log's meaning: entries, their canonical bytes and leaf hashes. Stores nothing."""

from pipeline.audit.entry import (
    ENTRY_VERSION,
    FINDINGS_PER_ENTRY,
    Entry,
    EntryKind,
    encode,
    finding_body,
    further_findings,
    leaf_hash,
    outcome_body,
    stamp,
    subjects,
)

__all__ = [
    "ENTRY_VERSION",
    "FINDINGS_PER_ENTRY",
    "Entry",
    "EntryKind",
    "encode",
    "finding_body",
    "further_findings",
    "leaf_hash",
    "outcome_body",
    "stamp",
    "subjects",
]
