"""Walking what was landed, agency by agency, each payload in the order it came.

How one payload is walked and saved is ``walk_payload``'s part; this module finds the work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.adapters.store.feeding import feed_ids, set_folder, waiting
from pipeline.agencies import check_agreement, load_agency, schemas_folder
from pipeline.model import AgreementStopped, ConfigError, Conflict, VaultFailure
from pipeline.usecases.catalog import error_folder, in_shard, load_catalog, rules_for, zones_of
from pipeline.usecases.land import MAX_BODY_BYTES, land
from pipeline.usecases.recall import Walking
from pipeline.usecases.resources import (
    current_policy,
    detector_for,
    model_version,
    open_resources,
    use_site_words,
)
from pipeline.usecases.rewalk import rewalk_open
from pipeline.usecases.rule_changes import note_rules
from pipeline.usecases.settings import Settings
from pipeline.usecases.walk_payload import Progress, silent, walk_payload

__all__ = ["WalkReport", "walk_files", "walk_landed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkReport:
    """What one walk did: payloads finished, records by ledger state, agencies left standing.

    ``again`` counts open records that moved because the rules changed; ``counts`` includes them.
    """

    payloads: int
    counts: Counter[str]
    failures: Mapping[str, str]
    again: int = 0


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

    Open records walked by other rules than today's are walked again before.

    Raises:
        ConfigError: agencies folder, policy or key file missing or wrong.
        StoreFailure: the database cannot be used.
    """
    use_site_words(settings)
    policy, detector = current_policy(settings), detector_for(settings.policy)
    catalog = load_catalog(settings, agencies)
    total = WalkReport(
        payloads=0,
        counts=Counter(),
        failures={error_folder(error): str(error) for error in catalog.errors},
    )
    with open_resources(settings, now=now) as resources:
        for agency in catalog.agencies:
            if not in_shard(agency.agency_id, shard, of):
                continue
            try:
                zones = zones_of(settings, agency)
                rules = rules_for(agency, policy, model_version(detector), zones)
            except ConfigError as error:
                part = WalkReport(
                    payloads=0, counts=Counter(), failures={agency.agency_id: str(error)}
                )
            else:
                walking = Walking(resources=resources, rules=rules, detector=detector, now=now)
                part = _walk_agency(walking, progress)
            total = _sum(total, part)
    return total


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
    use_site_words(settings)
    policy, detector = current_policy(settings), detector_for(settings.policy)
    agency = load_agency(folder, dialects=schemas_folder())
    check_agreement(agency, now.astimezone(agency.timezone).date())
    zones = zones_of(settings, agency)
    rules = rules_for(agency, policy, model_version(detector), zones)
    with open_resources(settings, now=now) as resources:
        for number, file in enumerate(files, start=1):
            body = _read_file(file, number)
            land(resources, agency.agency_id, body, run_id="walk-files", received_at=now)
        walking = Walking(resources=resources, rules=rules, detector=detector, now=now)
        return _walk_agency(walking, progress)


def _read_file(file: Path, number: int) -> bytes:
    try:
        if not file.is_file():
            raise ConfigError(f"payload file {number} is no file", remedy="Check the path")
        if file.stat().st_size > MAX_BODY_BYTES:
            raise ConfigError(
                f"payload file {number} is larger than {MAX_BODY_BYTES} bytes",
                remedy="Split it, or ask the agency for smaller exports",
            )
        return file.read_bytes()
    except OSError as error:
        # The name may hold private text, so the file is told by its place in the list.
        raise ConfigError(
            f"payload file {number} cannot be read ({error.strerror})",
            remedy="Check the path and its permissions",
        ) from None


def _walk_agency(walking: Walking, progress: Progress) -> WalkReport:
    """Walk one agency's open records if its rules changed, then its payloads as they landed.

    What goes wrong with one agency is told and never stops another; its later payloads wait,
    because revisions are walked in order.
    """
    agency = walking.rules.agency
    counts: Counter[str] = Counter()
    finished = again = 0
    try:
        check_agreement(agency, walking.now.astimezone(agency.timezone).date())
        with walking.resources.store.read() as tx:
            landed = waiting(tx, [agency.agency_id])
            known = agency.agency_id in feed_ids(tx)
        if known:
            with walking.resources.store.write() as tx:
                set_folder(tx, agency.agency_id, str(agency.folder))
            note_rules(walking)
            counts += rewalk_open(walking)
            again = counts.total()
        for payload in landed:
            counts += walk_payload(walking, payload, progress)
            finished += 1
    except (AgreementStopped, ConfigError, Conflict, VaultFailure) as failure:
        failures: dict[str, str] = {agency.agency_id: str(failure)}
        return WalkReport(payloads=finished, counts=counts, failures=failures, again=again)
    return WalkReport(payloads=finished, counts=counts, failures={}, again=again)


def _sum(one: WalkReport, other: WalkReport) -> WalkReport:
    return WalkReport(
        payloads=one.payloads + other.payloads,
        counts=one.counts + other.counts,
        failures={**one.failures, **other.failures},
        again=one.again + other.again,
    )
