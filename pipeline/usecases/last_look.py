"""Looks once more at what is about to go out, and withdraws what would leak by now.

The third door: looked at are the words, and the very bytes in which every channel would carry them,
knowing all that later revisions said. It must never let through what it could not look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import load_alert
from pipeline.adapters.store.memories import sealed_memories
from pipeline.adapters.store.told import load_told
from pipeline.model import (
    Alert,
    AlertId,
    IncidentRef,
    Refused,
    Sensitive,
    WithdrawReason,
)
from pipeline.publish import CHANNELS, Channel, PublicFile, Site
from pipeline.redact import leaked_values, leaks
from pipeline.usecases.decisions import RULES
from pipeline.usecases.memory import open_memory
from pipeline.usecases.resources import Resources
from pipeline.usecases.withdraw import withdraw

__all__ = ["last_look"]


def last_look(resources: Resources, ids: Iterable[AlertId], site: Site, now: datetime) -> None:
    """Withdraw those of these alerts that would leak what is known of their incidents."""
    for alert_id in sorted(set(ids)):
        with resources.store.read() as tx:
            found = load_alert(tx, alert_id)
            ref = IncidentRef(found[1]) if found else IncidentRef("")
            sealed = sealed_memories(tx, [ref]).get(ref)
        if found is None:
            continue
        alert = found[0]
        known = () if sealed is None else open_memory(resources.vault, ref, sealed).values
        if _leaks(alert, known, site):
            with resources.store.write() as tx:
                _withdraw(tx, alert_id, now)


def _leaks(alert: Alert, known: Sequence[Sensitive], site: Site) -> bool:
    public = (alert.facts.area.name, alert.agency_name, site.title, site.author)
    # The alert's own number is drawn by lot: three digits in it say nothing of a call's number.
    carried = (*public, alert.alert_id)
    if leaks(f"{alert.facts.headline}\n{alert.facts.text}", known, public=public):
        return True
    return any(
        leaked_values(part.body.decode(), known, public=carried)
        for channel in CHANNELS.values()
        for part in _parts(channel, alert, site)
    )


def _parts(channel: Channel, alert: Alert, site: Site) -> tuple[PublicFile, ...]:
    """Return what a channel would carry; nothing where it refuses, for then it carries nothing."""
    try:
        return channel.render(alert, site=site)
    except Refused:
        return ()


def _withdraw(tx: Tx, alert_id: AlertId, now: datetime) -> None:
    found = load_told(tx, alert_id)
    if found is not None:
        withdraw(tx, found, editor=RULES, reason=WithdrawReason.LEAK_CHECK, now=now)
