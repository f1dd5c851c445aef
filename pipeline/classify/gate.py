"""Decides by category whether an incident may go on: the strictest category wins.

In go the categories of one incident, the policy and the agency; out comes the rule it goes on
under, or ``Held`` or ``Withheld`` with its reason. Text signals are judged elsewhere
(``signals``) and may only make the outcome stricter. This gate must never let a category pass
that policy or agreement does not name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from pipeline.agencies.agency import Agency
from pipeline.classify.terms import terms_for
from pipeline.model import (
    Audience,
    Category,
    CategoryRule,
    Held,
    HoldReason,
    Policy,
    Release,
    Row,
    Terms,
    Tier,
    Withheld,
    WithholdReason,
    strictest,
)
from pipeline.policies.lattice import TIERS

__all__ = ["gate"]

_ORDER = {category: rank for rank, category in enumerate(Category)}


def gate(
    categories: Sequence[Category], policy: Policy, agency: Agency
) -> CategoryRule | Held | Withheld:
    """Return the rule to go on under, or why not.

    The rule is the strictest category's, with the most approvals and the widest time of all. Among
    equals the earlier in :class:`~pipeline.model.Category` wins. No category at all is held.
    """
    rules = sorted(
        (policy.categories[category] for category in set(categories)),
        key=lambda rule: (-TIERS[rule.tier], _ORDER[rule.category]),
    )
    if not rules:
        return Held(reason=HoldReason.UNKNOWN_CALL_TYPE)
    stopped = _stopped_by_tier(rules[0]) or _stopped_by_release(rules, agency)
    return stopped or _told(_joined(rules, agency))


def _joined(rules: Sequence[CategoryRule], agency: Agency) -> CategoryRule:
    """Return the first rule, as strict as all of them; only who is told of all is told at all."""
    each = [terms_for(rule, agency) for rule in rules]
    terms = {
        audience: strictest(*(one[audience] for one in each))
        for audience in each[0]
        if all(audience in one for one in each)
    }
    public = terms.get(Audience.PUBLIC, Terms())
    return replace(
        rules[0],
        approvals=max(public.approvals, *(rule.approvals for rule in rules)),
        time_floor=max(public.time_floor, *(rule.time_floor for rule in rules)),
        terms=MappingProxyType(terms),
    )


def _told(rule: CategoryRule) -> CategoryRule | Withheld:
    """Withhold what the agency's own terms drop; a policy without terms drops nothing here."""
    if rule.public is not None and rule.public.row is Row.DROPPED:
        return Withheld(reason=WithholdReason.CATEGORY_NOT_RELEASED, detail=rule.category.value)
    return rule


def _stopped_by_tier(strictest: CategoryRule) -> Held | Withheld | None:
    detail = strictest.category.value
    if strictest.tier is Tier.S3:
        return Withheld(reason=WithholdReason.SENSITIVE_CATEGORY, detail=detail)
    if strictest.tier is Tier.S4 and strictest.release is not Release.WITHHOLD:
        return Held(reason=HoldReason.TACTICAL, detail=detail)
    if strictest.tier is Tier.S5:
        return Withheld(reason=WithholdReason.ADMINISTRATIVE, detail=detail)
    return None


def _stopped_by_release(rules: Sequence[CategoryRule], agency: Agency) -> Withheld | None:
    for rule in rules:
        if rule.release is not Release.CANDIDATE:
            reason = WithholdReason.CATEGORY_NOT_RELEASED
            return Withheld(reason=reason, detail=rule.category.value)
    for rule in rules:
        if rule.category not in agency.agreement.categories:
            reason = WithholdReason.AGREEMENT_SCOPE
            return Withheld(reason=reason, detail=rule.category.value)
    return None
