"""What reviewed samples show: leaks, needless masks, elusion, and what both missed.

Read only. A rate is never given without its exact interval, nor from a sample drawn by risk, which
finds leaks faster but says nothing of how common they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.adapters.store import Tx
from pipeline.adapters.store.sampling import sampled
from pipeline.audit.bounds import Estimate, clopper_pearson, missed, needed, upper_bound
from pipeline.audit.recapture import Pair
from pipeline.audit.sampling import Fault, How, Pile, Review, Settled, agree, missed_by_entity
from pipeline.usecases.audits import Audit, audits
from pipeline.usecases.budget import Pause, paused_agencies
from pipeline.usecases.recapture import reviewed_pairs
from pipeline.usecases.resources import current_policy, open_database
from pipeline.usecases.settings import Settings

__all__ = ["ALL", "AuditFigures", "Rate", "audit_figures", "figures_of"]

ALL = "all"
"""Stands where a rate is over every agency, entity or week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``part`` of ``whole`` records; of one agency, entity and week, or of all."""

    agency_id: str
    entity: str
    week: str
    part: int
    whole: int

    @property
    def interval(self) -> tuple[float, float]:
        """The exact two-sided 95 % interval."""
        return clopper_pearson(self.part, self.whole)

    @property
    def bound(self) -> float:
        """The exact one-sided 95 % upper bound, which the leak limit is held against."""
        return upper_bound(self.part, self.whole)

    def still(self, limit: float) -> int:
        """Return how many more records without a leak would show the rate to be below a limit."""
        return max(0, needed(limit, self.part) - self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFigures:
    """All figures. ``elusion`` is the share of withheld records that need not have been.

    ``missed`` is by both reviewers; ``pairs`` sets each of them against the leak check as well.
    """

    limit: float
    leaks: tuple[Rate, ...]
    needless: tuple[Rate, ...]
    elusion: tuple[Rate, ...]
    missed: Estimate
    pairs: tuple[Pair, ...]
    reviewed: int
    waiting: int
    disputed: int
    paused: tuple[Pause, ...]


def audit_figures(settings: Settings, *, agency: str | None = None) -> AuditFigures:
    """Return the figures of all samples, or of one agency's records in them.

    Raises:
        StoreFailure: the database cannot be used.
    """
    with open_database(settings) as store, store.read() as tx:
        return figures_of(tx, limit=current_policy(settings).leak_limit, agency=agency)


def figures_of(
    tx: Tx, *, limit: float, agency: str | None = None, weeks: frozenset[str] | None = None
) -> AuditFigures:
    """Return the figures, of records received in some weeks only where these are given."""
    found = list(audits(tx).values())
    where = _places(tx, found)
    kept = {r: at for r, at in where.items() if agency in (None, at[0])}
    if weeks is not None:
        kept = {record: at for record, at in kept.items() if at[1] in weeks}
    told = _pile(found, Pile.PUBLISHED, kept)
    reviews = [
        audit.reviews.get(r, []) for audit in found for r in audit.sample.records if r in kept
    ]
    pairs = [each[:2] for each in reviews if len(each) == 2]
    return AuditFigures(
        limit=limit,
        leaks=tuple(_rates(told, kept, Fault.MISSED)),
        needless=tuple(_rates(told, kept, Fault.NEEDLESS)),
        elusion=tuple(_rates(_pile(found, Pile.WITHHELD, kept), kept, Fault.WITHHELD)),
        missed=_missed(pairs),
        pairs=reviewed_pairs(tx, found, kept),
        reviewed=len(pairs),
        waiting=len(reviews) - len(pairs),
        disputed=sum(
            len(audit.reviews.get(record, ())) == 2 and audit.settled(record) is None
            for audit in found
            for record in audit.sample.records
            if record in kept
        ),
        paused=tuple(
            p for _, p in sorted(paused_agencies(tx).items()) if agency in (None, p.agency_id)
        ),
    )


def _places(tx: Tx, found: Iterable[Audit]) -> dict[int, tuple[str, str]]:
    records = sorted({record for audit in found for record in audit.sample.records})
    return {r: (each.agency_id, each.week) for r, each in sampled(tx, records).items()}


def _pile(
    found: Iterable[Audit], pile: Pile, kept: Mapping[int, tuple[str, str]]
) -> dict[int, Settled]:
    """Return what stands of each record drawn at random; drawn twice, the newest look counts."""
    return {
        each.record: each
        for audit in found
        if audit.sample.how is How.RANDOM and audit.sample.pile is pile
        for each in audit.all_settled()
        if each.record in kept
    }


def _rates(
    stand: Mapping[int, Settled], where: Mapping[int, tuple[str, str]], fault: Fault
) -> Iterable[Rate]:
    groups: dict[tuple[str, str], list[Settled]] = {}
    for record, each in stand.items():
        agency_id, week = where[record]
        for key in ((ALL, ALL), (agency_id, ALL), (agency_id, week)):
            groups.setdefault(key, []).append(each)
    for (agency_id, week), members in sorted(groups.items(), key=lambda g: (g[0][0] != ALL, g[0])):
        parts = {ALL: sum(each.count(fault) > 0 for each in members)}
        if fault is Fault.MISSED:
            entities = sorted({name for each in members for name in missed_by_entity(each)})
            parts |= {e: sum(missed_by_entity(each)[e] > 0 for each in members) for e in entities}
        for entity, part in parts.items():
            yield Rate(agency_id=agency_id, entity=entity, week=week, part=part, whole=len(members))


def _missed(pairs: Iterable[Sequence[Review]]) -> Estimate:
    first = second = both = 0
    for one, other in pairs:
        mine = [mark for mark in one.marks if mark.fault is Fault.MISSED]
        theirs = [mark for mark in other.marks if mark.fault is Fault.MISSED]
        first, second, both = first + len(mine), second + len(theirs), both + agree(mine, theirs)
    return missed(first, second, both)
