"""Writes the page of grounds: why each kind of private thing is removed, by which law.

In goes a policy, out comes Markdown. What is said is the policy's; nothing is added but a warning.
"""

from __future__ import annotations

from pipeline.model import Policy

__all__ = ["grounds_page"]


def grounds_page(policy: Policy) -> str:
    """Return the page, entities in their order by name."""
    lines = [
        "# Why a kind of private thing is removed",
        "",
        f"Of policy {policy.version}. Generated; `blotter pages` writes it.",
        "",
        (
            "A receipt names the kind of each removed stretch and the policy; here is by which"
            " code and on what ground that policy removes it. Not legal advice: the grounds are"
            ' what each removal is modelled on, "as a measure" where the law binds others and is'
            " followed by choice. An agency's counsel puts its own state's law into a policy of"
            " its own."
        ),
        "",
        "| kind | reason code | ground |",
        "|---|---|---|",
        *(
            f"| `{entity.value}` | `{each.reason_code}` | {each.legal_basis} |"
            for entity, each in sorted(policy.explanations.items())
        ),
    ]
    return "\n".join(lines) + "\n"
