"""The publication policy: versioned, total over categories, stricter-only for agencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from pipeline.model.category import Category, Tier
from pipeline.model.identity import PolicyVersion
from pipeline.model.redaction import Entity, Operator

__all__ = ["CategoryRule", "Policy", "Release"]


class Release(StrEnum):
    """What may happen with a category, at most."""

    CANDIDATE = "candidate"
    HOLD = "hold"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRule:
    """One category's rule. ``time_floor`` is the width of the time shown (rule 11)."""

    category: Category
    tier: Tier
    release: Release
    label: str
    approvals: int
    time_floor: timedelta
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All numbers and verbs a walk needs. ``categories`` has an entry for every ``Category``."""

    version: PolicyVersion
    categories: Mapping[Category, CategoryRule]
    operators: Mapping[Entity, Operator]
    detector_timeout: timedelta
    payload_retention: timedelta
    alert_lifetime: timedelta
    minimum_area_radius_m: float
