"""Counts what became of all received, two independent ways; names differences.

``received`` comes from the payload rows (what reading them found), the states from the outcome
rows: a lost or doubled record shows as a difference. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select, true

from pipeline.adapters.store.audit_log import check_log
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import (
    alerts,
    candidates,
    deliveries,
    notices,
    outcomes,
    payloads,
)
from pipeline.adapters.store.verdicts import CARRIED, OPEN_CANDIDATES
from pipeline.model import LedgerState, PayloadId

__all__ = [
    "AgencyCount",
    "PayloadCount",
    "count_agencies",
    "cross_checks",
    "notice_counts",
    "vault_refs",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadCount:
    """What became of payload bodies."""

    landed: int
    walked: int
    quarantined: int
    redelivered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyCount:
    """One agency's side of the ledger.

    ``received`` counts records read so far, plus one for each payload quarantined whole.
    ``waiting`` counts records of begun payloads that the next walk will reach; they are not yet
    received. ``states`` holds every state, by reason.
    """

    agency_id: str
    payloads: PayloadCount
    rows_read: int
    folded: int
    received: int
    waiting: int
    states: dict[LedgerState, dict[str, int]]

    def total(self, state: LedgerState) -> int:
        """Return how many records stand in a state."""
        return sum(self.states[state].values())

    @property
    def difference(self) -> int:
        """``received`` less the sum of all states: 0 when the ledger balances."""
        return self.received - sum(self.total(state) for state in LedgerState)


def count_agencies(
    tx: Tx, *, agency_id: str | None = None, run_id: str | None = None
) -> tuple[AgencyCount, ...]:
    """Count per agency, ordered by id; only one agency's or one run's payloads where given."""
    where: ColumnElement[bool] = true()
    if agency_id is not None:
        where = and_(where, payloads.c.agency_id == agency_id)
    if run_id is not None:
        where = and_(where, payloads.c.run_id == run_id)
    states = _states(tx, where)
    sums = select(
        payloads.c.agency_id,
        payloads.c.state,
        payloads.c.code,
        func.count().label("number"),
        func.sum(payloads.c.walked_to).label("walked"),
        func.sum(payloads.c.records - payloads.c.walked_to).label("waiting"),
        func.sum(payloads.c.rows_read).label("rows_read"),
        func.sum(payloads.c.duplicates).label("duplicates"),
        func.sum(payloads.c.redelivered).label("redelivered"),
    ).where(where)
    rows = tx.execute(sums.group_by(payloads.c.agency_id, payloads.c.state, payloads.c.code)).all()
    folded = _folded(tx, where)
    counts = []
    for name in sorted({row.agency_id for row in rows}):
        mine = [row for row in rows if row.agency_id == name]
        by_state = states.get(name, {state: {} for state in LedgerState})
        whole = {row.code: row.number for row in mine if row.state == "quarantined"}
        for code, number in whole.items():
            bucket = by_state[LedgerState.QUARANTINED]
            bucket[code] = bucket.get(code, 0) + number
        duplicates = sum(int(row.duplicates) for row in mine)
        if duplicates:
            by_state[LedgerState.DUPLICATE]["same-revision"] = duplicates
        counts.append(
            AgencyCount(
                agency_id=name,
                payloads=PayloadCount(
                    landed=sum(row.number for row in mine if row.state == "landed"),
                    walked=sum(row.number for row in mine if row.state == "walked"),
                    quarantined=sum(whole.values()),
                    redelivered=sum(int(row.redelivered) for row in mine),
                ),
                rows_read=sum(int(row.rows_read) for row in mine),
                folded=folded.get(name, 0),
                received=sum(int(row.walked) for row in mine) + sum(whole.values()),
                waiting=sum(int(row.waiting) for row in mine),
                states=by_state,
            )
        )
    return tuple(counts)


def _states(tx: Tx, where: ColumnElement[bool]) -> dict[str, dict[LedgerState, dict[str, int]]]:
    query = (
        select(outcomes.c.agency_id, outcomes.c.state, outcomes.c.reason, func.count())
        .join(payloads, payloads.c.payload_id == outcomes.c.payload_id)
        .where(where)
        .group_by(outcomes.c.agency_id, outcomes.c.state, outcomes.c.reason)
        .order_by(outcomes.c.agency_id, outcomes.c.state, outcomes.c.reason)
    )
    counted: dict[str, dict[LedgerState, dict[str, int]]] = {}
    for agency_id, state, reason, number in tx.execute(query):
        mine = counted.setdefault(agency_id, {known: {} for known in LedgerState})
        mine[LedgerState(state)][reason or state] = number
    return counted


def _folded(tx: Tx, where: ColumnElement[bool]) -> dict[str, int]:
    """Return rows that were folded into another row's record, per agency."""
    extra = func.sum(outcomes.c.rows_read - 1)
    query = (
        select(outcomes.c.agency_id, extra)
        .join(payloads, payloads.c.payload_id == outcomes.c.payload_id)
        .where(where)
        .group_by(outcomes.c.agency_id)
    )
    folded = {name: int(number) for name, number in tx.execute(query)}
    repeated = select(
        payloads.c.agency_id, func.sum(payloads.c.duplicate_rows - payloads.c.duplicates)
    ).where(where)
    for name, number in tx.execute(repeated.group_by(payloads.c.agency_id)):
        folded[name] = folded.get(name, 0) + int(number)
    return folded


