"""Keeps which calls are one case: an agency's post, and the call its feed sends.

Each function is one step inside the caller's transaction. Only keyed digests stand here; nothing
here may decide what becomes of a call.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, insert, select

from pipeline.adapters.store.case_tables import cases
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import candidates, incidents, outcomes
from pipeline.adapters.store.verdicts import OPEN_CANDIDATES
from pipeline.model import CandidateId, Digest, IncidentRef, LedgerState

__all__ = [
    "Carrier",
    "Pair",
    "add_cases",
    "calls_of_case",
    "carrier",
    "open_candidates",
    "pairs_of",
    "posts_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A post and a call of the feed that are one case."""

    post: IncidentRef
    call: IncidentRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Where a call stands: what makes it sensitive, and its newest record in the ledger's words.

    ``waits`` is True while a record of it is pending or held.
    """

    ref: IncidentRef
    agency_id: str
    sensitive: str
    state: str
    reason: str
    waits: bool


def add_cases(tx: Tx, named: Mapping[IncidentRef, Sequence[Digest]], *, posted: bool) -> None:
    """Remember the names of these calls' cases, or posts'. Call it with the agency's turn taken."""
    query = select(cases.c.incident_ref).where(cases.c.incident_ref.in_(named))
    known = set(tx.execute(query).scalars())
    rows = [
        {"incident_ref": ref, "case_ref": case, "posted": int(posted)}
        for ref in sorted(set(named) - known)
        # A call has one name. A post has those of the days beside it, too.
        for case in (named[ref] if posted else named[ref][:1])
    ]
    if rows:
        tx.execute(insert(cases), rows)


def pairs_of(tx: Tx, refs: Collection[IncidentRef]) -> tuple[Pair, ...]:
    """Return every pair that one of these stands in, as post or as call."""
    post, call = cases.alias("post"), cases.alias("call")
    one = and_(post.c.case_ref == call.c.case_ref, post.c.posted == 1, call.c.posted == 0)
    either = select(post.c.incident_ref, call.c.incident_ref).join(call, one).distinct()
    found = {
        Pair(post=IncidentRef(mine), call=IncidentRef(theirs))
        for side in (post, call)
        for mine, theirs in tx.execute(either.where(side.c.incident_ref.in_(refs)))
    }
    return tuple(sorted(found, key=lambda pair: (pair.post, pair.call)))


def posts_of(tx: Tx, ref: IncidentRef) -> tuple[IncidentRef, ...]:
    """Return the posts of the case that a call of the feed is."""
    return tuple(pair.post for pair in pairs_of(tx, [ref]) if pair.call == ref)


def calls_of_case(tx: Tx, named: Sequence[Digest]) -> tuple[IncidentRef, ...]:
    """Return the calls of the feed that have one of these names."""
    query = select(cases.c.incident_ref).where(cases.c.case_ref.in_(named), cases.c.posted == 0)
    return tuple(IncidentRef(ref) for ref in tx.execute(query.distinct()).scalars())


def carrier(tx: Tx, ref: IncidentRef) -> Carrier:
    """Return where a call that was walked stands."""
    call = tx.execute(
        select(incidents.c.agency_id, incidents.c.sensitive).where(incidents.c.incident_ref == ref)
    ).one()
    records = select(outcomes.c.state, outcomes.c.reason).where(
        outcomes.c.incident_ref == ref, outcomes.c.state != LedgerState.SUPERSEDED.value
    )
    newest = tx.execute(records.order_by(outcomes.c.outcome_id.desc()).limit(1)).first()
    waiting = (LedgerState.PENDING.value, LedgerState.HELD.value)
    return Carrier(
        ref=ref,
        agency_id=call.agency_id,
        sensitive=call.sensitive,
        state=newest.state if newest else "",
        reason=newest.reason if newest else "",
        waits=newest is not None and newest.state in waiting,
    )


def open_candidates(tx: Tx, ref: IncidentRef) -> tuple[CandidateId, ...]:
    """Return the candidates of a call that still wait for a decision, or for their time."""
    query = select(candidates.c.candidate_id).where(
        candidates.c.incident_ref == ref, candidates.c.state.in_(OPEN_CANDIDATES)
    )
    found = tx.execute(query.order_by(candidates.c.candidate_id)).scalars()
    return tuple(CandidateId(each) for each in found)
