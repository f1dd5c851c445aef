"""Gathers the figures of the line from the database: one read, no key, no vault, no text.

What is counted here is what alarms stand on (``docs/runbooks/alarms.md``). The whole cross-check is
the ledger's part, as it reads every entry; here a ledger balances when its counts add up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.adapters.store import Tx
from pipeline.adapters.store.figures import (
    feed_rows,
    given_up,
    last_backup,
    log_age,
    quarantine_rows,
    queue_counts,
    untold_counts,
)
from pipeline.adapters.store.ledger import AgencyCount, count_agencies
from pipeline.adapters.store.outbox import channel_totals
from pipeline.agencies import Push
from pipeline.model import (
    AgencyFigures,
    BlotterError,
    Figures,
    LedgerState,
    Scope,
    audience_size,
)
from pipeline.usecases.budget import paused_agencies
from pipeline.usecases.catalog import Catalog, error_folder, load_catalog
from pipeline.usecases.fan_out import RECEIVERS
from pipeline.usecases.resources import open_database
from pipeline.usecases.retention import retention_rows
from pipeline.usecases.settings import Settings
from pipeline.usecases.switches import switchboard

__all__ = ["figures", "readiness"]

# Of late: as long as the rules of Prometheus look back.
_QUARANTINED, _GIVEN_UP = timedelta(minutes=30), timedelta(hours=1)


def figures(settings: Settings, *, now: datetime) -> Figures:
    """Return the line's figures at this moment.

    Raises:
        StoreFailure: the database cannot be used.
        ConfigError: the policy, or the folder of agencies, cannot be read.
    """
    catalog = load_catalog(settings)
    every = {
        str(each.agency_id): each.every
        for each in catalog.agencies
        if not isinstance(each.transport, Push)
    }
    with open_database(settings) as store, store.read() as tx:
        paused, board = paused_agencies(tx), switchboard(tx)
        agencies = _agencies(tx, catalog, paused, now)
        queue, oldest_pending = queue_counts(tx)
        live, files, gone = untold_counts(tx, board, paused)
        log, sendings = log_age(tx), _sendings(tx)
        lost = given_up(tx, since=now - _GIVEN_UP)
        backup = last_backup(tx) if settings.backup_within else None
    kept = retention_rows(settings, now=now)
    off = {each.agency_id for each in agencies if board.stops_feed(each.agency_id)}
    return Figures(
        at=now,
        agencies=tuple(
            replace(each, every=every.get(each.agency_id), off=each.agency_id in off)
            for each in agencies
        ),
        queue=queue,
        oldest_pending=oldest_pending,
        live=live,
        files_due=files.number,
        oldest_file_due=files.oldest,
        withdrawals_due=gone.number,
        oldest_withdrawal=gone.oldest,
        sendings=sendings,
        given_up={channel: told for channel, n in lost.items() if (told := _told(channel, n))},
        log_size=log.size,
        sealed=log.sealed,
        oldest_unsealed=log.oldest_unsealed,
        retention_due={row.kind.value: row.due for row in kept},
        oldest_retention_due=min((r.due_since for r in kept if r.due_since), default=None),
        kept={row.kind.value: row.alive for row in kept},
        backup_due=backup + settings.backup_within if backup else None,
        switches={scope.value: sum(e.scope is scope for e in board.off) for scope in Scope},
    )


def readiness(settings: Settings) -> str:
    """Return why the line could not work now, empty when it could.

    Ready means: the database answers and has this program's version, and some agency loads.
    """
    try:
        with open_database(settings):
            pass
        if not load_catalog(settings).agencies:
            return "no agency loads"
    except BlotterError as error:
        return type(error).__name__
    return ""


def _sendings(tx: Tx) -> Mapping[tuple[str, str], int]:
    """Return messages by (channel, state); those given up also where there are none.

    A count that appears with the first of them has not risen, for who asks by how much it did. Of
    mail there are tens, and none below 20: a readership is told to nobody (rule 29).
    """
    found = dict.fromkeys(((channel, "dead") for channel in RECEIVERS), 0)
    for (channel, state), number in channel_totals(tx).items():
        found[channel, state] = _told(channel, number)
    return found


def _told(channel: str, number: int) -> int:
    return audience_size(number).shown or 0 if channel == "mail" else number


def _agencies(
    tx: Tx, catalog: Catalog, paused: Collection[str], now: datetime
) -> tuple[AgencyFigures, ...]:
    counts = {each.agency_id: each for each in count_agencies(tx)}
    feeds = {each.agency_id: each for each in feed_rows(tx)}
    odd = {each.agency_id: each for each in quarantine_rows(tx, since=now - _QUARANTINED)}
    broken = {error_folder(error) for error in catalog.errors}
    found = []
    for agency_id in sorted(counts.keys() | feeds.keys() | broken):
        feed, count = feeds.get(agency_id), counts.get(agency_id)
        row = AgencyFigures(
            agency_id=agency_id, paused=agency_id in paused, broken=agency_id in broken
        )
        if feed is not None:
            row = replace(
                row,
                looks=feed.looks,
                failures=feed.failures,
                last_look=feed.last_look,
                last_landed=feed.last_landed,
                stopped=feed.stopped,
                oldest_waiting=feed.oldest_waiting,
            )
        if agency_id in odd:
            row = replace(
                row,
                quarantine=odd[agency_id].number,
                oldest_quarantine=odd[agency_id].oldest,
                newly_quarantined=odd[agency_id].of_late,
            )
        found.append(row if count is None else _counted(row, count))
    return tuple(found)


def _counted(row: AgencyFigures, count: AgencyCount) -> AgencyFigures:
    bodies = count.payloads
    return replace(
        row,
        records={state: count.total(state) for state in LedgerState},
        difference=count.difference,
        payloads={
            "landed": bodies.landed,
            "walked": bodies.walked,
            "quarantined": bodies.quarantined,
        },
        redelivered=bodies.redelivered,
        waiting=bodies.landed,
    )
