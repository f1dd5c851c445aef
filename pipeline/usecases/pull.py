"""Pulling: look at every agency's transport and land what is new.

An agency whose agreement does not cover today is not read at all; its files stay where they are.
One agency's trouble never stops another's pull: it is counted, coded and shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.adapters.folder_drop import DropFile, list_drop, read_drop
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import (
    ensure_feed,
    known_drops,
    last_pulls,
    stop_feed,
    touch_feed,
)
from pipeline.agencies import Agency, check_agreement
from pipeline.audit import Entry, EntryKind
from pipeline.model import AgreementStopped, ConfigError, PayloadId, PayloadRefused
from pipeline.usecases.catalog import Catalog, error_folder, load_catalog
from pipeline.usecases.land import MAX_BODY_BYTES, Drop, land, land_unread
from pipeline.usecases.resources import Resources, open_resources
from pipeline.usecases.settings import Settings

__all__ = ["PullReport", "pull_agencies"]

# A file is left alone until it has not changed for this long: writers may still be at it.
_SETTLE = timedelta(seconds=2)

# Rounds of the line do not start to the second; one that is this early is in time.
_EARLY = timedelta(seconds=5)
_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What one pull landed. ``failures`` maps an agency to one safe line."""

    landed: tuple[PayloadId, ...]
    per_agency: Mapping[str, int]
    failures: Mapping[str, str]
    not_due: int = 0


def pull_agencies(
    settings: Settings, *, run_id: str, now: datetime, only: Sequence[str] | None = None
) -> PullReport:
    """Pull every agency whose rhythm says it is due, or those named in any case.

    Raises:
        ConfigError: agencies folder or key file missing or wrong.
        StoreFailure: the database cannot be used.
        VaultFailure: the vault cannot be written; what was landed before stays landed.
    """
    catalog = load_catalog(settings)
    if only is not None:
        catalog = Catalog(agencies=tuple(catalog.find(name) for name in only), errors=())
    failures = {error_folder(error): str(error) for error in catalog.errors}
    landed: list[PayloadId] = []
    per_agency: dict[str, int] = {}
    with open_resources(settings, now=now) as resources:
        everyone = list(catalog.agencies)
        due = _due(resources, everyone, now) if only is None else everyone
        for agency in due:
            try:
                check_agreement(agency, now.astimezone(agency.timezone).date())
                new, unreadable = _pull(resources, agency, run_id=run_id, now=now)
            except AgreementStopped as stop:
                _stop(resources, agency, str(stop), now)
                failures[agency.agency_id] = str(stop)
                continue
            except ConfigError as error:
                _count_failure(resources, agency, now)
                failures[agency.agency_id] = str(error)
                continue
            landed += new
            per_agency[agency.agency_id] = len(new)
            if unreadable:
                failures[agency.agency_id] = (
                    f"{unreadable} file(s) in the drop folder cannot be read; mend their "
                    "permissions, they are tried again"
                )
        not_due = len(catalog.agencies) - len(due)
    return PullReport(
        landed=tuple(landed), per_agency=per_agency, failures=failures, not_due=not_due
    )


def _due(resources: Resources, agencies: Sequence[Agency], now: datetime) -> list[Agency]:
    """Return agencies not looked at for as long as their schedule says."""
    with resources.store.read() as tx:
        last = last_pulls(tx)
    return [
        agency
        for agency in agencies
        if agency.agency_id not in last
        or not _ZERO <= now - last[agency.agency_id] < agency.every - _EARLY
    ]


def _pull(
    resources: Resources, agency: Agency, *, run_id: str, now: datetime
) -> tuple[list[PayloadId], int]:
    """Land what is new; return it, and how many files could not be read."""
    files = list_drop(agency.transport, settle=_SETTLE, now=now)
    with resources.store.read() as tx:
        known = known_drops(tx, agency.agency_id)
    landed, unreadable = [], 0
    for file in files:
        drop = _drop(resources, agency, file)
        if (drop.name_digest, drop.stamp) in known:
            continue
        try:
            payload_id = _land_file(resources, agency, file, drop, run_id=run_id, now=now)
        except ConfigError:
            unreadable += 1
            continue
        if payload_id is not None:
            landed.append(payload_id)
    with resources.store.write() as tx:
        ensure_feed(tx, agency.agency_id)
        touch_feed(tx, agency.agency_id, at=now, landed=bool(landed), failed=bool(unreadable))
    return landed, unreadable


def _land_file(
    resources: Resources,
    agency: Agency,
    file: DropFile,
    drop: Drop,
    *,
    run_id: str,
    now: datetime,
) -> PayloadId | None:
    """Land one file; return its payload when it is new. A changing file waits for the next pull."""
    try:
        body = read_drop(file, MAX_BODY_BYTES)
    except PayloadRefused as refusal:
        return land_unread(
            resources,
            agency.agency_id,
            drop=drop,
            refusal=refusal,
            run_id=run_id,
            received_at=now,
        )
    if body is None:
        return None
    payload_id, is_new = land(
        resources, agency.agency_id, body, run_id=run_id, received_at=now, drop=drop
    )
    return payload_id if is_new else None


def _drop(resources: Resources, agency: Agency, file: DropFile) -> Drop:
    name = file.path.name.encode("utf-8", "surrogateescape")
    digest = resources.seal.digest("drop", agency.agency_id.encode(), name)
    return Drop(name_digest=digest, stamp=f"{file.size}:{file.mtime_ns}")


def _stop(resources: Resources, agency: Agency, why: str, now: datetime) -> None:
    """Mark the feed stopped; the log hears of it once, not at every poll."""
    with resources.store.write() as tx:
        ensure_feed(tx, agency.agency_id)
        if stop_feed(tx, agency.agency_id, why):
            entry = Entry(
                kind=EntryKind.FEED_STOPPED,
                at=now,
                agency_id=agency.agency_id,
                body={"reason": "agreement", "version": agency.version},
            )
            append(tx, [entry])


def _count_failure(resources: Resources, agency: Agency, now: datetime) -> None:
    with resources.store.write() as tx:
        ensure_feed(tx, agency.agency_id)
        touch_feed(tx, agency.agency_id, at=now, landed=False, failed=True)
