"""Brings the public files to the state the database says, then writes that down.

The files are rendered whole from the live alerts, so that a crash anywhere is mended by the next
run: an alert is there once, a retracted one is nowhere. One run at a time, by a file lock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.adapters.log_keys import read_log_keys
from pipeline.adapters.public_folder import claim, exclusive, write_public
from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import due_versions, load_alert, mark_delivered, public_state
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.installation import sealing_key
from pipeline.adapters.store.memories import sealed_memories
from pipeline.audit import Entry, EntryKind
from pipeline.model import (
    Alert,
    AlertId,
    CandidateId,
    IncidentRef,
    Refused,
    Retraction,
    Sensitive,
    WithdrawReason,
)
from pipeline.publish import CHANNELS, PublicFile, Site
from pipeline.publish.channel import cap_path
from pipeline.publish.proof_page import proof_files
from pipeline.redact import leaked_values, leaks
from pipeline.usecases.budget import paused_agencies
from pipeline.usecases.decisions import RULES
from pipeline.usecases.memory import open_memory
from pipeline.usecases.release import Released, release_due
from pipeline.usecases.resources import Resources, open_resources, site_of
from pipeline.usecases.settings import Settings
from pipeline.usecases.withdraw import withdraw

__all__ = ["PublishReport", "publish_due"]

_TOMBSTONES = timedelta(days=30)
"""How long a withdrawn alert's tombstone stays in the feeds, so that readers drop their copy."""

_PER_ENTRY = 200
"""So many alerts told and files written fit an entry of 65,535 bytes."""

