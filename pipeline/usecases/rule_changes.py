"""Writes down when other rules come into force: policy, agency file, agreement, model.

The log's own last word on each is compared with what a walk uses; the first walk under a new
version leaves one entry, before any outcome under it.
"""

from __future__ import annotations

import json

from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.audit_log import append, entries_about
from pipeline.audit import Entry, EntryKind
from pipeline.audit.events import rule_name, version_change
from pipeline.usecases.recall import Walking

__all__ = ["note_rules"]

_KINDS = {
    "policy": EntryKind.POLICY_CHANGE,
    "agency": EntryKind.MAPPING_CHANGE,
    "model": EntryKind.MODEL_CHANGE,
    "agreement": EntryKind.AGREEMENT_CHANGE,
}


def note_rules(walking: Walking) -> None:
    """Append an entry for each rule that is not the one the log knows to be in force."""
    store: Store = walking.resources.store
    with store.read() as tx:
        if not _changes(tx, walking):
            return
    with store.write() as tx:
        changes = _changes(tx, walking)
        if changes:
            append(tx, changes)


def _changes(tx: Tx, walking: Walking) -> list[Entry]:
    changes = []
    versions = {**walking.rules.versions, "agreement": walking.rules.agency.agreement.name}
    for name, kind in _KINDS.items():
        new = versions[name]
        agency_id = _whose(tx, walking, name)
        told = entries_about(tx, f"rule:{rule_name(kind, agency_id)}", (kind,))
        # An entry somebody changed names no version; what is wrong with it is for `fsck` to say.
        old = json.loads(told[-1][1]).get("body", {}).get("to", "") if told else ""
        if old != new:
            changes.append(
                version_change(kind, old=old, new=new, at=walking.now, agency_id=agency_id)
            )
    return changes


def _whose(tx: Tx, walking: Walking, name: str) -> str:
    """Return the agency a rule is of; empty for rules that all agencies share.

    An agency under packs has a policy of its own, also after it left them.
    """
    agency = walking.rules.agency
    own = name in ("agency", "agreement")
    if name == "policy":
        rule = rule_name(_KINDS[name], agency.agency_id)
        own = bool(agency.jurisdiction) or bool(entries_about(tx, f"rule:{rule}", (_KINDS[name],)))
    return agency.agency_id if own else ""
