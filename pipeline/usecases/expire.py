"""Ends what has had its time: payload keys, values, alerts, candidates, orphans.

Private text is shredded by dropping its key; the ciphertext is deleted afterwards. Shredding a
payload that was not walked yet is impossible by construction: it must be walked or quarantined.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.adapters.store.alerts import expire_alerts
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.counting import count_off
from pipeline.adapters.store.feeding import Landed, forget_key, shreddable
from pipeline.adapters.store.ledger import vault_refs
from pipeline.adapters.store.memories import shred_values
from pipeline.adapters.store.spots import forget_spots
from pipeline.audit import Entry, EntryKind
from pipeline.model import Alert, Policy
from pipeline.policies import Phase, phase
from pipeline.publish import CHANNELS
from pipeline.usecases.release import lapse_undecided
from pipeline.usecases.resources import Resources, current_policy, open_resources
from pipeline.usecases.settings import Settings

__all__ = ["ExpireReport", "expire_due"]

# An object without a row may belong to a landing under way; after this long it does not.
_ORPHAN_AGE = timedelta(hours=1)

_SPOT_AGE = timedelta(days=90)
"""How long a street is remembered at a point: long enough for a rare default to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireReport:
    """What one run ended."""

    shredded: int
    memories: int
    alerts: int
    orphans: int
    too_old: int = 0
    counted: int = 0


def expire_due(settings: Settings, *, now: datetime) -> ExpireReport:
    """Shred and expire everything whose time is over.

    Raises:
        StoreFailure: the database cannot be used.
        VaultFailure: an object cannot be deleted; its key is gone already.
    """
    policy = current_policy(settings)
    before = now - policy.payload_retention
    with open_resources(settings, now=now) as resources:
        with resources.store.read() as tx:
            over = shreddable(tx, before)
        for payload in over:
            _shred(resources, payload, now)
        with resources.store.write() as tx:
            memories = shred_values(tx, before)
            forget_spots(tx, now - _SPOT_AGE)
            too_old = lapse_undecided(tx, now)
            expired = expire_alerts(tx, now=now, channels=tuple(CHANNELS))
            counted = count_off(tx, over=lambda alert: _counts_only(alert, policy, now))
            entries = [
                Entry(kind=EntryKind.EXPIRY, at=now, agency_id=agency, body={"alert": alert_id})
                for alert_id, agency in expired
            ]
            if memories:
                body = {"memories": memories, "rule": "payload-retention"}
                entries.append(Entry(kind=EntryKind.SHRED, at=now, agency_id="", body=body))
            if entries:
                append(tx, entries)
        orphans = _sweep(resources, now)
    return ExpireReport(
        shredded=len(over),
        memories=memories,
        alerts=len(expired),
        orphans=orphans,
        too_old=too_old,
        counted=counted,
    )


def _counts_only(alert: Alert, policy: Policy, now: datetime) -> bool:
    """Return whether an alert was listed long enough; without terms for it nothing is listed."""
    terms = policy.categories[alert.facts.category].public
    listed = timedelta(0) if terms is None else terms.listed
    return phase(alert.first_sent, now, live=timedelta(0), listed=listed) is Phase.COUNTED


def _shred(resources: Resources, payload: Landed, now: datetime) -> None:
    with resources.store.write() as tx:
        forget_key(tx, payload.payload_id)
        body = {"payload": payload.payload_id, "rule": "payload-retention"}
        entry = Entry(kind=EntryKind.SHRED, at=now, agency_id=payload.agency_id, body=body)
        append(tx, [entry])
    resources.vault.shred(payload.vault_ref)


def _sweep(resources: Resources, now: datetime) -> int:
    """Delete vault objects that no row needs: left by a crash, or shredded and not yet deleted."""
    # Listed before asking the database: an object that lands meanwhile is not in the list.
    old = [ref for ref, age in resources.vault.refs(now) if age > _ORPHAN_AGE]
    with resources.store.read() as tx:
        needed = vault_refs(tx)
    orphans = [ref for ref in old if ref not in needed]
    for ref in orphans:
        resources.vault.shred(ref)
    return len(orphans)