Due = tuple[tuple[AlertId, int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What one run told the public; ``released`` is what it let out of the waiting first."""

    alerts: int
    retractions: int
    delivered: int
    files_written: int
    files_removed: int
    left_out: int = 0
    released: Released = field(default_factory=Released)


def publish_due(settings: Settings, *, now: datetime, force: bool = False) -> PublishReport:
    """Let out what waits and is due, tell every channel; with ``force`` write all files again.

    Raises:
        StoreFailure: database or public folder cannot be used; nothing is marked as delivered.
    """
    with open_resources(settings, now=now) as resources, exclusive(settings.public):
        with resources.store.read() as tx:
            owner = sealing_key(tx)
        claim(settings.public, owner)
        released = release_due(resources, settings, now=now)
        with resources.store.read() as tx:
            due = due_versions(tx)
        if not due and not force:
            return PublishReport(
                alerts=0,
                retractions=0,
                delivered=0,
                files_written=0,
                files_removed=0,
                released=released,
            )
        site = site_of(settings)
        _last_look(resources, due, site, now)
        with resources.store.read() as tx:
            due = due_versions(tx)
            alerts, retractions = public_state(tx, tombstones_since=now - _TOMBSTONES)
            alerts, due = _not_paused(alerts, due, paused_agencies(tx))
        files, left_out = _rendered(alerts, retractions, site, now)
        files += _proof_page(settings)
        written, removed = write_public(settings.public, files)
        if due or written or removed:
            with resources.store.write() as tx:
                mark_delivered(tx, due, now)
                append(tx, _entries(due, files, alerts, now))
    return PublishReport(
        alerts=len(alerts),
        retractions=len(retractions),
        delivered=len(due),
        files_written=written,
        files_removed=removed,
        left_out=left_out,
        released=released,
    )


def _proof_page(settings: Settings) -> tuple[PublicFile, ...]:
    """Return the page that verifies receipts, once the log has a key."""
    if not settings.log_key.exists():
        return ()
    return proof_files([str(key) for key in read_log_keys(settings.log_key).public])


def _not_paused(alerts: list[Alert], due: Due, paused: Collection[str]) -> tuple[list[Alert], Due]:
    """Leave out what a paused agency would tell anew; what is out already stays, and may end."""
    new = {alert_id for alert_id, _, _ in due}
    stopped = {a.alert_id for a in alerts if a.agency_id in paused and a.alert_id in new}
    return (
        [alert for alert in alerts if alert.alert_id not in stopped],
        tuple(each for each in due if each[0] not in stopped),
    )


def _rendered(
    alerts: list[Alert], retractions: list[Retraction], site: Site, now: datetime
) -> tuple[list[PublicFile], int]:
    """Render every channel; leave out what cannot be carried, and count it.

    One alert that no channel can carry must never keep another, or a retraction, from the public.
    Left out means not public: its earlier files are removed.
    """
    try:
        return _render(alerts, retractions, site, now), 0
    except Refused:
        fit = [each for each in alerts if _carried([each], [], site, now)]
        gone = [each for each in retractions if _carried([], [each], site, now)]
        left_out = len(alerts) - len(fit) + len(retractions) - len(gone)
        return _render(fit, gone, site, now), left_out


def _render(
    alerts: list[Alert], retractions: list[Retraction], site: Site, now: datetime
) -> list[PublicFile]:
    return [
        file
        for channel in CHANNELS.values()
        for file in channel.render(alerts, retractions, site=site, at=now)
    ]


def _carried(alerts: list[Alert], retractions: list[Retraction], site: Site, now: datetime) -> bool:
    try:
        _render(alerts, retractions, site, now)
    except Refused:
        return False
    return True


def _last_look(resources: Resources, due: Due, site: Site, now: datetime) -> None:
    """Withdraw what would leak, knowing all that later revisions said by now.

    The third door: looked at are the words, and the very bytes every channel would carry.
    """
    for alert_id in sorted({alert_id for alert_id, _, _ in due}):
        with resources.store.read() as tx:
            found = load_alert(tx, alert_id)
            ref = IncidentRef(found[1]) if found else IncidentRef("")
            sealed = sealed_memories(tx, [ref]).get(ref)
        if found is None:
            continue
        alert = found[0]
        known = () if sealed is None else open_memory(resources.vault, ref, sealed).values
        if _leaks(alert, known, site, now):
            with resources.store.write() as tx:
                _withdraw(tx, alert_id, now)


def _leaks(alert: Alert, known: Sequence[Sensitive], site: Site, now: datetime) -> bool:
    public = (alert.facts.area.name, alert.agency_name, site.title, site.author)
    if leaks(f"{alert.facts.headline}\n{alert.facts.text}", known, public=public):
        return True
    return any(
        leaked_values(file.body.decode(), known, public=public)
        for file in _render([alert], [], site, now)
    )


def _withdraw(tx: Tx, alert_id: AlertId, now: datetime) -> None:
    found = load_alert(tx, alert_id)
    if found is None:
        return
    alert, ref, candidate_id = found
    withdraw(
        tx,
        alert,
        incident_ref=IncidentRef(ref),
        candidate_id=CandidateId(candidate_id),
        editor=RULES,
        reason=WithdrawReason.LEAK_CHECK,
        now=now,
    )


def _entries(due: Due, files: list[PublicFile], alerts: list[Alert], now: datetime) -> list[Entry]:
    """Say what went out: alert, version and channel, and the digest of each file that told it.

    Messages of alerts that had no news stand in the entries of when they had.
    """
    told = {alert_id for alert_id, _, _ in due}
    silent = {cap_path(each.alert_id) for each in alerts if each.alert_id not in told}
    digests = [
        (file.path, hashlib.sha256(file.body).hexdigest())
        for file in files
        if file.path not in silent
    ]
    return [
        Entry(
            kind=EntryKind.PUBLICATION,
            at=now,
            agency_id="",
            body={
                "told": [
                    {"alert": alert_id, "version": version, "channel": channel}
                    for alert_id, version, channel in due[start : start + _PER_ENTRY]
                ],
                "files": dict(digests[start : start + _PER_ENTRY]),
            },
        )
        for start in range(0, max(len(due), len(digests), 1), _PER_ENTRY)
    ]
