"""Walking what was landed, agency by agency, each payload in the order it came.

How one payload is walked and saved is ``walk_payload``'s part; this module finds the work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.adapters.store.feeding import (
    Landed,
    set_folder,
    waiting,
)
from pipeline.agencies import check_agreement, load_agency, schemas_folder
from pipeline.model import (
    ConfigError,
    VaultFailure,
)
from pipeline.propose import Rules
from pipeline.redact import Detector
from pipeline.usecases.catalog import error_folder, in_shard, load_catalog, rules_for
from pipeline.usecases.land import land
from pipeline.usecases.resources import (
    Resources,
    current_policy,
    detector_for,
    open_resources,
)
from pipeline.usecases.settings import Settings
from pipeline.usecases.walk_payload import Progress, silent, walk_payload

__all__ = ["WalkReport", "walk_files", "walk_landed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkReport:
    """What one walk did: payloads finished, records by ledger state, agencies left standing."""

    payloads: int
    counts: Counter[str]
    failures: Mapping[str, str]


def walk_landed(
    settings: Settings,
    *,
    now: datetime,
    shard: int = 0,
    of: int = 1,
    agencies: Sequence[str] | None = None,
    progress: Progress = silent,
) -> WalkReport:
    """Walk every landed payload of this shard's agencies, oldest first.

    Raises:
        ConfigError: agencies folder, policy or key file missing or wrong.
        StoreFailure: the database cannot be used.
    """
    policy = current_policy(settings)
    catalog = load_catalog(settings, agencies)
    counts: Counter[str] = Counter()
    failures = {error_folder(error): str(error) for error in catalog.errors}
    finished = 0
    with open_resources(settings, now=now) as resources:
        for agency in catalog.agencies:
            if not in_shard(agency.agency_id, shard, of):
                continue
            with resources.store.read() as tx:
                landed = waiting(tx, [agency.agency_id])
            if not landed:
                continue
            part = _walk_agency(
                resources,
                landed,
                rules_for(agency, policy),
                detector_for(settings.policy),
                now=now,
                progress=progress,
            )
            counts += part.counts
            finished += part.payloads
            failures |= part.failures
    return WalkReport(payloads=finished, counts=counts, failures=failures)


def walk_files(
    settings: Settings,
    folder: Path,
    files: Sequence[Path],
    *,
    now: datetime,
    progress: Progress = silent,
) -> WalkReport:
    """Land files as payloads of the agency in ``folder`` and walk whatever of it waits.

    Raises:
        ConfigError: the agency's files are wrong, or a payload file cannot be read.
        AgreementStopped: the agency's agreement does not cover today.
        StoreFailure, VaultFailure: database or vault cannot be used.
    """
    policy = current_policy(settings)
    agency = load_agency(folder, dialects=schemas_folder())
    check_agreement(agency, now.astimezone(agency.timezone).date())
    rules = rules_for(agency, policy)
    with open_resources(settings, now=now) as resources:
        for number, file in enumerate(files, start=1):
            body = _read_file(file, number)
            land(resources, agency.agency_id, body, run_id="walk-files", received_at=now)
        with resources.store.read() as tx:
            landed = waiting(tx, [agency.agency_id])
        detector = detector_for(settings.policy)
        return _walk_agency(resources, landed, rules, detector, now=now, progress=progress)


def _read_file(file: Path, number: int) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        # The name may hold private text, so the file is told by its place in the list.
        raise ConfigError(
            f"payload file {number} cannot be read ({error.strerror})",
            remedy="Check the path and its permissions",
        ) from None


def _walk_agency(
    resources: Resources,
    landed: Sequence[Landed],
    rules: Rules,
    detector: Detector,
    *,
    now: datetime,
    progress: Progress,
) -> WalkReport:
    """Walk one agency's payloads in the order they landed."""
    agency = rules.agency
    counts: Counter[str] = Counter()
    failures: dict[str, str] = {}
    finished = 0
    with resources.store.write() as tx:
        set_folder(tx, agency.agency_id, str(agency.folder))
    for payload in landed:
        try:
            counts += walk_payload(resources, payload, rules, detector, now=now, progress=progress)
        except VaultFailure as failure:
            # Later payloads of this agency must wait: revisions are walked in order.
            failures[agency.agency_id] = str(failure)
            break
        finished += 1
    return WalkReport(payloads=finished, counts=counts, failures=failures)
