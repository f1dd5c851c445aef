"""Pulling: look at every agency's transport and land what is new.

An agency whose agreement does not cover today is not looked at; what it has stays where it is.
One agency's trouble never stops another's pull: it is counted, coded and shown. How feeds are
looked at, many at once, is ``fetch``'s part; what agencies push is the receiver's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from os import environ

from pipeline.adapters.connections import Connections, from_environment
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import (
    ensure_feed,
    last_pulls,
    stop_feed,
    stopped_feeds,
    touch_feed,
)
from pipeline.adapters.store.fetching import load_memories
from pipeline.adapters.store.figures import payloads_waiting
from pipeline.adapters.telemetry import observed
from pipeline.adapters.transports import Credential, Network
from pipeline.agencies import Agency, Push, check_agreement
from pipeline.audit import Entry, EntryKind
from pipeline.model import AgreementStopped, ConfigError, PayloadId
from pipeline.usecases.catalog import Catalog, error_folder, load_catalog
from pipeline.usecases.fetch import fetch_all
from pipeline.usecases.pressure import stretched
from pipeline.usecases.resources import Resources, open_resources
from pipeline.usecases.settings import Settings
from pipeline.usecases.switches import switchboard

__all__ = ["PullReport", "connections_named", "note_stop", "pull_agencies"]

# Rounds of the line do not start to the second; one that is this early is in time.
_EARLY = timedelta(seconds=5)
# More than a round's share, so that a round that is a little early leaves nobody out.
_MORE = 1.1
_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What one pull landed. ``failures`` maps an agency to one safe line."""

    landed: tuple[PayloadId, ...]
    per_agency: Mapping[str, int]
    failures: Mapping[str, str]
    not_due: int = 0
    switched_off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """Agencies that may be looked at, their credentials by connection, why others may not."""

    agencies: Sequence[Agency]
    credentials: Mapping[str, Credential]
    failures: Mapping[str, str]


@observed("pull")
def pull_agencies(
    settings: Settings,
    *,
    run_id: str,
    now: datetime,
    only: Sequence[str] | None = None,
    since: datetime | None = None,
    connections: Connections | None = None,
) -> PullReport:
    """Pull every agency whose rhythm says it is due, or those named in any case.

    With ``since``, when the round before began, agencies of one rhythm come to be spread over its
    rounds: of more than a round's share, those stay for the next that have waited the least.
    ``connections`` finds credentials; without it those in the environment are used.

    Raises:
        ConfigError: agencies folder or key file missing or wrong.
        StoreFailure: the database cannot be used.
        VaultFailure: the vault cannot be written; what was landed before stays landed.
    """
    catalog = _asked_for(settings, only)
    failures = {error_folder(error): str(error) for error in catalog.errors}
    pulled = [each for each in catalog.agencies if not isinstance(each.transport, Push)]
    pushed = [each for each in catalog.agencies if isinstance(each.transport, Push)]
    find = connections or from_environment(environ)
    with open_resources(settings, now=now) as resources:
        with resources.store.read() as tx:
            memories, board = load_memories(tx), switchboard(tx)
        off = tuple(each.agency_id for each in pulled if board.stops_feed(each.agency_id))
        pulled = [each for each in pulled if each.agency_id not in off]
        due = pulled if only is not None else _due(resources, pulled, memories, now, since)
        ready = _ready(resources, due, find, now)
        failures |= {**ready.failures, **_stopped_pushes(resources, pushed, now)}
        looked = fetch_all(
            resources,
            ready.agencies,
            credentials=ready.credentials,
            memories=memories,
            network=Network(allowed=settings.fetch_allow),
            run_id=run_id,
            now=now,
        )
    failures |= {each.agency_id: each.failure for each in looked if each.failure}
    return PullReport(
        landed=tuple(payload for each in looked for payload in each.landed),
        per_agency={each.agency_id: len(each.landed) for each in looked},
        failures=failures,
        not_due=len(pulled) - len(due),
        switched_off=off,
    )


def connections_named(settings: Settings) -> frozenset[str]:
    """Return the names of all connections that agency files use: what a DAG must look up.

    Raises:
        ConfigError: the agencies folder itself is missing.
    """
    names = (getattr(each.transport, "connection", "") for each in load_catalog(settings).agencies)
    return frozenset(name for name in names if name)


