"""Writes the page of terms: each verb, and what the policy says of every category.

In goes a policy, out comes Markdown. What a verb means is said here; what it does is ``verbs``'s
and its readers' part. A test keeps the two lists equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from pipeline.model import Audience, Category, Policy, Terms
from pipeline.policies.verbs import VERBS, spoken

__all__ = ["MEANINGS", "terms_page"]

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "drop_field": "these facts are left out",
        "drop_row": "nothing is told",
        "keep_row_drop_location": "told without a place",
        "keep_row_drop_time": "told without a time",
        "coarsen_time": "the time is a band of 15m, 30m, 1h, 6h or a day of local wall time",
        "block": "a hundred-block label, where the block itself has enough addresses",
        "mask_digits": "the last digits of the house number are struck out",
        "nearest_intersection": "the nearest crossing",
        "snap_area": "a published area with at least so many addresses",
        "zone": "a neighborhood, beat, district or the town",
        "round": "coordinates cut to so many decimals",
        "residence_rule": "where people live or may live, the area and nothing finer",
        "unverified_address->no_location": "an address nobody verified is told without a place",
        "in_zone": "what becomes of a call in an exclusion zone: no row, or no place",
        "delay": "so long after the end of the time shown; `or_closed`: or once the call is closed",
        "after_state": "not before the agency closed the call",
        "window": "how long an alert is live",
        "listed": "how long it is listed, from first publication",
        "max_age": "so long after the delay it is too old to go out",
        "one_per_area": "so long one alert stands for its area, later ones are merged",
        "require_second_editor": "two editors must approve",
        "effective_from": "for calls of this day and later",
        "effective_to": "for calls up to this day",
        "legal_basis": "the ground it is told on",
    }
)


def terms_page(policy: Policy) -> str:
    """Return the page as Markdown, ending in a newline."""
    return "\n".join([*_head(policy), *_verbs(), *_categories(policy)]).rstrip("\n") + "\n"


def _head(policy: Policy) -> Iterator[str]:
    yield "# Terms: what may be told, how exactly, and when"
    yield ""
    yield f"Of policy {policy.version}. Generated; `blotter pages` writes it."
    yield ""
    yield "Terms are a list of verbs per category and audience. An audience without terms is told"
    yield "nothing. An agency may add verbs of its own in `agency.yml`, which may only be stricter;"
    yield "`blotter policy show --agency NAME` prints what is in force for it. `limits.py` in"
    yield "`pipeline/policies` holds what no policy may be looser than."
    yield ""


def _verbs() -> Iterator[str]:
    yield "## Verbs"
    yield ""
    yield "| verb | meaning |"
    yield "|---|---|"
    for name, (example, _) in VERBS.items():
        yield f"| `{example}` | {MEANINGS[name]} |"
    yield ""


def _categories(policy: Policy) -> Iterator[str]:
    for audience in Audience:
        told: dict[Terms, list[Category]] = {}
        for category, rule in policy.categories.items():
            if audience in rule.terms:
                told.setdefault(rule.terms[audience], []).append(category)
        yield f"## To the {audience.value}" if audience is Audience.PUBLIC else f"## {audience}"
        yield ""
        if not told:
            yield "Nothing is told: there are no terms."
            yield ""
            continue
        yield "| categories | terms | why | legal basis |"
        yield "|---|---|---|---|"
        for terms, categories in told.items():
            names = ", ".join(f"`{category.value}`" for category in categories)
            verbs = " ".join(f"`{verb}`" for verb in spoken(terms))
            yield f"| {names} | {verbs} | {terms.reason} | {terms.legal_basis} |"
        yield ""
