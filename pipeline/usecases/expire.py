"""Ends what has had its time: payload keys, values, alerts, candidates, orphans.

Private text is shredded by dropping its key (``destroy``), unless a legal hold keeps it; the
ciphertext is deleted afterwards. Shredding a payload that was not walked yet is impossible by
construction: it must be walked or quarantined.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.adapters.store.alerts import expire_alert, make_due, over_alerts
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.counting import count_off
from pipeline.adapters.store.ledger import vault_refs
from pipeline.adapters.store.spots import forget_spots
from pipeline.adapters.store.subscribers import forget_unconfirmed
from pipeline.adapters.telemetry import observed
from pipeline.audit import Entry, EntryKind
from pipeline.model import Alert, Policy
from pipeline.policies import Phase, phase
from pipeline.publish import CHANNELS
from pipeline.usecases.catalog import shorter_times
from pipeline.usecases.destroy import (
    destroy_memories,
    destroy_payloads,
    destroy_requests,
    tell_keyring,
)
from pipeline.usecases.release import lapse_undecided
from pipeline.usecases.requests import remind_overdue
from pipeline.usecases.resources import Resources, current_policy, open_resources
from pipeline.usecases.settings import Settings

__all__ = ["ExpireReport", "expire_alerts", "expire_due"]

# An object without a row may belong to a landing under way; after this long it does not.
_ORPHAN_AGE = timedelta(hours=1)

_UNANSWERED = timedelta(days=3)
"""How long an address that never answered the question is kept."""

_SPOT_AGE = timedelta(days=90)
"""How long a street is remembered at a point: long enough for a rare default to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireReport:
    """What one run ended.

    ``held`` counts keys past their time that a legal hold keeps, ``reminded`` requests that the log
    now calls overdue.
    """

    shredded: int
    memories: int
    alerts: int
    orphans: int
    too_old: int = 0
    counted: int = 0
    held: int = 0
    requests: int = 0
    reminded: int = 0


@observed("expire")
def expire_due(settings: Settings, *, now: datetime) -> ExpireReport:
    """Shred and expire everything whose time is over.

    Raises:
        StoreFailure: the database cannot be used.
        VaultFailure: an object cannot be deleted; its key is gone already.
    """
    policy = current_policy(settings)
    shorter = shorter_times(settings, policy)
    with open_resources(settings, now=now) as resources:
        payloads = destroy_payloads(resources, policy, shorter, now)
        memories = destroy_memories(resources, policy, now)
        requests = destroy_requests(resources, policy, now)
        tell_keyring(resources, settings.key_file)
        with resources.store.write() as tx:
            reminded = remind_overdue(tx, now)
            forget_spots(tx, now - _SPOT_AGE)
            forget_unconfirmed(tx, now - _UNANSWERED)
            too_old = lapse_undecided(tx, now)
        expired = expire_alerts(resources, now=now)
        counted = _count_off(resources, policy, now)
        orphans = _sweep(resources, now)
    return ExpireReport(
        shredded=payloads.count,
        memories=memories.count,
        alerts=expired,
        orphans=orphans,
        too_old=too_old,
        counted=counted,
        held=payloads.held + memories.held + requests.held,
        requests=requests.count,
        reminded=reminded,
    )


def expire_alerts(resources: Resources, *, now: datetime) -> int:
    """End live alerts, and tombstones, whose time is over; every channel is due. Return how many.

    Each end is an entry in the log, in the transaction that makes it.
    """
    with resources.store.read() as tx:
        if not over_alerts(tx, now):
            return 0
    with resources.store.write() as tx:
        over = over_alerts(tx, now)
        for alert_id, agency_id in over:
            index = append(tx, [_expiry(alert_id, agency_id, now)])
            expire_alert(tx, alert_id, audit_index=index, channels=tuple(CHANNELS), at=now)
    return len(over)


def _count_off(resources: Resources, policy: Policy, now: datetime) -> int:
    """Leave of alerts listed long enough only what is counted; their own files are due to end."""
    with resources.store.write() as tx:
        counted = count_off(tx, over=lambda alert: _counts_only(alert, policy, now))
        for alert_id, agency_id, version in counted:
            index = append(tx, [_expiry(alert_id, agency_id, now)])
            make_due(tx, alert_id, version, tuple(CHANNELS), index, at=now)
    return len(counted)


def _expiry(alert_id: str, agency_id: str, now: datetime) -> Entry:
    return Entry(kind=EntryKind.EXPIRY, at=now, agency_id=agency_id, body={"alert": alert_id})


def _counts_only(alert: Alert, policy: Policy, now: datetime) -> bool:
    """Return whether an alert was listed long enough; without terms for it nothing is listed."""
    terms = policy.categories[alert.facts.category].public
    listed = timedelta(0) if terms is None else terms.listed
    return phase(alert.first_sent, now, live=timedelta(0), listed=listed) is Phase.COUNTED


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
