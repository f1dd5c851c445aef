"""Lays an agency's own terms over the policy's; they may only be stricter.

In go a policy and an agency, out come terms per category and audience, or a
:class:`~pipeline.model.ConfigError` that names the line and what to write instead. What verbs mean
is ``pipeline.policies.verbs``; nothing here may make terms looser than the policy's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from pipeline.agencies.agency import Agency, AgencyTerms
from pipeline.model import (
    Audience,
    Category,
    CategoryRule,
    ConfigError,
    Policy,
    Row,
    Terms,
    looser_parts,
    strictest,
)
from pipeline.policies.limits import looser
from pipeline.policies.verbs import parts_of, spoken

__all__ = ["check_terms", "terms_for"]


def check_terms(agency: Agency, policy: Policy) -> tuple[ConfigError, ...]:
    """Return one error for each of the agency's terms that is wrong or looser than the policy."""
    return tuple(error for own in agency.terms for error in _faults(own, agency, policy))


def terms_for(rule: CategoryRule, agency: Agency) -> Mapping[Audience, Terms]:
    """Return the policy's terms of one category, as strict as the agency wants them."""
    if not agency.terms:
        return rule.terms
    return MappingProxyType(
        {
            audience: strictest(terms, *_own(agency.terms, rule.category, audience))
            for audience, terms in rule.terms.items()
        }
    )


@lru_cache(maxsize=1024)
def _own(
    all_terms: tuple[AgencyTerms, ...], category: Category, audience: Audience
) -> tuple[Terms, ...]:
    return tuple(
        _stricter(own.verbs, own.reason)
        for own in all_terms
        if category in own.categories and own.audience is audience
    )


def _stricter(verbs: tuple[str, ...], reason: str) -> Terms:
    parts: Any = parts_of(verbs)
    return Terms(reason=reason, **parts)


def _faults(own: AgencyTerms, agency: Agency, policy: Policy) -> Iterator[ConfigError]:
    try:
        parts = parts_of(own.verbs)
    except ValueError as problem:
        yield _error(own, agency, str(problem))
        return
    for category in sorted(own.categories):
        limit = policy.categories[category].terms.get(own.audience)
        if limit is None or limit.row is Row.DROPPED:
            continue  # nothing is told, and nothing is stricter than that
        wrong = looser_parts(parts, limit)
        if wrong:
            allowed = looser(wrong, spoken(limit), f"policy {policy.version} allows")
            yield _error(own, agency, f"{category.value}, {own.audience.value}: {allowed}")
            return


def _error(own: AgencyTerms, agency: Agency, problem: str) -> ConfigError:
    return ConfigError(
        f"terms: {problem}",
        remedy="An agency may only be stricter; `blotter policy show` prints what is in force.",
        path=agency.folder / "agency.yml",
        line=own.line,
    )