def note_stop(resources: Resources, agency: Agency, why: AgreementStopped, now: datetime) -> None:
    """Mark the feed stopped; the log hears of it once, not at every look."""
    with resources.store.write() as tx:
        ensure_feed(tx, agency.agency_id)
        if stop_feed(tx, agency.agency_id, str(why)):
            entry = Entry(
                kind=EntryKind.FEED_STOPPED,
                at=now,
                agency_id=agency.agency_id,
                body={
                    "reason": "agreement",
                    "code": why.code.value,
                    "agreement": agency.agreement.name,
                    "version": agency.version,
                },
            )
            append(tx, [entry])


def _asked_for(settings: Settings, only: Sequence[str] | None) -> Catalog:
    """Return every agency and what is wrong with others, or those named and nothing else."""
    catalog = load_catalog(settings)
    if only is None:
        return catalog
    return Catalog(agencies=tuple(catalog.find(name) for name in only), errors=())


def _ready(resources: Resources, due: Sequence[Agency], find: Connections, now: datetime) -> _Ready:
    """Part agencies with an agreement and a credential from others; those are noted as such."""
    agencies: list[Agency] = []
    credentials: dict[str, Credential] = {}
    failures: dict[str, str] = {}
    for agency in due:
        try:
            check_agreement(agency, now.astimezone(agency.timezone).date())
            credentials |= _credential(agency, find)
            agencies.append(agency)
        except AgreementStopped as stop:
            note_stop(resources, agency, stop, now)
            failures[agency.agency_id] = str(stop)
        except ConfigError as error:
            _count_failure(resources, agency, now)
            failures[agency.agency_id] = str(error)
    return _Ready(agencies=agencies, credentials=credentials, failures=failures)


def _stopped_pushes(
    resources: Resources, pushed: Sequence[Agency], now: datetime
) -> dict[str, str]:
    """Mark feeds that are pushed stopped, or not any more, as looks do of others; return why."""
    with resources.store.read() as tx:
        marked = stopped_feeds(tx)
    failures: dict[str, str] = {}
    for agency in pushed:
        try:
            check_agreement(agency, now.astimezone(agency.timezone).date())
        except AgreementStopped as stop:
            failures[agency.agency_id] = str(stop)
            if marked.get(agency.agency_id) != str(stop):
                note_stop(resources, agency, stop, now)
        else:
            if agency.agency_id in marked:
                with resources.store.write() as tx:
                    stop_feed(tx, agency.agency_id, "")
    return failures


def _due(
    resources: Resources,
    agencies: Sequence[Agency],
    memories: Mapping[str, Mapping[str, str]],
    now: datetime,
    since: datetime | None,
) -> list[Agency]:
    """Return agencies not looked at for as long as their schedule, or their server, says."""
    with resources.store.read() as tx:
        last, waiting = last_pulls(tx), payloads_waiting(tx)
    due = [
        agency
        for agency in agencies
        if (
            agency.agency_id not in last
            or not _ZERO <= now - last[agency.agency_id] < stretched(agency.every, waiting) - _EARLY
        )
        and not _asked_to_wait(memories.get(agency.agency_id, {}), now)
    ]
    if since is None or now <= since:
        return due
    share = ceil(_MORE * sum(min(1.0, (now - since) / each.every) for each in agencies))
    new = [each for each in due if each.agency_id not in last]
    again = [each for each in due if each.agency_id in last]
    again.sort(key=lambda each: last[each.agency_id] + each.every)
    return new + again[:share]


def _asked_to_wait(memory: Mapping[str, str], now: datetime) -> bool:
    until = memory.get("not_before")
    return bool(until) and now < datetime.fromisoformat(until or "")


def _credential(agency: Agency, find: Connections) -> dict[str, Credential]:
    """Return the agency's credential by its connection's name; none when it names or has none."""
    name = getattr(agency.transport, "connection", "")
    found = find(name) if name else None
    return {} if found is None else {name: found}


def _count_failure(resources: Resources, agency: Agency, now: datetime) -> None:
    with resources.store.write() as tx:
        ensure_feed(tx, agency.agency_id)
        touch_feed(tx, agency.agency_id, at=now, landed=False, failed=True)
