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
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from os import fsencode
from pathlib import Path

from pipeline.adapters.store.feeding import known_drops
from pipeline.agencies import Agency, load_agency, schemas_folder
from pipeline.feeds import check_payload
from pipeline.feeds.cut import cut
from pipeline.model import ConfigError, PayloadId, PayloadRefused
from pipeline.usecases.agency_walk import agency_walking
from pipeline.usecases.land import Drop, land, land_unread
from pipeline.usecases.recall import Walking
from pipeline.usecases.resources import Resources
from pipeline.usecases.settings import Settings
from pipeline.usecases.walk import WalkReport, walk_agency
from pipeline.usecases.walk_batch import BULK
from pipeline.usecases.walk_payload import Progress, silent, still_landed
from pipeline.usecases.walkers import Work, walk_each

__all__ = ["Checked", "check_file", "ingest_file", "landed_parts", "parts_of"]

_BLOCK = 256 * 1024  # bytes
_OBJECTS = 200_000  # until a reader looks for cycles
_WAITING = 4  # parts given to each reader beforehand


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What reading a bulk file came to; nothing of it was kept.

    ``refused`` counts codes of records, ``refused_parts`` those of whole parts; ``stopped`` is the
    code that ended the cutting, or empty.
    """

    parts: int
    records: int
    refused: Counter[str]
    refused_parts: Counter[str]
    stopped: str = ""


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


def check_file(folder: Path, file: Path, *, readers: int) -> Checked:
    """Read, validate and map a whole bulk file with ``readers`` processes; keep nothing.

    Raises:
        ConfigError: as :func:`ingest_file`.
    """
    agency = load_agency(folder, dialects=schemas_folder())
    records, parts, stopped = 0, 0, ""
    refused: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    with ProcessPoolExecutor(readers, get_context("spawn"), _prepare, (folder,)) as pool:
        cutting = parts_of(file, agency)
        while not stopped:
            try:
                some = list(islice(cutting, readers * _WAITING))
            except PayloadRefused as refusal:
                some, stopped = [], refusal.code.value
            if not some and not stopped:
                break
            for count, odd, refusal_code in pool.map(_read_part, some):
                parts += 1
                records += count
                refused += odd
                whole += Counter({refusal_code: 1} if refusal_code else {})
    return Checked(
        parts=parts, records=records, refused=refused, refused_parts=whole, stopped=stopped
    )


_READING: list[Agency] = []  # of a reader process: its one agency


def _prepare(folder: Path) -> None:
    _READING[:] = [load_agency(folder, dialects=schemas_folder())]
    gc.freeze()  # what stays is not looked through again with every part
    gc.set_threshold(_OBJECTS)  # a part's many objects are in no cycle, and go when it is read


def _read_part(part: bytes) -> tuple[int, Counter[str], str]:
    """Return records read, codes of those refused, and the code of a part refused whole."""
    try:
        return *check_payload(part, _READING[0]), ""
    except PayloadRefused as refusal:
        return 0, Counter(), refusal.code.value


def parts_of(file: Path, agency: Agency) -> Iterator[bytes]:
    """Yield the parts of a bulk file as it is read.

    Raises:
        PayloadRefused, ConfigError: as ``cut``; the file cannot be read.
    """
    return cut(_blocks(file), agency)


def _blocks(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as opened:
            while block := opened.read(_BLOCK):
                yield block
    except OSError as error:
        # The name may hold private text, so the file goes unnamed.
        raise ConfigError(
            f"the bulk file cannot be read ({error.strerror})",
            remedy="Check the path and its permissions",
        ) from None
