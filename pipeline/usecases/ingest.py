"""One bulk file of any size: cut as it is read, each part landed and walked by itself.

The parts are payloads like any other, so the ledger, retention, quarantine and replay know them.
A file is cut the same way every time: after a kill, the same command finds the parts that are done
and goes on behind them, and nothing is twice. What stops the cutting is quarantined as one payload
without a body; the file stays where it is. No part of a file may be held here beyond its walk.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from os import fsencode
from pathlib import Path

from pipeline.adapters.store.feeding import known_drops
from pipeline.agencies import Agency
from pipeline.model import PayloadId, PayloadRefused
from pipeline.usecases.agency_walk import agency_walking
from pipeline.usecases.bulk import parts_of
from pipeline.usecases.land import Drop, land, land_unread
from pipeline.usecases.recall import Walking
from pipeline.usecases.resources import Resources
from pipeline.usecases.settings import Settings
from pipeline.usecases.walk import WalkReport, walk_agency
from pipeline.usecases.walk_batch import BULK
from pipeline.usecases.walk_payload import Progress, silent, still_landed
from pipeline.usecases.walkers import Work, walk_each

__all__ = ["ingest_file", "landed_parts"]


def ingest_file(
    settings: Settings,
    folder: Path,
    file: Path,
    *,
    now: datetime,
    workers: int = 1,
    progress: Progress = silent,
) -> WalkReport:
    """Land and walk a bulk file of the agency in ``folder``, part by part.

    Raises:
        ConfigError: the agency's files are wrong, its form cannot be cut, or the file not be read.
        AgreementStopped: the agency's agreement does not cover today.
        StoreFailure, VaultFailure, Conflict: as ``walk_payload``; run it again to go on.
    """
    with agency_walking(settings, folder, now=now) as walking:
        gc.freeze()  # what stays is not looked through again with every part
        before = walk_agency(walking, progress)
        if before.failures:
            return before
        agency_id = walking.rules.agency.agency_id
        work = Work(settings=settings, folder=folder, now=now, rules=walking.rules.digest)
        counts, payloads = before.counts, before.payloads
        for found in walk_each(walking, work, workers, landed_parts(walking, file, counts)):
            counts += found
            payloads += 1
            progress(agency_id, found.total())
        return WalkReport(payloads=payloads, counts=counts, failures={}, again=before.again)


def landed_parts(
    walking: Walking, file: Path, counts: Counter[str], *, run_id: str = BULK
) -> Iterator[PayloadId]:
    """Land a file's parts as they are asked for; yield those that wait for the walk.

    What cannot be cut is quarantined, and added to ``counts``.

    Raises:
        ConfigError, StoreFailure, VaultFailure: as :func:`ingest_file`.
    """
    resources, agency, now = walking.resources, walking.rules.agency, walking.now
    try:
        for part in parts_of(file, agency):
            payload_id, _ = land(resources, agency.agency_id, part, run_id=run_id, received_at=now)
            if still_landed(walking, payload_id) is not None:
                yield payload_id
    except PayloadRefused as refusal:
        counts += _refuse_rest(resources, agency, file, refusal, now)


def _refuse_rest(
    resources: Resources, agency: Agency, file: Path, refusal: PayloadRefused, now: datetime
) -> Counter[str]:
    """Quarantine what could not be cut; once for one state of the file."""
    parts = (agency.agency_id.encode(), fsencode(file.name))
    status = file.stat()
    drop = Drop(
        name_digest=resources.seal.digest("drop", *parts),
        stamp=f"bulk:{status.st_size}:{status.st_mtime_ns}",
    )
    with resources.store.read() as tx:
        if (drop.name_digest, drop.stamp) in known_drops(tx, agency.agency_id):
            return Counter()
    land_unread(
        resources, agency.agency_id, drop=drop, refusal=refusal, run_id=BULK, received_at=now
    )
    return Counter(quarantined=1)
