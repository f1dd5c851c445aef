"""Renders each version of the publication policy as JSON, for programs.

In go policies, out come files under ``policy/``. What a version changed is the site's to tell.
Nothing of a policy may be left out here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.model import Policy
from pipeline.policies.saying import say
from pipeline.policies.verbs import spoken
from pipeline.publish.channel import PublicFile

__all__ = ["policy_files"]


def policy_files(policies: Sequence[Policy]) -> tuple[PublicFile, ...]:
    """Return each version as JSON; the pages about them are the site's."""
    return tuple(
        PublicFile(path=f"policy/{_stem(policy)}.json", body=_as_json(policy))
        for policy in policies
    )


def _stem(policy: Policy) -> str:
    return policy.version.replace("+", "_")


def _as_json(policy: Policy) -> bytes:
    categories = {
        category.value: {
            "label": rule.label,
            "tier": rule.tier.value,
            "release": rule.release.value,
            "editors": rule.approvals,
            "time_shown": say(rule.time_floor),
            "why": rule.basis,
            "terms": {
                audience.value: {
                    "verbs": list(spoken(terms)),
                    "reason": terms.reason,
                    "legal_basis": terms.legal_basis,
                }
                for audience, terms in rule.terms.items()
            },
        }
        for category, rule in policy.categories.items()
    }
    removed = {
        entity.value: {"reason": why.reason_code, "legal_basis": why.legal_basis}
        for entity, why in policy.explanations.items()
    }
    said = {"version": policy.version, "categories": categories, "removed": removed}
    return (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode()
