"""Walking what was landed, agency by agency, each payload in the order it came.

How one payload is walked and saved is ``walk_payload``'s part; this module finds the work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import sleep

from pipeline.adapters.store import Tx
from pipeline.adapters.store.feeding import has_feed, set_folder, waiting, waiting_agencies
from pipeline.adapters.store.feeds_state import due_files
from pipeline.adapters.telemetry import observed
from pipeline.agencies import Agency, check_agreement
from pipeline.model import AgreementStopped, ConfigError, Conflict, VaultFailure
from pipeline.usecases.agency_walk import agency_walking, rules_of, walking_of
from pipeline.usecases.catalog import error_folder, in_shard, load_catalog
from pipeline.usecases.claims import claim_one
from pipeline.usecases.land import MAX_BODY_BYTES, land
from pipeline.usecases.recall import Walking
from pipeline.usecases.resources import (
    Resources,
    current_policy,
    detector_for,
    open_database,
    open_resources,
    use_site_words,
)
from pipeline.usecases.rewalk import rewalk_open
from pipeline.usecases.rule_changes import note_rules
from pipeline.usecases.settings import Settings
from pipeline.usecases.standing import Standing, standing
from pipeline.usecases.switches import switchboard
from pipeline.usecases.vanish import note_listing, settle_polls
from pipeline.usecases.walk_payload import Progress, silent, walk_payload

_LOOKS, _BETWEEN_LOOKS = 150, 0.2  # half a minute; then the line comes anyway
_STAYS, _QUIET = 100, 15  # looks: twenty seconds in all, three without news

__all__ = [
    "WalkReport",
    "walk_agency",
    "walk_along",
    "walk_files",
    "walk_landed",
    "walk_pushed",
    "walk_waiting",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkReport:
    """What one walk did: payloads finished, records by ledger state, agencies left standing.

    ``again`` counts open records that moved because the rules changed; ``counts`` includes them.
    ``busy`` are agencies whose payloads wait and that another process was walking.
    """

    payloads: int
    counts: Counter[str]
    failures: Mapping[str, str]
    again: int = 0
    busy: tuple[str, ...] = ()


@observed("walk")
def walk_landed(
    settings: Settings,
    *,
    now: datetime,
    shard: int = 0,
    of: int = 1,
    agencies: Sequence[str] | None = None,
    progress: Progress = silent,
) -> WalkReport:
    """Walk every landed payload of this shard's agencies, then what waits of others; oldest first.

    An agency is walked by one at a time: who comes second leaves it to the first. Open records
    walked by other rules than today's are walked again before. Of all agencies, those are passed
    over that a walk would change nothing of; those named are walked.

    Raises:
        ConfigError: agencies folder, policy or key file missing or wrong.
        StoreFailure: the database cannot be used.
    """
    use_site_words(settings)
    policy, detector = current_policy(settings), detector_for(settings.policy, settings.recognizers)
    catalog = load_catalog(settings, agencies)
    total = WalkReport(
        payloads=0,
        counts=Counter(),
        failures={error_folder(error): str(error) for error in catalog.errors},
    )

    def walked(agency: Agency) -> WalkReport:
        try:
            walking = walking_of(settings, resources, agency, policy, detector, now=now)
            return walk_agency(walking, progress)
        except ConfigError as error:
            failures: dict[str, str] = {agency.agency_id: str(error)}
            return WalkReport(payloads=0, counts=Counter(), failures=failures)

    def touched(agency: Agency, stands: Standing) -> bool:
        if stands.on_trial(agency):
            return True
        try:
            rules = rules_of(settings, agency, policy, detector)
        except ConfigError:
            return True  # to be told
        return stands.touches(rules, now)

    with open_resources(settings, now=now) as resources:
        left: dict[str, Agency] = {agency.agency_id: agency for agency in catalog.agencies}
        own = [name for name in left if in_shard(name, shard, of)]
        if agencies is None:
            with resources.store.read() as tx:
                stands = standing(tx, own)
            own = [name for name in own if touched(left[name], stands)]
        for part in _one_by_one(settings, resources, left, own, walked):
            total = _sum(total, part)
        for part in _one_by_one(settings, resources, left, _waiting(resources, left), walked):
            total = _sum(total, part)
        return replace(total, busy=tuple(_waiting(resources, left)))


def _one_by_one(
    settings: Settings,
    resources: Resources,
    left: dict[str, Agency],
    names: Sequence[str],
    walked: Callable[[Agency], WalkReport],
) -> Iterator[WalkReport]:
    """Claim and walk these agencies as they are free; take those walked away from ``left``."""
    wanted = list(names)
    while wanted:
        with claim_one(settings, resources.store, wanted) as name:
            if name is None:
                return
            wanted.remove(name)
            yield walked(left.pop(name))


def _waiting(resources: Resources, left: Mapping[str, Agency]) -> list[str]:
    with resources.store.read() as tx:
        return [name for name in waiting_agencies(tx) if name in left]


def walk_waiting(
    settings: Settings,
    *,
    now: datetime,
    progress: Progress = silent,
    pause: Callable[[float], None] = sleep,
) -> WalkReport:
    """Walk the landed payloads of those agencies that have any, and look at no others.

    What another process was walking is looked at again when it may be done: that one may have
    begun before the newest payload came.

    Raises:
        ConfigError, StoreFailure: as ``walk_landed``.
    """
    with open_database(settings) as store, store.read() as tx:
        agencies = waiting_agencies(tx)
    total = WalkReport(payloads=0, counts=Counter(), failures={})
    for _ in range(_LOOKS):
        if not agencies:
            break
        part = walk_landed(settings, now=now, agencies=agencies, progress=progress)
        total, agencies = replace(_sum(total, part), busy=part.busy), part.busy
        if agencies:
            pause(_BETWEEN_LOOKS)
    return total


def _news(tx: Tx, walked: WalkReport) -> list[str]:
    """Return agencies of which something waits, but those that could not be walked just now."""
    return [each for each in waiting_agencies(tx) if each not in walked.failures]


def walk_pushed(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    progress: Progress = silent,
    pause: Callable[[float], None] = sleep,
) -> WalkReport:
    """Walk what waits, as ``walk_waiting``, and stay a little for what comes right after it.

    Pushes come close together, and starting a task for each costs more than walking it. It is left
    once nothing came for three seconds, after twenty in all, or as soon as a file in public has to
    change, which is another task's part.

    Raises:
        ConfigError, StoreFailure: as ``walk_landed``.
    """
    total = walk_waiting(settings, now=clock(), progress=progress, pause=pause)
    quiet = 0
    with open_database(settings) as store:
        for _ in range(_STAYS):
            with store.read() as tx:
                if due_files(tx) or quiet >= _QUIET:
                    break
                news = _news(tx, total)
            if news:
                part = walk_waiting(settings, now=clock(), progress=progress, pause=pause)
                total, quiet = _sum(total, part), 0
            else:
                quiet += 1
                pause(_BETWEEN_LOOKS)
    return total


def walk_along(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    over: Callable[[], bool],
    progress: Progress = silent,
    pause: Callable[[float], None] = sleep,
) -> WalkReport:
    """Walk what lands while ``over`` says it still may, each payload within a moment of it.

    So nothing waits for the slowest agency of a poll, nor for the start of a task of its own.

    Raises:
        ConfigError, StoreFailure: as ``walk_landed``.
    """
    total = WalkReport(payloads=0, counts=Counter(), failures={})
    with open_database(settings) as store:
        while True:
            with store.read() as tx:
                news = _news(tx, total)
            part = None
            if news:
                part = walk_landed(settings, now=clock(), agencies=news, progress=progress)
                total = _sum(total, part)
            if part is None or part.busy:
                if over():
                    return total
                pause(_BETWEEN_LOOKS)


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
    with agency_walking(settings, folder, now=now) as walking:
        agency_id = walking.rules.agency.agency_id
        for number, file in enumerate(files, start=1):
            body = _read_file(file, number)
            land(walking.resources, agency_id, body, run_id="walk-files", received_at=now)
        return walk_agency(walking, progress)


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


def walk_agency(walking: Walking, progress: Progress) -> WalkReport:
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
            if switchboard(tx).stops_agency(agency.agency_id):
                return WalkReport(payloads=0, counts=counts, failures={})
            landed = waiting(tx, [agency.agency_id])
            known = has_feed(tx, agency.agency_id)
        if known:
            with walking.resources.store.write() as tx:
                set_folder(tx, agency.agency_id, str(agency.folder))
            note_rules(walking)
            counts += rewalk_open(walking)
            again = counts.total()
        for payload in landed:
            counts += walk_payload(walking, payload, progress, noted=note_listing)
            finished += 1
        counts += settle_polls(walking)
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
