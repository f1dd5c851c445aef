"""Brings the public files to the state the database says, then queues what is pushed.

Only files that a change touches are rendered anew, from the present state, so that a crash anywhere
is mended by the next run: an alert is there once, a retracted one is nowhere. One run at a time, by
a file lock. What is pushed is queued after the files stand, in the transaction that says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.adapters.public_folder import (
    claim,
    exclusive,
    is_whole,
    put_public,
    set_whole,
    write_public,
)
from pipeline.adapters.store.alerts import due_versions, mark_delivered
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeds_state import Due, due_files, public_ids
from pipeline.adapters.store.installation import sealing_key
from pipeline.adapters.store.stops import untold
from pipeline.adapters.telemetry import observed
from pipeline.audit import Entry, EntryKind
from pipeline.model import AlertId
from pipeline.publish import EVERYTHING, FEEDS, PublicFile
from pipeline.publish.channel import cap_path, detail_path
from pipeline.usecases.agreements import STATEMENT_PAGES
from pipeline.usecases.budget import paused_agencies
from pipeline.usecases.expire import expire_alerts
from pipeline.usecases.fan_out import fan_out
from pipeline.usecases.last_look import last_look
from pipeline.usecases.month_tables import count_months
from pipeline.usecases.public_files import Rendered, render_all, render_touched
from pipeline.usecases.release import Released, release_due
from pipeline.usecases.resources import Resources, current_policy, open_resources, site_of
from pipeline.usecases.settings import Settings
from pipeline.usecases.site import Pages, all_pages, standing_due, touched_pages
from pipeline.usecases.site_digest import remember
from pipeline.usecases.switches import switchboard

__all__ = ["PublishReport", "publish_due"]

_PER_ENTRY = 100
"""So many alerts, told by every channel with their own files, fit an entry of 65,535 bytes."""

Told = tuple[AlertId, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What one run told the public; ``released`` is what it let out of the waiting first.

    ``queued`` counts messages that wait to be sent, by ``blotter deliver``.
    """

    alerts: int = 0
    retractions: int = 0
    delivered: int = 0
    files_written: int = 0
    files_removed: int = 0
    left_out: int = 0
    queued: int = 0
    released: Released = field(default_factory=Released)


@observed("publish")
def publish_due(
    settings: Settings, *, now: datetime, force: bool = False, clock: datetime | None = None
) -> PublishReport:
    """Let out what waits and is due, tell every channel; with ``force`` write all files again.

    Raises:
        StoreFailure: database or public folder cannot be used; nothing is marked as delivered.
    """
    with open_resources(settings, now=now) as resources, exclusive(settings.public):
        with resources.store.read() as tx:
            owner = sealing_key(tx)
        claim(settings.public, owner)
        expire_alerts(resources, now=now)
        count_months(resources, settings, now=now)
        released = release_due(resources, settings, now=now, clock=clock)
        with resources.store.read() as tx:
            due = due_files(tx)
            stale = force or bool(due) or standing_due(tx, settings, now)
        if not stale:
            return PublishReport(released=released)
        last_look(resources, [each.alert_id for each in due], site_of(settings), now)
        whole = force or not is_whole(settings.public)
        rendered, pages, due = _render(resources, settings, now, whole=whole)
        files = (*rendered.files, *pages.files)
        if whole:
            written, removed = write_public(settings.public, files)
            removed += put_public(settings.public, (), pages.gone)[1]
            set_whole(settings.public)
        else:
            gone = (*rendered.gone, *pages.gone)
            written, removed = put_public(settings.public, files, gone)
        remember(settings, pages.digest)
        told, queued = _tell(resources, settings, due, files, now, changed=bool(written or removed))
    return PublishReport(
        alerts=rendered.alerts,
        retractions=rendered.retractions,
        delivered=told,
        files_written=written,
        files_removed=removed,
        left_out=rendered.left_out,
        queued=queued,
        released=released,
    )


def _render(
    resources: Resources, settings: Settings, now: datetime, *, whole: bool
) -> tuple[Rendered, Pages, tuple[Due, ...]]:
    """Render what is due, or everything; what is paused or switched off stays due, unshown.

    What ended while it was kept back is rendered without it: an earlier version's files go.
    """
    site, policy = site_of(settings), current_policy(settings)
    with resources.store.read() as tx:
        paused = paused_agencies(tx)
        found = due_files(tx)
        stopped = {d.alert_id for d in found if d.agency_id in paused and d.in_words}
        stopped |= untold(tx, switchboard(tx))
        due = tuple(each for each in found if each.alert_id not in stopped)
        moved = tuple(e for e in found if e.alert_id not in stopped or e.state == "expired")
        if whole:
            ids = public_ids(tx)
            rendered = render_all(tx, ids, site=site, policy=policy, now=now, without=stopped)
            pages = all_pages(tx, settings, now=now, without=stopped)
        else:
            rendered = render_touched(tx, moved, site=site, policy=policy, now=now, without=stopped)
            pages = touched_pages(tx, settings, moved, now=now, without=stopped)
    return rendered, pages, due


def _tell(
    resources: Resources,
    settings: Settings,
    due: Sequence[Due],
    files: Sequence[PublicFile],
    now: datetime,
    *,
    changed: bool,
) -> tuple[int, int]:
    """Mark versions as told, queue what is pushed, and write both down; return (told, queued)."""
    if not due and not changed:
        return 0, 0
    # A version decided after the files were rendered waits for the next run.
    stand = {each.alert_id: each.newest for each in due}
    with resources.store.write() as tx:
        told = [each for each in due_versions(tx) if each[1] <= stand.get(each[0], 0)]
        queued = fan_out(tx, settings, due, now=now)
        mark_delivered(tx, told, now)
        append(tx, _entries(told, files, now))
    return len(told), queued


def _entries(told: Sequence[Told], files: Sequence[PublicFile], now: datetime) -> list[Entry]:
    """Say what went out: alert, version and channel, and the digests of the files that told it.

    Named are an alert's own files, in its own entry, and the feeds of everything.
    """
    digests = {file.path: hashlib.sha256(file.body).hexdigest() for file in files}
    tops = {EVERYTHING.path(form.PATHS) for form in FEEDS.values()}
    tops |= STATEMENT_PAGES
    common = {path: digest for path, digest in digests.items() if path in tops or "verify/" in path}
    ids = sorted({alert_id for alert_id, _, _ in told})
    entries = []
    for start in range(0, max(len(ids), 1), _PER_ENTRY):
        mine = frozenset(ids[start : start + _PER_ENTRY])
        own = {path for alert_id in mine for path in (cap_path(alert_id), detail_path(alert_id))}
        body = {
            "told": [
                {"alert": alert_id, "version": version, "channel": channel}
                for alert_id, version, channel in told
                if alert_id in mine
            ],
            "files": common | {path: digests[path] for path in sorted(own) if path in digests},
        }
        entries.append(Entry(kind=EntryKind.PUBLICATION, at=now, agency_id="", body=body))
    return entries
