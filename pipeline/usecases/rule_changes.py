"""Writes down when other rules come into force: policy, agency file, agreement, model.

The log's own last word on each is compared with what a walk uses; the first walk under a new
version leaves one entry, before any outcome under it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.audit_log import append, newest_about
from pipeline.agencies import Agency
from pipeline.audit import Entry, EntryKind
from pipeline.audit.events import rule_name, version_change
from pipeline.propose import Rules
from pipeline.usecases.recall import Walking

__all__ = ["note_rules", "told_rules", "untold_rules"]

_KINDS = {
    "policy": EntryKind.POLICY_CHANGE,
    "agency": EntryKind.MAPPING_CHANGE,
    "model": EntryKind.MODEL_CHANGE,
    "agreement": EntryKind.AGREEMENT_CHANGE,
}


def told_rules(tx: Tx, agency_ids: Collection[str]) -> Mapping[str, str]:
    """Return which version the log knows to be in force, by rule, of these agencies."""
    kinds = tuple(_KINDS.values())
    names = [rule_name(kind, each) for kind in kinds for each in ("", *agency_ids)]
    # An entry somebody changed names no version; what is wrong with it is for `fsck` to say.
    return {
        name: json.loads(line).get("body", {}).get("to", "")
        for name, line in newest_about(tx, "rule", names, kinds).items()
    }


def untold_rules(told: Mapping[str, str], rules: Rules, at: datetime) -> list[Entry]:
    """Return an entry for each of an agency's rules that is not the one in force in the log."""
    changes = []
    versions = {**rules.versions, "agreement": rules.agency.agreement.name}
    for name, kind in _KINDS.items():
        agency_id = _whose(told, rules.agency, name)
        old, new = told.get(rule_name(kind, agency_id), ""), versions[name]
        if old != new:
            changes.append(version_change(kind, old=old, new=new, at=at, agency_id=agency_id))
    return changes


def note_rules(walking: Walking) -> None:
    """Append an entry for each rule that is not the one the log knows to be in force."""
    store: Store = walking.resources.store
    agency_id = walking.rules.agency.agency_id
    with store.read() as tx:
        if not untold_rules(told_rules(tx, [agency_id]), walking.rules, walking.now):
            return
    with store.write() as tx:
        changes = untold_rules(told_rules(tx, [agency_id]), walking.rules, walking.now)
        if changes:
            append(tx, changes)


def _whose(told: Mapping[str, str], agency: Agency, name: str) -> str:
    """Return the agency a rule is of; empty for rules that all agencies share.

    An agency under packs has a policy of its own, also after it left them.
    """
    own = name in ("agency", "agreement")
    if name == "policy":
        own = bool(agency.jurisdiction) or rule_name(_KINDS[name], agency.agency_id) in told
    return agency.agency_id if own else ""
