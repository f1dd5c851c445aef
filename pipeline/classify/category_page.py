"""Writes the page of categories: what becomes of each, which codes lead to it, and why.

In goes a policy, out comes Markdown. Everything on the page is read from the policy, the code
table, the lexicon and the rules, so it cannot say something else than what happens.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.classify.apco import apco_codes
from pipeline.classify.lexicon import signal_documents
from pipeline.model import Category, CategoryRule, Policy, Release, Tier
from pipeline.policies.rules import RULES

__all__ = ["category_page"]

_TIERS = {
    Tier.S0: "public hazards",
    Tier.S1: "property and ordinary traffic",
    Tier.S2: "a person is involved",
    Tier.S3: "never told individually",
    Tier.S4: "tactical or major, only when the agency releases it",
    Tier.S5: "administrative",
}
_RELEASES = {
    Release.CANDIDATE: "goes to an editor",
    Release.HOLD: "held for the agency",
    Release.WITHHOLD: "withheld",
}


def category_page(policy: Policy) -> str:
    """Return the page as Markdown, ending in a newline."""
    return (
        "\n".join([*_head(policy), *_categories(policy), *_codes(), *_signals(), *_rules()]).rstrip(
            "\n"
        )
        + "\n"
    )


def _head(policy: Policy) -> Iterator[str]:
    yield "# Categories"
    yield ""
    yield f"What policy {policy.version} does with each category. Generated from the policy file,"
    yield "the code table and the lexicon; `tests/classify/test_category_page.py` says how."
    yield ""
    yield "An agency file maps each of its call types to one of APCO's 197 common incident type"
    yield "codes, and each code has one category. A call type that is not mapped is held. Where a"
    yield "call has several categories, the strictest decides, in the order S3, S4, S5, S2, S1, S0."
    yield ""


def _categories(policy: Policy) -> Iterator[str]:
    for tier, meaning in _TIERS.items():
        yield f"## {tier}: {meaning}"
        yield ""
        yield "| category | label | what becomes of it | editors | time shown | why |"
        yield "|---|---|---|---|---|---|"
        for category in Category:
            rule = policy.categories[category]
            if rule.tier is tier:
                yield _row(rule)
        yield ""


def _row(rule: CategoryRule) -> str:
    minutes = int(rule.time_floor.total_seconds()) // 60
    time = f"{minutes} min" if minutes < 60 or minutes % 60 else f"{minutes // 60} h"
    told = rule.release is not Release.WITHHOLD
    editors, shown = (str(rule.approvals), time) if told else ("", "")
    release = _RELEASES[rule.release]
    return f"| `{rule.category}` | {rule.label} | {release} | {editors} | {shown} | {rule.basis} |"


def _codes() -> Iterator[str]:
    yield "## APCO codes"
    yield ""
    yield "Codes: APCO 2.103 as listed in NIEM 6.0 (OASIS Open, CC-BY 4.0). Meanings and mapping"
    yield "are this project's."
    yield ""
    yield "| code | category | meaning |"
    yield "|---|---|---|"
    for code in apco_codes().values():
        yield f"| `{code.code}` | `{code.category}` | {code.meaning} |"
    yield ""


def _signals() -> Iterator[str]:
    yield "## Signals in text"
    yield ""
    yield "Any of these in a call's text withholds it, whatever its category (rule 2). The phrases"
    yield "stand in `pipeline/classify/signals.yml`."
    yield ""
    yield "| signal | stands for |"
    yield "|---|---|"
    for name, document in sorted(signal_documents().items()):
        yield f"| `{name}` | {document.meaning} |"
    yield ""


def _rules() -> Iterator[str]:
    yield "## Rules"
    yield ""
    yield "Who keeps a rule today: code does, an editor has to, or nobody does yet."
    yield ""
    yield "| rule | says | kept by | missing |"
    yield "|---|---|---|---|"
    for number, rule in RULES.items():
        yield f"| {number} | {rule.text} | {rule.kept} | {rule.missing} |"
