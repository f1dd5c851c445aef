"""Who decides, and writing down that they did, in the caller's transaction.

A decision without a named person, or without its entry in the log, cannot be made here.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.candidates import add_decision
from pipeline.audit import Entry, EntryKind
from pipeline.model import Decision, Refused

__all__ = ["RULES", "named_editor", "record_decision", "same_editor"]

RULES = "rules"
"""The name under which the rules themselves decide; no person may use it."""


def record_decision(
    tx: Tx,
    decision: Decision,
    *,
    kind: EntryKind,
    agency_id: str,
    body: Mapping[str, object],
    alert_id: str | None = None,
) -> int:
    """Write a decision down twice in one transaction, log and table; return its audit index."""
    common = {
        "candidate": decision.candidate_id,
        "verb": decision.verb.value,
        "by": decision.editor,
        "reason": decision.reason,
    }
    entry = Entry(kind=kind, at=decision.at, agency_id=agency_id, body={**common, **body})
    index = append(tx, [entry])
    add_decision(tx, decision, audit_index=index, alert_id=alert_id)
    return index


def named_editor(editor: str) -> str:
    """Return the editor's name with single spaces; the same person however it was typed.

    Raises:
        Refused: nobody is named, or the rules themselves.
    """
    name = " ".join(editor.split())
    if not name or same_editor(name, RULES):
        raise Refused("a decision needs a named editor; set BLOTTER_EDITOR or give --editor")
    return name


def same_editor(one: str, other: str) -> bool:
    """Return whether two names are one person: case does not make another."""
    return one.casefold() == other.casefold()
