"""What the queue shows of a pending candidate, and which of it somebody wants to see.

In go rows of the queue and their scores, out come cards. Pure: no storage, no clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.adapters.store.candidates import QueueRow
from pipeline.classify.relevance import Score, freshness
from pipeline.model import Category, Tier

__all__ = ["Card", "Change", "Wanted", "card_of", "twin", "twins_of"]

_URGENT, _LAST_PART = 8.0, 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the queue shows of a pending candidate; ``base`` is its score without freshness."""

    candidate_id: str
    version: str
    """The :attr:`QueueRow.version` the card shows."""
    ref: str
    agency_id: str
    area: str
    area_id: str
    category: Category
    tier: Tier
    headline: str
    text: str
    latest: datetime
    hour: int
    """Hours since 1970 of ``latest``: neighbours in time are found by it."""
    created_at: datetime
    opens: datetime | None
    closes: datetime | None
    approvals: int
    needed: int
    edited_by: str
    on_hold: str
    updates: bool
    base: float

    def points(self, now: datetime) -> float:
        """Return its worth now: the score, and more when its time runs out soon."""
        return self.base + freshness(self.tier, self.latest, now) + self._urgency(now)

    def left(self, now: datetime) -> timedelta | None:
        """Return how long it may still go out; None for no limit."""
        return None if self.closes is None or self.updates else self.closes - now

    def _urgency(self, now: datetime) -> float:
        left = self.left(now)
        if left is None or self.closes is None or left <= timedelta(0):
            return 0.0
        whole = max(self.closes - self.latest, timedelta(minutes=1))
        return _URGENT if left / whole < _LAST_PART else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the entries behind ``after``, up to ``index``, changed on the board."""

    after: int
    index: int
    came: tuple[tuple[str, str], ...]
    went: tuple[tuple[str, str], ...]
    """Pairs of (candidate, agency)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cards somebody wants to see; empty parts want all."""

    agency: str = ""
    area: str = ""
    category: str = ""
    tier: str = ""
    words: str = ""
    held: bool = False

    def has(self, card: Card) -> bool:
        """Return whether a card is wanted."""
        return (
            bool(card.on_hold) == self.held
            and self.agency in ("", card.agency_id)
            and self.area in ("", card.area_id)
            and self.category in ("", card.category.value)
            and self.tier in ("", card.tier.value)
            and all(word in card.text for word in self.words.casefold().split())
        )


def twin(row: QueueRow) -> tuple[str, str, str, datetime]:
    """Return what calls of one happening share: agency, area, category, half hour."""
    facts = row.proposal.candidate.facts
    agency = row.proposal.candidate.agency_id
    return (agency, facts.area.area_id, facts.category.value, facts.latest)


def twins_of(rows: Sequence[QueueRow]) -> Counter[tuple[str, str, str, datetime]]:
    """Count calls of one kind, area and half hour: how many callers there may be."""
    return Counter(map(twin, rows))


def card_of(row: QueueRow, worth: Score) -> Card:
    """Return a candidate's card; who put it aside and what it updates is added by the board."""
    item = row.proposal.candidate
    facts = item.facts
    return Card(
        candidate_id=row.candidate_id,
        version=row.version,
        ref=item.ref,
        agency_id=item.agency_id,
        area=facts.area.name,
        area_id=facts.area.area_id,
        category=facts.category,
        tier=item.tier,
        headline=facts.headline,
        text=f"{facts.headline} {facts.text} {' '.join(r.text for r in item.remarks)}".casefold(),
        latest=facts.latest,
        hour=int(facts.latest.timestamp()) // 3600,
        created_at=row.created_at,
        opens=row.timing.opens,
        closes=row.timing.closes,
        approvals=len(row.approved_by),
        needed=item.approvals_needed,
        edited_by=row.edited_by,
        on_hold="",
        updates=False,
        base=worth.total - worth.by_name["freshness"],
    )
