"""The publication policy: versioned, total over categories, stricter-only for agencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from pipeline.model.category import Category, Tier
from pipeline.model.identity import PolicyVersion
from pipeline.model.redaction import Entity, Operator
from pipeline.model.terms import Audience, Terms

__all__ = ["CategoryRule", "Explanation", "Policy", "Release", "RetentionClass"]


class Release(StrEnum):
    """What may happen with a category, at most."""

    CANDIDATE = "candidate"
    HOLD = "hold"
    WITHHOLD = "withhold"


class RetentionClass(StrEnum):
    """A kind of private text with a time of its own (rule 28).

    PAYLOAD is what an agency sent, MEMORY what a call must remember, REQUEST what a person gave.
    """

    PAYLOAD = "payload"
    MEMORY = "memory"
    REQUEST = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRule:
    """One category's rule. ``time_floor`` is the width of the time shown (rule 11).

    An audience without ``terms`` is told nothing: default is withhold.
    """

    category: Category
    tier: Tier
    release: Release
    label: str
    approvals: int
    time_floor: timedelta
    basis: str
    terms: Mapping[Audience, Terms] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def public(self) -> Terms | None:
        """The public's terms, if there are any."""
        return self.terms.get(Audience.PUBLIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why findings of one entity are removed: a stable code, and the legal ground."""

    reason_code: str
    legal_basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All numbers and verbs a walk needs. ``categories`` has an entry for every ``Category``.

    ``suppress_below`` and ``round_to`` are for counts (rule 15), ``bias_factor`` is a ratio (27),
    ``leak_limit`` a share (26). A policy of before there were ``explanations`` has none.
    """

    version: PolicyVersion
    categories: Mapping[Category, CategoryRule]
    operators: Mapping[Entity, Operator]
    detector_timeout: timedelta
    payload_retention: timedelta
    alert_lifetime: timedelta
    minimum_area_radius_m: float
    zone_radius_m: float = 500.0
    suppress_below: int = 10
    round_to: int = 5
    bias_factor: float = 1.5
    leak_limit: float = 0.005
    explanations: Mapping[Entity, Explanation] = field(default_factory=lambda: MappingProxyType({}))
    retention: Mapping[RetentionClass, timedelta] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def kept_for(self, kind: RetentionClass) -> timedelta:
        """Return how long a kind of private text is kept; like payloads where nothing is said."""
        if kind is RetentionClass.PAYLOAD:
            return self.payload_retention  # what packs tighten
        return self.retention.get(kind, self.payload_retention)
