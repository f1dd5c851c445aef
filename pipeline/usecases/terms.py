"""Says what is in force: the policy's terms, and an agency's stricter ones over them.

Changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.agencies import load_agency, schemas_folder
from pipeline.classify import check_terms, terms_for
from pipeline.model import Audience, Category, Refused, Terms
from pipeline.usecases.catalog import policy_of
from pipeline.usecases.resources import current_policy
from pipeline.usecases.settings import Settings

__all__ = ["InForce", "terms_in_force"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """One category's terms for one audience."""

    category: Category
    audience: Audience
    terms: Terms


def terms_in_force(settings: Settings, *, agency: str | None = None) -> tuple[InForce, ...]:
    """Return all terms, by category; of the policy alone, or as an agency makes them stricter.

    Raises:
        ConfigError: the agency's file is wrong, or looser than the policy.
        Refused: there is no such agency.
    """
    policy = current_policy(settings)
    if agency is None:
        found = [(rule.category, rule.terms) for rule in policy.categories.values()]
    else:
        folder = settings.agencies / agency
        if not (folder / "agency.yml").is_file():
            raise Refused(f"no agency {agency[:40]!r} in the folder of agencies")
        loaded = load_agency(folder, dialects=schemas_folder())
        joint = policy_of(loaded, policy)
        faults = check_terms(loaded, joint)
        if faults:
            raise faults[0]
        found = [(rule.category, terms_for(rule, loaded)) for rule in joint.categories.values()]
    return tuple(
        InForce(category=category, audience=audience, terms=each)
        for category, terms in found
        for audience, each in terms.items()
    )