def cross_checks(tx: Tx) -> Iterator[str]:
    """Yield what does not fit together between payloads, outcomes, candidates, alerts and log."""
    yield from _payload_checks(tx)
    yield from _queue_checks(tx)
    yield from _alert_checks(tx)
    yield from check_log(tx)


def _payload_checks(tx: Tx) -> Iterator[str]:
    counted = (
        select(outcomes.c.payload_id, func.count().label("number"))
        .group_by(outcomes.c.payload_id)
        .subquery()
    )
    number = func.coalesce(counted.c.number, 0)
    query = (
        select(payloads.c.payload_id)
        .outerjoin(counted, counted.c.payload_id == payloads.c.payload_id)
        .where(number + payloads.c.duplicates != payloads.c.walked_to)
    )
    for payload_id in tx.execute(query).scalars():
        yield f"payload {payload_id[:12]}: outcomes and duplicates do not add up to its records"
    read = (
        select(outcomes.c.payload_id, func.sum(outcomes.c.rows_read).label("number"))
        .group_by(outcomes.c.payload_id)
        .subquery()
    )
    query = (
        select(payloads.c.payload_id)
        .outerjoin(read, read.c.payload_id == payloads.c.payload_id)
        .where(
            payloads.c.state == "walked",
            func.coalesce(read.c.number, 0) + payloads.c.duplicate_rows != payloads.c.rows_read,
        )
    )
    for payload_id in tx.execute(query).scalars():
        yield f"payload {payload_id[:12]}: its rows are not all in some record"
    unfinished = select(payloads.c.payload_id).where(
        payloads.c.state == "walked", payloads.c.walked_to != payloads.c.records
    )
    for payload_id in tx.execute(unfinished).scalars():
        yield f"payload {payload_id[:12]}: called walked before its end"


def _queue_checks(tx: Tx) -> Iterator[str]:
    for state, ledger in CARRIED.items():
        if ledger is LedgerState.SUPERSEDED:
            continue  # any number of records may have carried what gave way
        carriers = (
            select(func.count())
            .where(
                outcomes.c.candidate_id == candidates.c.candidate_id,
                outcomes.c.state == ledger.value,
            )
            .scalar_subquery()
        )
        query = select(candidates.c.candidate_id).where(candidates.c.state == state, carriers != 1)
        for candidate_id in tx.execute(query).scalars():
            yield f"candidate {candidate_id[:12]} is {state} but not one record carries it"
    orphan = select(outcomes.c.outcome_id).where(
        outcomes.c.state == LedgerState.PENDING.value,
        ~exists().where(
            candidates.c.candidate_id == outcomes.c.candidate_id,
            candidates.c.state.in_(OPEN_CANDIDATES),
        ),
    )
    for outcome_id in tx.execute(orphan).scalars():
        yield f"record {outcome_id} is pending without a pending candidate"


def _alert_checks(tx: Tx) -> Iterator[str]:
    missing = select(alerts.c.alert_id).where(
        ~exists().where(
            deliveries.c.alert_id == alerts.c.alert_id, deliveries.c.version == alerts.c.version
        )
    )
    for alert_id in tx.execute(missing).scalars():
        yield f"alert {alert_id}: no delivery was ever due for its current version"
    homeless = select(candidates.c.candidate_id).where(
        candidates.c.state == "approved",
        ~exists().where(alerts.c.incident_ref == candidates.c.incident_ref),
    )
    for candidate_id in tx.execute(homeless).scalars():
        yield f"candidate {candidate_id[:12]} is approved but no alert came of it"
    double = (
        select(alerts.c.incident_ref)
        .where(alerts.c.state == "live")
        .group_by(alerts.c.incident_ref)
        .having(func.count() > 1)
    )
    for ref in tx.execute(double).scalars():
        yield f"incident {ref[:12]} has more than one live alert"


def notice_counts(tx: Tx, agency_id: str | None = None) -> tuple[tuple[str, str, str, int], ...]:
    """Return (agency, code, field, count) of all notices, largest first."""
    query = (
        select(
            payloads.c.agency_id,
            notices.c.code,
            notices.c.field,
            func.sum(notices.c.count).label("number"),
        )
        .join(payloads, payloads.c.payload_id == notices.c.payload_id)
        .group_by(payloads.c.agency_id, notices.c.code, notices.c.field)
    )
    if agency_id is not None:
        query = query.where(payloads.c.agency_id == agency_id)
    rows = tx.execute(query).all()
    ordered = sorted(rows, key=lambda r: (-int(r.number), r.agency_id, r.code, r.field))
    return tuple((r.agency_id, r.code, r.field, int(r.number)) for r in ordered)


def vault_refs(tx: Tx) -> dict[str, PayloadId]:
    """Return the vault objects that must be readable: payloads whose key still exists."""
    query = select(payloads.c.vault_ref, payloads.c.payload_id).where(
        payloads.c.wrapped_key.is_not(None)
    )
    return {row.vault_ref: PayloadId(row.payload_id) for row in tx.execute(query)}
