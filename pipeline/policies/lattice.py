"""Orders what a policy holds besides terms from loose to strict, and joins two of them.

In go tiers, releases, operators, numbers or whole rules; out comes the stricter. Terms have their
own order (:mod:`pipeline.model.terms`). What is not ordered here, such as a label, is words: a
difference in it is neither looser nor stricter. Nothing here may make a policy looser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from pipeline.model import Audience, CategoryRule, Operator, Release, Row, Terms, Tier, strictest

__all__ = ["NUMBERS", "OPERATORS", "RELEASES", "TIERS", "stricter_operator", "stricter_rule"]

NUMBERS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "payload_retention": min,
        "alert_lifetime": min,
        "minimum_area_radius_m": max,
        "zone_radius_m": max,
        "suppress_below": max,
        "round_to": max,
        "bias_factor": min,
        "leak_limit": min,
    }
)
"""Number of a policy -> which of two is stricter. ``detector_timeout`` is neither: it holds."""

TIERS: Mapping[Tier, int] = MappingProxyType(
    {tier: rank for rank, tier in enumerate((Tier.S0, Tier.S1, Tier.S2, Tier.S5, Tier.S4, Tier.S3))}
)
"""Not the alphabet: an administrative code beside a burglary silences it, a theft does not."""

RELEASES: Mapping[Release, int] = MappingProxyType(
    {Release.CANDIDATE: 0, Release.HOLD: 1, Release.WITHHOLD: 2}
)

OPERATORS: Mapping[Operator, int] = MappingProxyType(
    {Operator.KEEP_FOR_EDITOR: 0, Operator.PLACEHOLDER: 1, Operator.DROP: 2}
)
"""A placeholder still tells an editor that something stood there."""


def stricter_operator(one: Operator, other: Operator) -> Operator:
    """Return the operator that leaves less."""
    return max(one, other, key=OPERATORS.__getitem__)


def stricter_rule(rule: CategoryRule, more: Mapping[Audience, Terms]) -> CategoryRule:
    """Return a category's rule under further terms; an audience told nothing stays so.

    What the public may not be told at all is withheld.
    """
    terms = {
        audience: strictest(own, more[audience]) if audience in more else own
        for audience, own in rule.terms.items()
    }
    public = terms.get(Audience.PUBLIC)
    if public is None:
        return rule
    return replace(
        rule,
        release=Release.WITHHOLD if public.row is Row.DROPPED else rule.release,
        approvals=max(rule.approvals, public.approvals),
        time_floor=max(rule.time_floor, public.time_floor),
        terms=MappingProxyType(terms),
    )
